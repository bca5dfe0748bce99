"""The output folder of a run: the files of a bundle, ready for `hallmark pack`."""

from __future__ import annotations

from pathlib import Path

from certification.engine.bundle import bundle_files
from certification.engine.bundle.model import Manifest
from hallmark.kit.lab import Lab
from hallmark.kit.run import KitRun
from hallmark.recorder.recorder import recorder_version

GUIDELINE = "integration.2026.11"


class FolderTaken(ValueError):
    """The output folder holds something already, or cannot be written."""


def claim(folder: Path) -> None:
    """Make the folder. Raises FolderTaken: evidence of two runs must not mix."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        taken = any(folder.iterdir())
    except OSError as error:
        raise FolderTaken(f"{folder} cannot be used: {error.strerror}.") from None
    if taken:
        raise FolderTaken(f"{folder} is not empty. Name a new folder.")


def files_of(lab: Lab, run: KitRun, *, cloud: str, release: str, probe: bytes) -> dict[str, bytes]:
    """Every file of the run by its name."""
    adapter = lab.adapter
    manifest = Manifest(
        kit_version=recorder_version(),
        nonce=lab.nonce,
        product=adapter.name,
        product_version=adapter.version,
        user_agents=adapter.user_agents,
        profile=adapter.profile,
        primary=adapter.primary,
        has_logins=adapter.has_logins,
        cloud=cloud,
        cloud_release=release,
        guideline=GUIDELINE,
        mode=adapter.mode,
        settings=dict(adapter.settings),
        started=run.started,
        ended=run.ended,
        files={},
    )
    return bundle_files(manifest, run.results, run.footprints, run.transcripts, probe)


def write(folder: Path, files: dict[str, bytes]) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
