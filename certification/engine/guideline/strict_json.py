"""Reading JSON from strangers: one clear refusal, with the place, for each way it can be wrong."""

from __future__ import annotations

import json
import re
from collections import Counter
from functools import reduce
from typing import Any

from certification.engine.guideline.model import GuidelineInvalid

MAX_BYTES = 8 * 1024 * 1024
MAX_DEPTH = 32

_PLAIN_KEY = re.compile(r"[\w-]+")


class _Repeating(dict[str, Any]):
    """A JSON object that names one key twice; found again, with its path, once all is read."""

    repeated: str


def at(path: str, key: str | int) -> str:
    """Extend a JSON path: `tests[3]`, `capabilities.a-b`, `tests["a.b.c"]`."""
    if isinstance(key, int):
        return f"{path}[{key}]"
    if not _PLAIN_KEY.fullmatch(key):
        return f"{path}[{json.dumps(key[:200])}]"
    return f"{path}.{key}" if path else key


def read_json(raw: bytes) -> Any:
    """The value that the bytes hold. Raises GuidelineInvalid: too large, not JSON (with line and
    column), too deep, a key given twice, a character that no database can keep."""
    if len(raw) > MAX_BYTES:
        raise GuidelineInvalid(
            "guideline-too-large",
            f"The document has {len(raw)} bytes; at most {MAX_BYTES} are read.",
        )
    value = _decode(_text(raw))
    _inspect(value, [])
    return value


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        column = error.start - raw.rfind(b"\n", 0, error.start)
        raise GuidelineInvalid(
            "guideline-json",
            f"The document is not JSON: byte {error.start} is not UTF-8.",
            f"line {line}, column {column}",
        ) from None


def _decode(text: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_object, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise GuidelineInvalid(
            "guideline-json",
            f"The document is not JSON: {error.msg}.",
            f"line {error.lineno}, column {error.colno}",
        ) from None
    except RecursionError:
        raise _too_deep("") from None
    except ValueError as error:
        raise GuidelineInvalid(
            "guideline-json", f"The document holds a number that cannot be read: {error}."
        ) from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) == len(pairs):
        return value
    repeating = _Repeating(value)
    repeating.repeated = Counter(key for key, _ in pairs).most_common(1)[0][0]
    return repeating


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON number")


def _inspect(node: Any, keys: list[str | int]) -> None:
    """Look at every text and object; `keys` lead to `node`, so depth and recursion are bounded."""
    if len(keys) > MAX_DEPTH:
        raise _too_deep(_path(keys))
    if isinstance(node, str):
        _check_text(node, keys)
    elif isinstance(node, dict):
        if isinstance(node, _Repeating):
            raise GuidelineInvalid(
                "guideline-duplicate-key",
                f"The key {node.repeated[:200]!r} stands twice in one object; "
                "readers would disagree about which one counts.",
                at(_path(keys), node.repeated),
            )
        for key, child in node.items():
            _check_text(key, keys)
            _inspect(child, [*keys, key])
    elif isinstance(node, list):
        for index, child in enumerate(node):
            _inspect(child, [*keys, index])


def _check_text(text: str, keys: list[str | int]) -> None:
    try:
        encoded = text.encode()
    except UnicodeEncodeError:
        encoded = b"\0"
    if b"\0" in encoded:
        raise GuidelineInvalid(
            "guideline-text",
            "A text holds a NUL character or half a surrogate pair.",
            _path(keys),
        )


def _path(keys: list[str | int]) -> str:
    return reduce(at, keys, "")


def _too_deep(path: str) -> GuidelineInvalid:
    return GuidelineInvalid(
        "guideline-too-deep", f"The document nests deeper than {MAX_DEPTH} levels.", path[:300]
    )
