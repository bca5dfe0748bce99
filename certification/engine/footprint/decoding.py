"""JSON from strangers, larger than a guideline: strict, with a refusal for each way to be wrong."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from certification.engine.footprint.model import FootprintRefused

MAX_BYTES = 16 * 1024 * 1024
MAX_TEXT = 200


def decode(raw: bytes) -> Any:
    """The value that the bytes hold. Raises FootprintRefused: `footprint-too-large`,
    `footprint-json`, `footprint-duplicate-key`."""
    if len(raw) > MAX_BYTES:
        raise FootprintRefused(
            "footprint-too-large",
            f"The footprint has {len(raw)} bytes; at most {MAX_BYTES} are read.",
        )
    try:
        return json.loads(
            raw.decode("utf-8"), object_pairs_hook=_object, parse_constant=_no_constant
        )
    except UnicodeDecodeError as error:
        raise _no_json(f"byte {error.start} is not UTF-8") from None
    except json.JSONDecodeError as error:
        raise _no_json(error.msg, f"line {error.lineno}, column {error.colno}") from None
    except RecursionError:
        raise _no_json("it nests too deep") from None
    except FootprintRefused:
        raise
    except ValueError as error:
        raise _no_json(f"it holds a number that cannot be read: {error}") from None


def _no_json(why: str, place: str = "") -> FootprintRefused:
    return FootprintRefused(
        "footprint-json", f"The footprint is not JSON: {why[:MAX_TEXT]}.", place
    )


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) == len(pairs):
        return value
    repeated = Counter(key for key, _ in pairs).most_common(1)[0][0][:MAX_TEXT]
    raise FootprintRefused(
        "footprint-duplicate-key",
        f"The key {repeated!r} stands twice in one object; which one counts is open.",
        repeated,
    )


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON number")
