"""Which footprints of a bundle can be believed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from certification.engine.bundle.archive import FOOTPRINT_NAME
from certification.engine.bundle.model import BundleRefused, Manifest
from certification.engine.bundle.strictness import moment
from certification.engine.footprint import OperationTable, check_footprint, read_footprint
from certification.engine.footprint.model import Footprint, FootprintRefused

#: Manifest and footprints are written by two programs; one may cut the fractions of a second off.
_TOLERANCE = timedelta(seconds=1)


def believed_footprints(
    files: Mapping[str, bytes], manifest: Manifest, tables: Mapping[str, OperationTable]
) -> tuple[tuple[Footprint, ...], tuple[str, ...]]:
    """The footprints in the order of their file names, and for each other file why not."""
    footprints: list[Footprint] = []
    faults: list[str] = []
    for name, raw in sorted(files.items()):
        try:
            footprint = read_footprint(raw)
            reasons = check_footprint(footprint, tables, manifest.nonce)
            reasons += _foreign(name, footprint, manifest)
        except (FootprintRefused, BundleRefused) as refused:
            place = f" ({refused.place})" if refused.place else ""
            reasons = (f"{refused}{place}",)
        if footprints and not reasons and footprint in footprints:
            reasons = ("it is the same as one before it",)
        if reasons:
            faults.append(f"{name}: {'; '.join(reasons)}")
        else:
            footprints.append(footprint)
    return tuple(footprints), tuple(faults)


def _foreign(name: str, footprint: Footprint, manifest: Manifest) -> tuple[str, ...]:
    """Where a footprint and the manifest of its run contradict each other."""
    named = FOOTPRINT_NAME.fullmatch(name)
    pairs = (
        ("condition", footprint.condition.value, named[1] if named else ""),
        ("mode", footprint.mode.value, manifest.mode.value),
        ("product", footprint.product, manifest.product),
        ("product version", footprint.product_version, manifest.product_version),
        ("User-Agents", set(footprint.user_agents), set(manifest.user_agents)),
    )
    reasons = [f"{what}: not that of the run" for what, found, said in pairs if found != said]
    if not _inside(footprint, manifest):
        reasons.append("it was not recorded between start and end of the run")
    return tuple(reasons)


def _inside(footprint: Footprint, manifest: Manifest) -> bool:
    """Raises BundleRefused for a footprint with a time that is none."""
    began = moment(footprint.started, "started", "bundle-footprint")
    ended = moment(footprint.ended, "ended", "bundle-footprint")
    first = moment(manifest.started, "started", "bundle-manifest")
    last = moment(manifest.ended, "ended", "bundle-manifest")
    return first - _TOLERANCE <= began <= ended <= last + _TOLERANCE
