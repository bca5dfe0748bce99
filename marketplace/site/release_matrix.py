"""Releases against guidelines: only what was tested."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from certification.models import Guideline
from certification.queries import (
    StandingCertificate,
    TargetVerdict,
    every_guideline,
    verdicts_of_each,
)
from certification.queries.joined import verdicts_of_joined
from marketplace.catalogue.models import ProductRelease

State = Guideline.State


@dataclass(frozen=True, slots=True)
class Cell:
    """The newest certificate of each target, and how ready certified runs are for a draft."""

    guideline: Guideline
    certificates: tuple[StandingCertificate, ...]
    readiness: tuple[TargetVerdict, ...]

    @property
    def in_force(self) -> bool:
        return self.guideline.state == State.APPROVED

    @property
    def is_empty(self) -> bool:
        return not self.certificates and not self.readiness


@dataclass(frozen=True, slots=True)
class Row:
    release: ProductRelease
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    guidelines: tuple[Guideline, ...]
    rows: tuple[Row, ...]


def release_matrix(
    releases: Sequence[ProductRelease], certificates: Sequence[StandingCertificate]
) -> Matrix:
    """`certificates` newest first. Columns: guidelines that certified something here, those in
    force for platforms, and announced drafts that a certified run was judged by."""
    readiness = _readiness(certificates)
    columns = _columns(certificates, readiness.values())
    rows = (
        Row(release, tuple(_cell(release, column, certificates, readiness) for column in columns))
        for release in releases
    )
    return Matrix(tuple(columns), tuple(rows))


def _cell(
    release: ProductRelease,
    column: Guideline,
    certificates: Sequence[StandingCertificate],
    readiness: dict[int, list[TargetVerdict]],
) -> Cell:
    newest: dict[str, StandingCertificate] = {}
    for one in certificates:
        if one.certificate.release_id == release.pk and one.certificate.guideline_id == column.pk:
            newest.setdefault(one.certificate.target, one)
    ready = [line for line in readiness.get(release.pk, []) if line.guideline.pk == column.pk]
    return Cell(column, tuple(newest.values()), tuple(ready))


def _readiness(certificates: Sequence[StandingCertificate]) -> dict[int, list[TargetVerdict]]:
    """By release: what announced drafts say of the runs in force, for the certified targets."""
    in_force = [one for one in certificates if one.in_force]
    runs = {one.certificate.run_id: one.certificate.run for one in in_force if len(one.runs) == 1}
    kept = {run.pk: found for run, found in verdicts_of_each(list(runs.values()))}
    by_release: dict[int, list[TargetVerdict]] = {}
    for one in in_force:
        certificate = one.certificate
        alone = len(one.runs) == 1
        lines = kept[certificate.run_id] if alone else verdicts_of_joined(one.runs)
        by_release.setdefault(certificate.release_id, []).extend(
            line for line in lines if line.is_readiness and line.target == certificate.target
        )
    return by_release


def _columns(
    certificates: Sequence[StandingCertificate], readiness: Iterable[list[TargetVerdict]]
) -> list[Guideline]:
    columns = {one.certificate.guideline_id: one.certificate.guideline for one in certificates}
    columns |= {line.guideline.pk: line.guideline for lines in readiness for line in lines}
    columns |= {g.pk: g for g in every_guideline().filter(state=State.APPROVED, add_on="")}
    return sorted(columns.values(), key=lambda g: (g.version, g.add_on, g.pk))
