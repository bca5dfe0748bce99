"""Reading and writing `osi-probe/1`: whatever is outside the vocabulary is refused."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from certification.engine.canonical import canonical_bytes
from certification.engine.probe.model import (
    FORMAT,
    ApiVersion,
    Fact,
    Probe,
    ProbedService,
    ProbeRefused,
)
from certification.engine.probe.vocabulary import (
    FACTS,
    INTERFACES,
    SERVICES,
    STATUSES,
    UNKNOWN,
    FactRule,
    Kind,
)

MAX_BYTES = 256 * 1024
MAX_VERSIONS = 64
#: Past every quota and count that a cloud can mean.
MAX_NUMBER = 2**53 - 1
UNLIMITED = -1

_NONCE = re.compile(r"[0-9a-f]{32}")
_VERSION = re.compile(r"[0-9]{1,4}\.[0-9]{1,4}")
_PROBER = re.compile(r"[0-9A-Za-z][0-9A-Za-z.+-]{0,39}")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_PATH = re.compile(r" - at `\$\.?([^`]*)`$")


class _Version(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    id: str
    status: str
    minimum: str
    maximum: str


class _Service(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    interfaces: list[str]
    versions: list[_Version]
    unknown: str


class _Document(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    format: str
    nonce: str
    prober: str
    started: str
    ended: str
    services: dict[str, _Service]
    facts: dict[str, int | list[str] | dict[str, int]]
    unknown: dict[str, str]
    others: dict[str, int]


def write_probe(probe: Probe) -> bytes:
    """Canonical JSON; `read_probe` gives the same probe back. Raises ProbeRefused for a probe that
    could not be read again, so that nothing outside the vocabulary is ever written."""
    raw = canonical_bytes(
        {
            "format": FORMAT,
            "nonce": probe.nonce,
            "prober": probe.prober_version,
            "started": probe.started,
            "ended": probe.ended,
            "services": {name: _service_json(one) for name, one in probe.services.items()},
            "facts": {name: _fact_json(value) for name, value in probe.facts.items()},
            "unknown": dict(probe.unknown),
            "others": dict(probe.others),
        }
    )
    read_probe(raw)
    return raw


def _service_json(service: ProbedService) -> dict[str, Any]:
    return {
        "interfaces": list(service.interfaces),
        "versions": [
            {"id": one.id, "status": one.status, "minimum": one.minimum, "maximum": one.maximum}
            for one in service.versions
        ],
        "unknown": service.unknown,
    }


def _fact_json(value: Fact) -> int | list[str] | dict[str, int]:
    if isinstance(value, tuple):
        return list(value)
    return dict(value) if isinstance(value, Mapping) else value


def read_probe(raw: bytes) -> Probe:
    """The probe of a document. Raises ProbeRefused with the place: `probe-too-large`,
    `probe-malformed` (no JSON, another shape, a value that cannot be), `probe-format` (another
    form), `probe-vocabulary` (a word that a probe never holds), `probe-contradicts` (a fact both
    known and unknown, or neither)."""
    if len(raw) > MAX_BYTES:
        raise ProbeRefused(
            "probe-too-large", f"The probe has {len(raw)} bytes; at most {MAX_BYTES} are read."
        )
    document = _decoded(raw)
    if document.format != FORMAT:
        raise ProbeRefused(
            "probe-format", f"The form is {document.format[:40]!r}; {FORMAT} is read.", "format"
        )
    _check_head(document)
    _check_unknown(document)
    return Probe(
        prober_version=document.prober,
        started=document.started,
        ended=document.ended,
        services={name: _service(name, one) for name, one in sorted(document.services.items())},
        facts={name: _fact(name, value) for name, value in sorted(document.facts.items())},
        unknown=dict(sorted(document.unknown.items())),
        others=_others(document.others),
        nonce=document.nonce,
    )


def _decoded(raw: bytes) -> _Document:
    try:
        value = json.loads(raw.decode(), object_pairs_hook=_object, parse_constant=_no_constant)
        return msgspec.convert(value, _Document)
    except msgspec.ValidationError as error:
        text = str(error)
        path = _PATH.search(text)
        what = _PATH.sub("", text).replace("`", "")
        raise _malformed(f"{what}.", path[1] if path else "") from None
    except RecursionError:
        raise _malformed("It is nested too deeply.") from None
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise _malformed(f"It is not JSON: {error.msg}.", place) from None
    except ValueError as error:
        raise _malformed(f"It cannot be read: {error}.") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("an object names one key twice")
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON number")


def _malformed(message: str, place: str = "") -> ProbeRefused:
    return ProbeRefused("probe-malformed", f"This is no probe. {message}", place[:200])


def _check_head(document: _Document) -> None:
    if document.nonce and not _NONCE.fullmatch(document.nonce):
        raise _malformed("The nonce is not 32 lower-case hex digits.", "nonce")
    if not _PROBER.fullmatch(document.prober):
        raise _malformed("The prober's version is missing or no version.", "prober")
    if _moment("ended", document.ended) < _moment("started", document.started):
        raise _malformed("It ended before it started.", "ended")


def _moment(place: str, text: str) -> datetime:
    try:
        if _TIME.fullmatch(text):
            return datetime.fromisoformat(text)
    except ValueError:  # the 31st of February
        pass
    raise _malformed("A time is given as 2026-11-21T15:00:00Z.", place)


def _check_unknown(document: _Document) -> None:
    for name, reason in document.unknown.items():
        _word(name, frozenset(FACTS), "unknown")
        _word(reason, frozenset(UNKNOWN), f"unknown.{name}")
    for name in FACTS:
        if (name in document.facts) == (name in document.unknown):
            both = name in document.facts
            raise ProbeRefused(
                "probe-contradicts",
                f"The fact {name} is {'both known and unknown' if both else 'not spoken of'}.",
                name,
            )


def _service(name: str, service: _Service) -> ProbedService:
    place = f"services.{_word(name, SERVICES, 'services')}"
    _sorted_words(service.interfaces, INTERFACES, f"{place}.interfaces")
    if service.unknown:
        _word(service.unknown, frozenset(UNKNOWN), f"{place}.unknown")
    if bool(service.versions) == bool(service.unknown):
        raise ProbeRefused(
            "probe-contradicts", "A service has versions, or the reason why there are none.", place
        )
    if len(service.versions) > MAX_VERSIONS:
        raise _malformed(f"A service has more than {MAX_VERSIONS} versions.", place)
    versions = tuple(_version(one, f"{place}.versions") for one in service.versions)
    return ProbedService(tuple(service.interfaces), versions, service.unknown)


def _version(version: _Version, place: str) -> ApiVersion:
    _word(version.status, STATUSES, place)
    if not _VERSION.fullmatch(version.id):
        raise _malformed("A version is written as 2.1.", place)
    bounds = [version.minimum, version.maximum]
    if any(bounds) and not all(_VERSION.fullmatch(bound) for bound in bounds):
        raise _malformed("Microversions come in pairs, as 2.1 and 2.104.", place)
    return ApiVersion(version.id, version.status, version.minimum, version.maximum)


def _fact(name: str, value: int | list[str] | dict[str, int]) -> Fact:
    place = f"facts.{_word(name, frozenset(FACTS), 'facts')}"
    rule = FACTS[name]
    if rule.kind is Kind.COUNT and isinstance(value, int):
        return _number(value, place, least=0)
    if rule.kind is Kind.WORDS and isinstance(value, list):
        _sorted_words(value, rule.words, place)
        return tuple(value)
    if rule.kind is Kind.LIMITS and isinstance(value, dict):
        return _limits(value, rule, place)
    raise _malformed(f"This fact is of the kind {rule.kind}.", place)


def _limits(value: dict[str, int], rule: FactRule, place: str) -> dict[str, int]:
    return {
        _word(name, rule.words, place): _number(limit, f"{place}.{name}", least=UNLIMITED)
        for name, limit in sorted(value.items())
    }


def _others(others: dict[str, int]) -> dict[str, int]:
    listed = frozenset(name for name, rule in FACTS.items() if rule.kind is Kind.WORDS)
    return {
        _word(name, listed, "others"): _number(count, f"others.{name}", least=1)
        for name, count in sorted(others.items())
    }


def _number(value: int, place: str, *, least: int) -> int:
    if not least <= value <= MAX_NUMBER:
        raise _malformed(f"The number is not between {least} and {MAX_NUMBER}.", place)
    return value


def _sorted_words(words: list[str], known: frozenset[str], place: str) -> None:
    for word in words:
        _word(word, known, place)
    if words != sorted(set(words)):
        raise _malformed("Words are sorted and given once.", place)


def _word(word: str, known: frozenset[str], place: str) -> str:
    if word not in known:
        raise ProbeRefused(
            "probe-vocabulary", f"A probe holds no such word: {word[:60]!r}.", place[:200]
        )
    return word
