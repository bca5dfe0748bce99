"""A bundle as a report, so that pages and bitmaps treat it as any other evidence."""

from __future__ import annotations

from certification.engine.bundle.model import Bundle
from certification.engine.bundle.strictness import moment
from certification.engine.report import Entry, EvidenceFormat, Report, ReportWarning


def report_of_bundle(bundle: Bundle) -> Report:
    """The kit's results as entries `osi.<capability>`; each footprint left out is a warning."""
    entries = [
        Entry(
            name=f"osi.{one.capability}",
            idempotent_id=one.idempotent_id,
            state=one.state,
            reason=one.reason,
            started_at=_seconds(one.started),
            ended_at=_seconds(one.ended),
        )
        for one in bundle.results
    ]
    return Report(
        format=EvidenceFormat.OSI_BUNDLE,
        entries=tuple(sorted(entries, key=lambda entry: (entry.name, entry.idempotent_id))),
        warnings=tuple(ReportWarning("footprint-left-out", fault) for fault in bundle.faults),
        started_at=_seconds(bundle.manifest.started),
        ended_at=_seconds(bundle.manifest.ended),
        events=len(entries),
    )


def _seconds(text: str) -> float:
    return moment(text, "", "bundle-results").timestamp()
