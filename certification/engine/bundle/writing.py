"""A bundle as files, the same in the kit's folder and inside the zip."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from certification.engine.bundle.archive import write_archive
from certification.engine.bundle.documents import (
    MANIFEST_FILE,
    RESULTS_FILE,
    write_manifest,
    write_results,
)
from certification.engine.bundle.model import KitResult, Manifest, Signature
from certification.engine.bundle.reading import PROBE_FILE
from certification.engine.bundle.signing import SIGNATURE_FILE, write_envelope
from certification.engine.footprint import write_footprint
from certification.engine.footprint.model import Footprint


def bundle_files(
    manifest: Manifest,
    results: Sequence[KitResult],
    footprints: Sequence[Footprint],
    transcripts: Mapping[str, bytes],
    probe: bytes = b"",
) -> dict[str, bytes]:
    """Every file of a bundle by its name but the signature.

    `transcripts` are by capability; one without any gets an empty file. The digests, in results and
    manifest, are filled in here: what was given for them is not looked at.
    """
    files = {
        f"transcripts/{one.capability}.txt": transcripts.get(one.capability, b"") for one in results
    }
    for at, footprint in enumerate(footprints, 1):
        files[f"footprints/{at:02}-{footprint.condition.value}.json"] = write_footprint(footprint)
    if probe:
        files[PROBE_FILE] = probe
    digested = [
        replace(one, transcript_sha256=_sha256(files[f"transcripts/{one.capability}.txt"]))
        for one in results
    ]
    files[RESULTS_FILE] = write_results(manifest, digested)
    listed = {name: _sha256(content) for name, content in files.items()}
    return {MANIFEST_FILE: write_manifest(replace(manifest, files=listed)), **files}


def write_bundle(files: Mapping[str, bytes], signatures: Iterable[Signature] = ()) -> bytes:
    """The zip of these files (`bundle_files`, or the kit's folder), with the signatures over their
    manifest if there are any. Equal files give equal bytes. Nothing is checked but names and sizes:
    read it back."""
    signed = tuple(signatures)
    return write_archive({**files, SIGNATURE_FILE: write_envelope(signed)} if signed else files)


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
