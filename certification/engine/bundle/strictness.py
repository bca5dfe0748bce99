"""JSON of a bundle into typed structures: whatever can be read in two ways is refused."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import msgspec

from certification.engine.bundle.model import BundleRefused

_PATH = re.compile(r" - at `\$\.?([^`]*)`$")
#: What no page or database should be given; line ends and tabs are fine.
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_Struct = TypeVar("_Struct", bound=msgspec.Struct)


def read_document(raw: bytes, shape: type[_Struct], file: str, code: str) -> _Struct:
    """The document in that shape. Raises BundleRefused with `code`, naming the file and place."""
    try:
        value = json.loads(raw.decode(), object_pairs_hook=_object, parse_constant=_no_constant)
        return msgspec.convert(value, shape)
    except msgspec.ValidationError as error:
        path = _PATH.search(str(error))
        place = f"{file}: {path[1][:200]}" if path else file
        what = _PATH.sub("", str(error)).replace("`", "")[:300]
        raise BundleRefused(code, f"{file} is not as it should be: {what}.", place) from None
    except json.JSONDecodeError as error:
        place = f"{file}: line {error.lineno}, column {error.colno}"
        raise BundleRefused(code, f"{file} is not JSON: {error.msg}.", place) from None
    except RecursionError:
        raise BundleRefused(code, f"{file} is nested too deeply.", file) from None
    except ValueError as error:
        raise BundleRefused(code, f"{file} cannot be read: {error}.", file) from None


def moment(text: str, place: str, code: str) -> datetime:
    """A time in RFC 3339, UTC. Raises BundleRefused with `code`."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.utcoffset() != timedelta(0):
        raise BundleRefused(code, f"{text[:40]!r} is no time in UTC (RFC 3339).", place)
    return found.astimezone(UTC)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("an object names one key twice")
    for key, value in pairs:
        texts = value if isinstance(value, list) else (value,)
        if any(isinstance(text, str) and _FORBIDDEN.search(text) for text in (key, *texts)):
            raise ValueError("a text holds a control character or half a surrogate pair")
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON number")
