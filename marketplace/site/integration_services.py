"""The services that a release uses, each with how we know."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from certification.engine.bundle import BundleRefused
from certification.engine.footprint import ServiceUse, services_of
from certification.evidence import EvidenceGone
from certification.levels import bundle_of
from certification.models import Run
from marketplace.site.glyphs import Mark
from marketplace.site.integration_wording import service_type_title
from marketplace.site.wording import Status

VERIFIED = Status(Mark.VERIFIED, "Verified")
MEASURED = Status(Mark.MEASURED, "Measured")
DECLARED = Status(Mark.DECLARED, "Declared by the vendor")
DISPUTED = Status(Mark.DISPUTED, "Disputed")
IN_VAIN = Status(Mark.CAVEAT, "No call succeeded")
_WHY = {
    VERIFIED: "seen in a run that the operator's log or a reviewer confirms",
    MEASURED: "successful calls in public footprints",
    DECLARED: "the vendor's word alone; no footprint is public",
    DISPUTED: "claimed, and no public footprint of this release holds a successful call",
    IN_VAIN: "called, never answered with success",
}


@dataclass(frozen=True, slots=True)
class ServiceLine:
    """`use` is None for a service that is only claimed."""

    service: str
    use: ServiceUse | None
    status: Status

    @property
    def title(self) -> str:
        return service_type_title(self.service)

    @property
    def why(self) -> str:
        return _WHY[self.status]

    @property
    def is_claim(self) -> bool:
        return self.status in (DECLARED, DISPUTED)


def service_lines(
    uses: Sequence[ServiceUse], claimed: Collection[str], live: Collection[str]
) -> list[ServiceLine]:
    """What was measured, then what is only claimed. A claim never turns into a measurement."""
    known = {one.service for one in uses}
    measured = [ServiceLine(one.service, one, _status(one, claimed, live)) for one in uses]
    word = DISPUTED if uses else DECLARED
    return measured + [ServiceLine(name, None, word) for name in sorted(set(claimed) - known)]


def _status(use: ServiceUse, claimed: Collection[str], live: Collection[str]) -> Status:
    if not use.succeeded:
        return DISPUTED if use.service in claimed else IN_VAIN
    return VERIFIED if use.service in live else MEASURED


def services_seen_in(runs: Iterable[Run]) -> set[str]:
    """Those answered with success in these runs; evidence that cannot be read shows nothing."""
    found: set[str] = set()
    for run in runs:
        try:
            footprints = bundle_of(run).footprints
        except (BundleRefused, EvidenceGone):
            continue
        found.update(one.service for one in services_of(footprints) if one.succeeded)
    return found


@dataclass(frozen=True, slots=True)
class ServiceOperations:
    title: str
    rows: tuple[Mapping[str, Any], ...]


def operations_by_service(rows: Iterable[Mapping[str, Any]]) -> list[ServiceOperations]:
    """The rows of a standing's document, which are sorted by service."""
    return [
        ServiceOperations(service_type_title(service), tuple(group))
        for service, group in groupby(rows, key=lambda row: str(row["service"]))
    ]
