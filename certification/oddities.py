"""Every sign that a submission's evidence was made up, for a person to weigh (trust.md S12)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from certification.engine.anomalies import anomalies
from certification.engine.eligibility import ANOMALY, Obstacle
from certification.engine.odd_clocks import odd_clocks
from certification.engine.odd_tests import Suite, odd_tests
from certification.guidelines import shipped_inventories, usual_times
from certification.judging import report_of
from certification.models import Run, Submission
from certification.time_copies import copied_times


def oddities(submission: Submission, runs: Sequence[Run]) -> tuple[Obstacle, ...]:
    """Each code once, of the oldest run that has it. Raises EvidenceGone."""
    vendor, found = submission.release.product.vendor, dict[str, Obstacle]()
    for run in runs:
        report = report_of(run)
        signs = (
            *anomalies(report),
            *odd_clocks(report, run.received_at.timestamp(), usual_times()),
            *odd_tests(report, _tempest()),
            *copied_times(run, report, vendor),
        )
        for one in signs:
            found.setdefault(one.code, Obstacle(f"{ANOMALY}{one.code}", one.text, one.pair))
    return tuple(found.values())


@cache
def _tempest() -> Suite:
    """The newest Tempest whose tests we know."""
    suite, tests = max(shipped_inventories().items())
    return Suite.of(suite.replace("-", " ").title(), tests)
