"""From the folder that the test kit writes to the one file that is uploaded, and what it holds."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from certification.engine.bundle import Bundle, BundleRefused, read_bundle, read_manifest
from certification.engine.bundle.archive import MOST_BYTES, require_name
from certification.engine.footprint import parse_table
from certification.engine.report import TestState
from certification.guidelines import shipped_operation_table

MANIFEST_FILE = "manifest.json"
#: Where the kit puts what a bundle holds; what else lies in a run's folder stays out.
_FOLDERS = ("footprints", "transcripts")


class PackRefused(ValueError):
    """The folder cannot become a bundle, or the file is none; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """The files of a bundle by name, and those that look as if they belonged and are not named by
    the manifest."""

    files: dict[str, bytes]
    left_out: tuple[str, ...]


def gather(folder: Path) -> Gathered:
    """All that the folder's manifest names. Raises PackRefused, BundleRefused."""
    files = {MANIFEST_FILE: _bytes_of(folder, MANIFEST_FILE)}
    named = read_manifest(files[MANIFEST_FILE]).files
    for name in sorted(named):
        require_name(name)
        files[name] = _bytes_of(folder, name)
    return Gathered(files, tuple(name for name in _lying_there(folder) if name not in named))


def open_bundle(raw: bytes) -> Bundle:
    """The bundle as the marketplace will read it. Raises BundleRefused."""
    table = parse_table(shipped_operation_table())
    return read_bundle(raw, {table.sha256: table})


def read_file(path: Path) -> bytes:
    """At most as much as a bundle may have. Raises PackRefused."""
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as error:
        raise PackRefused(f"{path} cannot be read: {error.strerror}.") from None


def described(bundle: Bundle, raw: bytes) -> Iterator[str]:
    """What a bundle holds, line by line, for the person who hands it in."""
    said = bundle.manifest
    counts = dict.fromkeys(TestState, 0)
    for result in bundle.results:
        counts[result.state] += 1
    requests = sum(footprint.requests for footprint in bundle.footprints)
    conditions = ", ".join(footprint.condition.value for footprint in bundle.footprints)
    yield f"product     {said.product} {said.product_version} ({said.profile}, {said.mode.value})"
    yield f"cloud       {said.cloud or 'not named'} {said.cloud_release}".rstrip()
    yield f"guideline   {said.guideline}"
    yield f"run         {said.started} to {said.ended}, kit {said.kit_version}"
    yield f"nonce       {said.nonce}"
    yield (
        f"results     {counts[TestState.PASSED]} passed, {counts[TestState.FAILED]} failed, "
        f"{counts[TestState.SKIPPED]} skipped"
    )
    yield f"footprints  {len(bundle.footprints)} with {requests} calls: {conditions or 'none'}"
    yield f"probe       {'yes' if bundle.probe else 'no'}"
    signers = ", ".join(one.keyid for one in bundle.signatures)
    yield f"signed by   {signers or 'nobody: such a run is self-reported'}"
    yield f"sha256      {hashlib.sha256(raw).hexdigest()}"


def refusal(refused: BundleRefused) -> str:
    place = f" ({refused.place})" if refused.place else ""
    return f"{refused}{place} [{refused.code}]"


def _bytes_of(folder: Path, name: str) -> bytes:
    path = folder / name
    if path.is_symlink() or not path.is_file():
        raise PackRefused(f"{folder} holds no {name}. Give the folder that `hallmark kit` wrote.")
    return read_file(path)


def _lying_there(folder: Path) -> Iterator[str]:
    for inner in _FOLDERS:
        if (folder / inner).is_dir():
            yield from sorted(f"{inner}/{path.name}" for path in (folder / inner).iterdir())
