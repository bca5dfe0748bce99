"""Levels and what they rest on, in words."""

from __future__ import annotations

from certification.engine.integration import ConcernMode, EvidenceClass, Outcome
from marketplace.site.glyphs import Mark
from marketplace.site.wording import Status

_CLASS = {
    EvidenceClass.SELF_REPORTED: Status(Mark.SELF_REPORTED, "Self-reported"),
    EvidenceClass.CHALLENGED: Status(Mark.CHALLENGED, "Challenged"),
    EvidenceClass.LIVE: Status(Mark.LIVE, "Live"),
}
_MODE = {
    ConcernMode.SERVED: Status(Mark.PASSES, "By OpenStack"),
    ConcernMode.OPTIONAL: Status(Mark.CAVEAT, "With an option set"),
    ConcernMode.PARALLEL: Status(Mark.NOT, "Parallel stack"),
    ConcernMode.NOT_APPLICABLE: Status(Mark.PAST, "Not applicable"),
    ConcernMode.NOT_PROVED: Status(Mark.MISSING, "Not proved"),
}
_OUTCOME = {
    Outcome.PASSED: Status(Mark.PASSES, "Passed"),
    Outcome.NOT_PROVED: Status(Mark.MISSING, "Not proved"),
    Outcome.FAILED: Status(Mark.FAILED, "Failed"),
    Outcome.SKIPPED: Status(Mark.SKIPPED, "Skipped"),
    Outcome.MISSING: Status(Mark.MISSING, "Not run"),
    Outcome.NOT_APPLICABLE: Status(Mark.PAST, "Not applicable"),
}


def class_status(evidence_class: EvidenceClass) -> Status:
    return _CLASS[evidence_class]


def mode_status(mode: ConcernMode) -> Status:
    return _MODE[mode]


def outcome_status(outcome: Outcome) -> Status:
    return _OUTCOME[outcome]
