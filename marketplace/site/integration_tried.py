"""Where a product was tried: OpenStack releases against its own, each with how we know."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext, gettext_noop

from certification.engine.footprint import Mode
from certification.engine.integration import EvidenceClass
from certification.models import Run
from certification.queries import StandingCertificate
from marketplace.catalogue.models import ProductRelease
from marketplace.catalogue.openstack import find_release, newest_first, release_title
from marketplace.site.glyphs import Mark
from marketplace.site.wording import Status

COLUMNS = 4
MEASURED = Status(Mark.MEASURED, gettext_noop("Measured"))
BETWEEN = Status(Mark.MEASURED, gettext_noop("Measured between"))
STATED = Status(Mark.DECLARED, gettext_noop("Stated in the run"))


@dataclass(frozen=True, slots=True)
class Trial:
    """One public run. `known` says how its OpenStack release is known; `between` is the range that
    the cloud's microversions leave. `is_open`: the reader may open the run itself."""

    run: Run
    openstack: str
    known: Status
    between: str
    evidence_class: EvidenceClass
    is_open: bool

    @property
    def cloud(self) -> str:
        return self.run.bundle.cloud or gettext("a cloud without a name")

    @property
    def at(self) -> datetime:
        return self.run.ended_at or self.run.received_at


@dataclass(frozen=True, slots=True)
class TriedCloud:
    """The runs on one cloud whose release is known in one way, newest first; never empty."""

    trials: tuple[Trial, ...]

    @property
    def newest(self) -> Trial:
        return self.trials[0]

    @property
    def evidence_class(self) -> EvidenceClass:
        """The best of them."""
        return max(one.evidence_class for one in self.trials)

    @property
    def by_option_alone(self) -> bool:
        return all(one.run.bundle.mode == Mode.OPTION for one in self.trials)


@dataclass(frozen=True, slots=True)
class Cell:
    release: ProductRelease
    clouds: tuple[TriedCloud, ...]
    certificates: tuple[StandingCertificate, ...]
    claimed: bool

    @property
    def is_empty(self) -> bool:
        return not self.clouds and not self.certificates


@dataclass(frozen=True, slots=True)
class Row:
    """`openstack` is a name, empty where no run says."""

    openstack: str
    cells: tuple[Cell, ...]

    @property
    def title(self) -> str:
        return release_title(self.openstack) if self.openstack else gettext("Not known")

    @property
    def is_slurp(self) -> bool:
        found = find_release(self.openstack)
        return found is not None and found.slurp


@dataclass(frozen=True, slots=True)
class TriedMatrix:
    """The newest releases of the product; `older` counts those left out."""

    columns: tuple[ProductRelease, ...]
    rows: tuple[Row, ...]
    older: int


def trial_of(run: Run, evidence_class: EvidenceClass, *, is_open: bool) -> Trial:
    """`run` with its bundle and, if it has one, its probe."""
    probe = getattr(run, "probe", None)
    measured = probe.measured_release if probe is not None else ""
    between = ""
    if probe is not None and not measured and probe.oldest:
        between = gettext("{oldest} and {newest}").format(
            oldest=release_title(probe.oldest), newest=release_title(probe.newest)
        )
    known = MEASURED if measured else BETWEEN if between else STATED
    openstack = measured or run.bundle.cloud_release
    return Trial(run, openstack, known, between, evidence_class, is_open)


def tried_matrix(
    releases: Sequence[ProductRelease],
    trials: Mapping[str, Sequence[Trial]],
    certificates: Sequence[StandingCertificate],
) -> TriedMatrix:
    """`releases` newest first; `trials` by the version that was run."""
    columns = tuple(releases[:COLUMNS])
    names = {one.openstack for column in columns for one in trials.get(column.version, ())}
    names |= {name for column in columns for name in column.openstack_releases}
    names |= {
        one.certificate.openstack_release
        for one in certificates
        if one.certificate.release_id in {column.pk for column in columns}
    }
    ordered = newest_first(names - {""}) + ([""] if "" in names else [])
    rows = tuple(
        Row(name, tuple(_cell(name, column, trials, certificates) for column in columns))
        for name in ordered
    )
    return TriedMatrix(columns, rows, len(releases) - len(columns))


def _cell(
    openstack: str,
    release: ProductRelease,
    trials: Mapping[str, Sequence[Trial]],
    certificates: Sequence[StandingCertificate],
) -> Cell:
    return Cell(
        release=release,
        clouds=_clouds(
            one for one in trials.get(release.version, ()) if one.openstack == openstack
        ),
        certificates=tuple(
            one
            for one in certificates
            if one.certificate.release_id == release.pk
            and one.certificate.openstack_release == openstack
        ),
        claimed=openstack in release.openstack_releases,
    )


def _clouds(trials: Iterable[Trial]) -> tuple[TriedCloud, ...]:
    found: dict[tuple[str, Status, str], list[Trial]] = {}
    for one in trials:
        found.setdefault((one.cloud, one.known, one.between), []).append(one)
    return tuple(
        TriedCloud(tuple(sorted(group, key=lambda one: one.at, reverse=True)))
        for group in found.values()
    )
