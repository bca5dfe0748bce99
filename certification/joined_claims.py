"""The runs that a submission of the Powered programme rests on, as one.

Most rest on one run. Where a vendor chose several of the release, they are joined by the rule of
`engine/joining.py` each time they are asked for; nothing joined is stored.
"""

from __future__ import annotations

from collections.abc import Sequence

from certification.engine.joining import Joined, Part, join_runs
from certification.engine.report import Report
from certification.judging import report_of
from certification.models import Run, Submission


def runs_of_submission(submission: Submission) -> list[Run]:
    """Its own run and those of its set that support it, oldest first."""
    supporting = Run.objects.filter(supports__submission=submission)
    return sorted({submission.run, *supporting}, key=lambda run: (run.received_at, run.pk))


def report_of_submission(submission: Submission) -> Report:
    """The report that is judged. Raises EvidenceGone, RunsNotJoined."""
    return joined(runs_of_submission(submission)).report


def joined(runs: Sequence[Run]) -> Joined:
    """A run without times of its own counts as made when it was received. Raises EvidenceGone,
    RunsNotJoined."""
    return join_runs(
        Part(f"run {run.short_id}", report_of(run), run.received_at.timestamp()) for run in runs
    )
