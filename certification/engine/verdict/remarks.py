"""Warnings of an evaluation: what a reader should know and what changes no state."""

from __future__ import annotations

from collections.abc import Iterable

from certification.engine.report import Report, ReportWarning
from certification.engine.verdict.evaluation import EvidenceFacts
from certification.engine.verdict.sighting import Sighting


def remarks(
    report: Report,
    facts: EvidenceFacts,
    sightings: Iterable[tuple[str, str, Sighting]],
    unknown_waived: Iterable[str],
) -> tuple[ReportWarning, ...]:
    """Sorted and distinct; `sightings` are (test name, id, sighting)."""
    found = set(report.warnings)
    found.update(_evidence_remarks(facts))
    found.update(
        ReportWarning(
            "same-name-other-id",
            f"{name} was also run with id {', '.join(sighting.other_ids)}: not the same test as "
            f"the guideline's {idempotent_id}.",
        )
        for name, idempotent_id, sighting in sightings
        if sighting.other_ids
    )
    found.update(
        ReportWarning("waiver-names-no-test", f"A waiver names {text}: no test that counts here.")
        for text in unknown_waived
    )
    return tuple(sorted(found, key=lambda warning: (warning.code, warning.text)))


def _evidence_remarks(facts: EvidenceFacts) -> list[ReportWarning]:
    said = []
    if facts.passes_only:
        said.append(
            ReportWarning(
                "passes-only",
                "The format lists passed tests only: failures and skips cannot be told apart.",
            )
        )
    if facts.looks_incomplete:
        said.append(
            ReportWarning("looks-incomplete", "A worker seems to have died before its tests ended.")
        )
    return said
