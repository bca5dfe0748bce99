"""The JSON that refstack-client uploads: the tests that passed, and nothing about the others.

Shape: `{"cpid": str, "duration_seconds": int, "results": [{"name": str, "uuid": str}, ...]}`, where
`uuid` is optional. RefStack ignores unknown keys inside a result, and so do we; the texts of the
errors begin as RefStack's do, because its client shows them to people.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from itertools import repeat
from typing import Annotated, Any

import msgspec

from certification.engine.formats.limits import DEFAULT, Limits
from certification.engine.formats.naming import (
    Identity,
    NameRefused,
    check_id,
    check_name,
    has_control,
    identity,
)
from certification.engine.report import (
    Damage,
    Entry,
    EvidenceFormat,
    EvidenceUnreadable,
    Report,
    TestState,
    bare_id,
)

#: What a database column of four bytes holds; more than 68 years.
_LONGEST_DURATION_S = 2**31 - 1
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
#: The body without its results and without space, in bytes; an honest one has about a hundred.
_LONGEST_ENVELOPE = 64 * 1024
_SPACE = b" \t\r\n"


class _Envelope(msgspec.Struct, forbid_unknown_fields=True):
    cpid: str
    duration_seconds: Annotated[int, msgspec.Meta(ge=0, le=_LONGEST_DURATION_S)]
    results: msgspec.Raw


class _Result(msgspec.Struct, gc=False):
    name: str
    uuid: str = ""


_read_envelope = msgspec.json.Decoder(_Envelope).decode
_read_results = msgspec.json.Decoder(list[_Result]).decode

_PATH = re.compile(r" - at `\$([^`]*)`$")
_MISSING = re.compile(r"Object missing required field `([^`]*)`")
_UNKNOWN = re.compile(r"Object contains unknown field `(.*)`$", re.DOTALL)
_AT_BYTE = re.compile(r" ?\(byte (\d+)\)")
#: Of names that need no look at each: what ASCII prints, without space and opening bracket.
_IN_PLAIN_NAMES = bytes(sign for sign in range(0x21, 0x7F) if sign != ord("["))
#: Of ids that are bare already: no `id-`, no comma, lower case.
_IN_PLAIN_IDS = b"0123456789abcdef-"
_HALF_PAIR = re.compile(rb"\\u[dD][89a-fA-F]")


def parse_refstack_json(raw: bytes, limits: Limits = DEFAULT) -> Report:
    """The report of one RefStack upload; every entry passed, `passes_only` is true.

    Raise `EvidenceUnreadable`, in this order, with code `evidence-too-large`, `json-malformed`,
    `json-schema` (its `place` is the path of the field) or `evidence-no-passing-test`.
    """
    if len(raw) > limits.json_bytes:
        raise _too_large(limits)
    envelope = _decode_envelope(raw)
    results = _decode_results(envelope.results, raw)
    if len(envelope.cpid) > limits.cpid_chars:
        raise _schema_fault("cpid", f"longer than {limits.cpid_chars} characters")
    if has_control(envelope.cpid):
        raise _schema_fault("cpid", "holds a control character")
    if len(results) > limits.tests:
        raise _schema_fault("results", f"more than {limits.tests} results")
    tests = _plain_identities(results, limits)
    if tests is None:
        tests = [_identity(at, result, limits) for at, result in enumerate(results)]
    if not tests:
        raise EvidenceUnreadable(
            "evidence-no-passing-test",
            "Uploaded results must contain at least one passing test.",
            place="results",
        )
    _refuse_repeated_keys(raw, bytes(envelope.results))
    names, ids = zip(*_ordered(tests), strict=True)
    return Report(
        format=EvidenceFormat.REFSTACK_JSON,
        entries=tuple(map(Entry, names, ids, repeat(TestState.PASSED))),
        passes_only=True,
        declared_duration_s=envelope.duration_seconds,
        cpid=envelope.cpid,
        events=len(results),
        inflated_bytes=len(raw),
    )


def names_of_passed(raw: bytes, limits: Limits = DEFAULT) -> list[str]:
    """The names that a report of these bytes would have, in its order, without making it. For
    bytes that were read before; raises EvidenceUnreadable as `parse_refstack_json` for others."""
    results = _decode_results(_decode_envelope(raw).results, raw)
    tests = _plain_identities(results, limits)
    if tests is None:
        tests = [_identity(at, result, limits) for at, result in enumerate(results)]
    return [name for name, _ in _ordered(tests)]


def _ordered(tests: list[Identity]) -> list[Identity]:
    """Each once, sorted; in the order of the body until then, since most bodies are sorted."""
    return sorted(dict.fromkeys(tests))


def _too_large(limits: Limits) -> EvidenceUnreadable:
    return EvidenceUnreadable(
        "evidence-too-large",
        f"RefStack JSON of more than {limits.json_bytes} bytes is not read. "
        "Upload one run at a time.",
        place=f"byte {limits.json_bytes}",
    )


def _decode_envelope(raw: bytes) -> _Envelope:
    if raw.startswith(_BYTE_ORDER_MARK):
        raise _malformed("it begins with a byte order mark; save it as UTF-8 without one", 0)
    try:
        if not raw.isascii():
            raw.decode()
        return _read_envelope(raw)
    except UnicodeDecodeError as error:
        raise _malformed("it is not UTF-8", error.start) from None
    except (msgspec.MsgspecError, RecursionError) as error:
        raise _explained(error, "", raw) from None


def _decode_results(results: msgspec.Raw, raw: bytes) -> list[_Result]:
    try:
        return _read_results(results)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise _explained(error, "results", raw) from None


def _refuse_repeated_keys(raw: bytes, results: bytes) -> None:
    """A JSON reader keeps one of two equal keys, and not every reader the same one.

    Only the envelope is read a second time, with null for the list of results. That list holds an
    object with a string, so its bytes cannot stand inside the string of another key. What is
    nested deeply beside it, or a number of thousands of digits, was given for results before them:
    of the other keys every value was read.
    """
    at = _place_of(results, raw)
    rest = raw[:at] + b"null" + raw[at + len(results) :]
    if len(rest.translate(None, _SPACE)) > _LONGEST_ENVELOPE:
        raise _schema_fault("", f"more than {_LONGEST_ENVELOPE} bytes beside its results")
    try:
        json.loads(rest, object_pairs_hook=_unrepeated)
    except EvidenceUnreadable:
        raise
    except (ValueError, RecursionError):
        raise _schema_fault("results", "given more than once") from None


def _place_of(part: bytes, raw: bytes) -> int:
    """`raw.index(part)`, which takes long to get ready for a part of a quarter of a megabyte."""
    beginning = part[:64]
    at = raw.index(beginning)
    while not raw.startswith(part, at):
        at = raw.index(beginning, at + 1)
    return at


def _unrepeated(pairs: list[tuple[str, Any]]) -> None:
    seen: set[str] = set()
    for key, _ in pairs:
        if key in seen and key in _Envelope.__struct_fields__:
            raise _schema_fault(key, "given more than once")
        seen.add(key)


def _plain_identities(results: list[_Result], limits: Limits) -> list[Identity] | None:
    """All identities at once where every name and id is spelled as refstack-client spells them,
    which one look at all of them together shows; None where each needs a look of its own."""
    names = [result.name for result in results]
    ids = [result.uuid for result in results]
    plain = (
        len(names) > 0
        and all(names)
        and max(map(len, names)) <= limits.name_chars
        and max(map(len, ids)) <= limits.id_chars
        and _only("".join(names), _IN_PLAIN_NAMES)
        and _only("".join(ids), _IN_PLAIN_IDS)
    )
    return list(zip(names, ids, strict=True)) if plain else None


def _only(text: str, signs: bytes) -> bool:
    return text.isascii() and not text.encode().translate(None, signs)


def _identity(at: int, result: _Result, limits: Limits) -> Identity:
    """The (name, id) of one result; the name may still carry its attributes."""
    name, attribute_id = identity(result.name)
    idempotent_id = bare_id(result.uuid) or attribute_id
    try:
        check_name(name, limits)
    except NameRefused as refusal:
        raise _schema_fault(f"results[{at}].name", str(refusal)) from None
    try:
        check_id(idempotent_id, limits)
    except NameRefused as refusal:
        raise _schema_fault(f"results[{at}].uuid", str(refusal)) from None
    return name, idempotent_id


def _explained(error: Exception, root: str, raw: bytes) -> EvidenceUnreadable:
    """What msgspec says, with the path from the top of the body and in RefStack's words."""
    if isinstance(error, RecursionError):
        return _malformed("it is nested too deeply", None)
    text = str(error)
    if not isinstance(error, msgspec.ValidationError):
        if _HALF_PAIR.search(raw):
            return _malformed(f"{text}; or an escape is half of a surrogate pair", None)
        at = _AT_BYTE.search(text)
        return _malformed(_AT_BYTE.sub("", text), int(at[1]) if at and not root else None)
    found = _PATH.search(text)
    path = root + (found[1] if found else "")
    what = _PATH.sub("", text).replace("`", "")
    for pattern in (_MISSING, _UNKNOWN):
        if named := pattern.search(text):
            path = f"{path}.{_shown(named[1])}"
            what = "required, and missing" if pattern is _MISSING else "not a key we know"
    return _schema_fault(path.lstrip("."), what)


