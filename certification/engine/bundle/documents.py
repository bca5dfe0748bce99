"""`manifest.json` and `results.json` of a bundle: their JSON and the dataclasses they become."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Annotated
from uuid import NAMESPACE_URL, uuid5

import msgspec

from certification.engine.bundle.model import FORMAT, BundleRefused, KitResult, Manifest
from certification.engine.bundle.strictness import moment, read_document
from certification.engine.canonical import canonical_bytes
from certification.engine.footprint.model import Mode
from certification.engine.report import TestState
from certification.engine.scrubbing import kept_reason, scrub

MANIFEST_FILE = "manifest.json"
RESULTS_FILE = "results.json"
RESULTS_FORMAT = "osi-results/1"
MOST_RESULTS = 300

_MANIFEST = "bundle-manifest"
_RESULTS = "bundle-results"
_STATES = {state.value: state for state in (TestState.PASSED, TestState.SKIPPED, TestState.FAILED)}

_Digest = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
_Nonce = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{32}$")]
_Moment = Annotated[str, msgspec.Meta(max_length=40)]
_Word = Annotated[str, msgspec.Meta(max_length=40, pattern="^[a-z0-9-]*$")]
_Version = Annotated[str, msgspec.Meta(min_length=1, max_length=20)]


class _Manifest(msgspec.Struct, forbid_unknown_fields=True):
    format: str
    kit_version: _Version
    nonce: _Nonce
    product: Annotated[str, msgspec.Meta(min_length=1, max_length=120)]
    product_version: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
    user_agents: Annotated[
        list[Annotated[str, msgspec.Meta(min_length=1, max_length=200)]],
        msgspec.Meta(max_length=20),
    ]
    profile: _Word
    primary: _Word
    has_logins: bool
    cloud: Annotated[str, msgspec.Meta(max_length=120)]
    cloud_release: Annotated[str, msgspec.Meta(max_length=20, pattern="^[a-z0-9.-]*$")]
    guideline: Annotated[str, msgspec.Meta(max_length=60, pattern=r"^[a-z0-9.-]+$")]
    mode: Mode
    settings: Annotated[
        dict[
            Annotated[str, msgspec.Meta(max_length=120)],
            Annotated[str, msgspec.Meta(max_length=2_000)],
        ],
        msgspec.Meta(max_length=200),
    ]
    started: _Moment
    ended: _Moment
    files: Annotated[dict[str, _Digest], msgspec.Meta(max_length=400)]


class _Result(msgspec.Struct, forbid_unknown_fields=True):
    capability: Annotated[str, msgspec.Meta(max_length=60, pattern=r"^[a-z]+\.[a-z0-9_]+$")]
    idempotent_id: str
    state: str
    reason: Annotated[str, msgspec.Meta(max_length=300)]
    transcript_sha256: _Digest
    started: _Moment
    ended: _Moment


class _Results(msgspec.Struct, forbid_unknown_fields=True):
    format: str
    kit_version: _Version
    nonce: _Nonce
    results: Annotated[list[_Result], msgspec.Meta(min_length=1, max_length=MOST_RESULTS)]


def idempotent_id_of(capability: str) -> str:
    """The id under which the guideline names the test of a capability."""
    return str(uuid5(NAMESPACE_URL, f"urn:osi:{capability}"))


def read_manifest(raw: bytes) -> Manifest:
    """Raises BundleRefused (`bundle-manifest`). What looks like a secret in a setting is masked."""
    found = read_document(raw, _Manifest, MANIFEST_FILE, _MANIFEST)
    _require_format(found.format, FORMAT, MANIFEST_FILE, _MANIFEST)
    _require_order(found.started, found.ended, MANIFEST_FILE, _MANIFEST)
    fields = msgspec.structs.asdict(found)
    del fields["format"]
    fields["user_agents"] = tuple(found.user_agents)
    fields["settings"] = {key: scrub(value) for key, value in found.settings.items()}
    return Manifest(**fields)


def write_manifest(manifest: Manifest) -> bytes:
    """The document that `read_manifest` reads, canonical."""
    return canonical_bytes(
        {"format": FORMAT, **asdict(manifest), "user_agents": list(manifest.user_agents)}
    )


def read_results(raw: bytes, manifest: Manifest) -> tuple[KitResult, ...]:
    """Results by capability, each at most once. Raises BundleRefused (`bundle-results`,
    `bundle-nonce`)."""
    found = read_document(raw, _Results, RESULTS_FILE, _RESULTS)
    _require_format(found.format, RESULTS_FORMAT, RESULTS_FILE, _RESULTS)
    if found.nonce != manifest.nonce or found.kit_version != manifest.kit_version:
        raise BundleRefused(
            "bundle-nonce",
            "The results belong to another run than the manifest: nonce or kit version differ.",
            f"{RESULTS_FILE}: nonce",
        )
    results = [
        _result(result, f"{RESULTS_FILE}: results[{at}]") for at, result in enumerate(found.results)
    ]
    names = [result.capability for result in results]
    for at, name in enumerate(names):
        if name in names[:at]:
            raise BundleRefused(
                _RESULTS, f"{name} has two results.", f"{RESULTS_FILE}: results[{at}].capability"
            )
    return tuple(sorted(results, key=lambda result: result.capability))


def write_results(manifest: Manifest, results: Iterable[KitResult]) -> bytes:
    """The document that `read_results` reads, canonical; secrets are cut out of the reasons."""
    return canonical_bytes(
        {
            "format": RESULTS_FORMAT,
            "kit_version": manifest.kit_version,
            "nonce": manifest.nonce,
            "results": [asdict(result) | {"reason": _words(result.reason)} for result in results],
        }
    )


def _result(found: _Result, place: str) -> KitResult:
    if found.idempotent_id != idempotent_id_of(found.capability):
        raise BundleRefused(
            _RESULTS,
            f"The id is not that of the test of {found.capability}.",
            f"{place}.idempotent_id",
        )
    if found.state not in _STATES:
        raise BundleRefused(
            _RESULTS,
            f"A test ends as {', '.join(_STATES)}, not as {found.state[:40]!r}.",
            f"{place}.state",
        )
    _require_order(found.started, found.ended, place, _RESULTS)
    fields = msgspec.structs.asdict(found)
    return KitResult(**fields | {"state": _STATES[found.state], "reason": _words(found.reason)})


def _words(reason: str) -> str:
    return kept_reason(reason.encode("utf-8", "replace"), cut=False)


def _require_format(found: str, wanted: str, file: str, code: str) -> None:
    if found != wanted:
        raise BundleRefused(
            code,
            f"{file} is of the format {found[:40]!r}; {wanted} is read here.",
            f"{file}: format",
        )


def _require_order(started: str, ended: str, place: str, code: str) -> None:
    if moment(started, f"{place}: started", code) > moment(ended, f"{place}: ended", code):
        raise BundleRefused(code, "It ended before it began.", f"{place}: ended")
