"""The services that a release uses, each with how we know."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.utils.translation import gettext, gettext_noop

from certification.engine.bundle import BundleRefused
from certification.engine.footprint import ServiceUse, services_of
from certification.evidence import EvidenceGone
from certification.levels import bundle_of
from certification.models import Run
from marketplace.site.glyphs import Mark
from marketplace.site.integration_wording import service_type_title
from marketplace.site.wording import Status

VERIFIED = Status(Mark.VERIFIED, gettext_noop("Verified"))
MEASURED = Status(Mark.MEASURED, gettext_noop("Measured"))
DECLARED = Status(Mark.DECLARED, gettext_noop("Declared by the vendor"))
DISPUTED = Status(Mark.DISPUTED, gettext_noop("Disputed"))
IN_VAIN = Status(Mark.CAVEAT, gettext_noop("No call succeeded"))
_WHY = {
    VERIFIED: gettext_noop("seen in a run that the operator's log or a reviewer confirms"),
    MEASURED: gettext_noop("successful calls in public footprints"),
    DECLARED: gettext_noop("the vendor's word alone; no footprint is public"),
    DISPUTED: gettext_noop(
        "claimed, and no public footprint of this release holds a successful call"
    ),
    IN_VAIN: gettext_noop("called, never answered with success"),
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
        return gettext(_WHY[self.status])

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