def _shown(key: str) -> str:
    return "".join(letter if letter.isprintable() else "?" for letter in key[:64])


def _schema_fault(place: str, what: str) -> EvidenceUnreadable:
    field = place or "the body"
    return EvidenceUnreadable(
        "json-schema", f"Request doesnt correspond to schema: {field}: {what}.", place=place
    )


def _malformed(what: str, at: int | None) -> EvidenceUnreadable:
    place = "" if at is None else f"byte {at}"
    return EvidenceUnreadable("json-malformed", f"Malformed request: {what}.", place=place)


class RefstackJson:
    """Gathers a JSON text that comes in pieces, under its own limit of size."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._pieces: list[bytes] = []
        self._room = limits.json_bytes

    def feed(self, piece: bytes) -> bool:
        """Take a piece. Raise `EvidenceUnreadable` as soon as there are too many bytes."""
        self._room -= len(piece)
        if self._room < 0:
            raise _too_large(self._limits)
        self._pieces.append(piece)
        return True

    def finish(self, size_bytes: int, cut: str = "") -> Report:
        """The report; a text that is whole in a container that is not is marked as damaged."""
        report = parse_refstack_json(b"".join(self._pieces), self._limits)
        return replace(report, damage=Damage(size_bytes, cut)) if cut else report
