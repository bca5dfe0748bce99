"""The runs that a submission of the Powered programme rests on, as one.

Most rest on one run. Where a vendor chose several of the release, they are joined by the rule of
`engine/joining.py` each time they are asked for; nothing joined is stored.
"""

from __future__ import annotations

from collections.abc import Sequence

from certification.engine.joining import Joined, Part, join_runs
from certification.engine.report import Report
from certification.engine.verdict import CompiledGuideline
from certification.judging import report_of
from certification.models import Run, Submission


def runs_of_submission(submission: Submission) -> list[Run]:
    """Its own run and those of its set that support it, oldest first."""
    supporting = Run.objects.filter(supports__submission=submission)
    return sorted({submission.run, *supporting}, key=lambda run: (run.received_at, run.pk))


def report_of_submission(submission: Submission, compiled: CompiledGuideline) -> Report:
    """The report that is judged by that guideline. Raises EvidenceGone, RunsNotJoined."""
    return joined(runs_of_submission(submission), compiled).report


def joined(runs: Sequence[Run], compiled: CompiledGuideline) -> Joined:
    """Raises EvidenceGone, RunsNotJoined."""
    return join_runs(
        (Part(label_of(run), report_of(run), run.evidence_sha256) for run in runs), compiled
    )


def label_of(run: Run) -> str:
    return f"run {run.short_id}"
