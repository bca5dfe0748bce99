"""What the recorder and the probe saw in one run of the kit, for people."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext, gettext_noop

from certification.engine.bundle import Bundle
from certification.engine.footprint import Footprint
from certification.engine.probe import Probe, ProbeRefused, read_probe
from certification.models import ProbeReport, Run
from marketplace.catalogue.openstack import release_title
from marketplace.site.glyphs import Mark
from marketplace.site.integration_stress import TRIALS
from marketplace.site.wording import Status

UNDISTURBED = gettext_noop("Nothing is disturbed")


@dataclass(frozen=True, slots=True)
class RecordedCondition:
    """One footprint. `seen` are the facts that the recorder took, in words."""

    condition: str
    happens: str
    footprint: Footprint
    seen: tuple[str, ...]

    @property
    def services(self) -> int:
        return len({one.service for one in self.footprint.operations})


@dataclass(frozen=True, slots=True)
class ProbeLine:
    """A service of the cloud with the versions that it offers."""

    service: str
    versions: str


@dataclass(frozen=True, slots=True)
class ProbeFacts:
    """`released` says which OpenStack release the cloud was measured to run."""

    released: Status
    services: tuple[ProbeLine, ...]


def recorded_conditions(bundle: Bundle | None) -> tuple[RecordedCondition, ...]:
    """One line for each footprint, in the order of the bundle."""
    happens = {condition: words for condition, (words, _) in TRIALS.items()}
    return tuple(
        RecordedCondition(
            one.condition.value, gettext(happens.get(one.condition, UNDISTURBED)), one, _seen(one)
        )
        for one in (bundle.footprints if bundle else ())
    )


def _seen(footprint: Footprint) -> tuple[str, ...]:
    facts, found = footprint.facts, []
    if facts.retries_after_5xx:
        found.append(
            gettext("{retries_after_5xx} calls repeated after an error of the server").format(
                retries_after_5xx=facts.retries_after_5xx
            )
        )
    if facts.after_429_min_s is not None:
        found.append(
            gettext("shortest wait after 429: {after_429_min_s:.1f} s").format(
                after_429_min_s=facts.after_429_min_s
            )
        )
    if facts.next_links:
        found.append(
            gettext("{next_links} next links followed").format(next_links=facts.next_links)
        )
    found.extend(
        gettext("works with {service} {floor}").format(service=service, floor=floor)
        for service, floor in sorted(footprint.mv_floor.items())
    )
    if footprint.unknown:
        found.append(gettext("{unknown} calls to unknown places").format(unknown=footprint.unknown))
    return tuple(found)


def probe_facts(run: Run) -> ProbeFacts | None:
    """None where no probe came with the run."""
    row = ProbeReport.objects.filter(run=run).first()
    if row is None:
        return None
    try:
        probe = read_probe(bytes(row.document))
    except ProbeRefused:
        return None
    return ProbeFacts(_released(row), _probed(probe))


def _released(row: ProbeReport) -> Status:
    if row.measured_release:
        return Status(
            Mark.MEASURED,
            gettext("Measured: {release}").format(release=release_title(row.measured_release)),
        )
    if row.oldest:
        between = gettext("{oldest} and {newest}").format(
            oldest=release_title(row.oldest), newest=release_title(row.newest)
        )
        return Status(Mark.MEASURED, gettext("Measured between {between}").format(between=between))
    return Status(Mark.UNKNOWN, gettext("Its microversions fit no release"))


def _probed(probe: Probe) -> tuple[ProbeLine, ...]:
    return tuple(
        ProbeLine(
            name,
            ", ".join(
                gettext("{id}, microversions {minimum} to {maximum}").format(
                    id=one.id, minimum=one.minimum, maximum=one.maximum
                )
                if one.maximum
                else one.id
                for one in service.versions
            )
            or service.unknown,
        )
        for name, service in sorted(probe.services.items())
    )
