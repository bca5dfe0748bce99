"""Guidelines, runs, evaluations, and the queue of record."""

from certification.models.guidelines import (
    Guideline,
    GuidelineApproval,
    GuidelineQuerySet,
    KnownTest,
)
from certification.models.queue import Heartbeat, QueueEntry
from certification.models.runs import Evaluation, Run, RunQuerySet

__all__ = [
    "Evaluation",
    "Guideline",
    "GuidelineApproval",
    "GuidelineQuerySet",
    "Heartbeat",
    "KnownTest",
    "QueueEntry",
    "Run",
    "RunQuerySet",
]
