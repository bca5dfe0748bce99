"""From the bytes of a bundle to what it says, with everything checked that needs no key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from certification.engine.bundle.archive import (
    FOOTPRINT_NAME,
    TRANSCRIPT_NAME,
    Contents,
    read_archive,
)
from certification.engine.bundle.documents import (
    MANIFEST_FILE,
    RESULTS_FILE,
    read_manifest,
    read_results,
)
from certification.engine.bundle.footprints import believed_footprints
from certification.engine.bundle.model import Bundle, BundleRefused, KitResult, Manifest
from certification.engine.bundle.signing import SIGNATURE_FILE, read_envelope
from certification.engine.footprint import OperationTable

PROBE_FILE = "probe.json"


def read_bundle(raw: bytes, tables: Mapping[str, OperationTable]) -> Bundle:
    """What a bundle says. `tables` are those whose footprints are read, by SHA-256.

    A footprint that cannot be believed is left out, and `faults` says why. Signatures are read and
    not verified. Raises BundleRefused: `bundle-too-large`, `bundle-damaged`, `bundle-file`,
    `bundle-digest`, `bundle-manifest`, `bundle-results`, `bundle-transcript`, `bundle-nonce`,
    `bundle-signature`.
    """
    contents = read_archive(raw)
    bundle = _without_footprints(contents)
    found = {name: text for name, text in contents.texts.items() if FOOTPRINT_NAME.fullmatch(name)}
    footprints, faults = believed_footprints(found, bundle.manifest, tables)
    return replace(bundle, footprints=footprints, faults=faults)


def read_results_alone(raw: bytes) -> Bundle:
    """The bundle without its footprints, for who has no operation table. Raises as `read_bundle`
    does."""
    return _without_footprints(read_archive(raw))


def _without_footprints(contents: Contents) -> Bundle:
    texts = contents.texts
    for name in (MANIFEST_FILE, RESULTS_FILE):
        if name not in texts:
            raise BundleRefused(
                "bundle-file",
                f"This zip holds no {name}. Upload the file that `hallmark pack` made.",
                name,
            )
    manifest = read_manifest(texts[MANIFEST_FILE])
    _require_listed(manifest, contents.digests)
    results = read_results(texts[RESULTS_FILE], manifest)
    _require_transcripts(results, contents.digests)
    envelope = texts.get(SIGNATURE_FILE)
    return Bundle(
        manifest=manifest,
        manifest_bytes=texts[MANIFEST_FILE],
        results=results,
        footprints=(),
        probe=texts.get(PROBE_FILE, b""),
        signatures=read_envelope(envelope) if envelope is not None else (),
    )


def _require_listed(manifest: Manifest, digests: Mapping[str, str]) -> None:
    """Every file but manifest and signature is listed with its digest, and every listed one is
    there: the signature covers them through the manifest."""
    there = digests.keys() - {MANIFEST_FILE, SIGNATURE_FILE}
    for name in sorted(there | manifest.files.keys()):
        if name not in manifest.files:
            raise _digest_refused(name, "is in the bundle and not in its manifest")
        if name not in there:
            raise _digest_refused(name, "is in the manifest and not in the bundle")
        if manifest.files[name] != digests[name]:
            raise _digest_refused(name, "is not the file that the manifest names: it was changed")


def _digest_refused(name: str, what: str) -> BundleRefused:
    return BundleRefused("bundle-digest", f"{name[:80]!r} {what}.", f"{MANIFEST_FILE}: files")


def _require_transcripts(results: tuple[KitResult, ...], digests: Mapping[str, str]) -> None:
    """One transcript for each result and no other: a result cannot be dropped unseen."""
    wanted = {f"transcripts/{one.capability}.txt": one.transcript_sha256 for one in results}
    found = {name: digest for name, digest in digests.items() if TRANSCRIPT_NAME.fullmatch(name)}
    for name in sorted(wanted.keys() | found.keys()):
        if wanted.get(name) != found.get(name):
            raise BundleRefused(
                "bundle-transcript",
                f"Result and transcript do not belong together: {name}.",
                name,
            )
