"""The Integrated programme in words: levels, modes, outcomes, services."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from certification.engine.integration import (
    CapabilityOutcome,
    ConcernMode,
    ConcernOutcome,
    EvidenceClass,
    Level,
    LevelEvaluation,
    Need,
    Outcome,
)
from certification.engine.integration.model import CapabilityRule
from marketplace.site.glyphs import Mark
from marketplace.site.wording import Status

MEASURED_BY_US = (
    "Measured on a small test cloud without a data plane; not certified; vendor not asked."
)
NOTHING_MEASURED = "Listed. Nothing was measured yet."

_MODES = {
    ConcernMode.SERVED: Status(Mark.SERVED, "Served by OpenStack"),
    ConcernMode.OPTIONAL: Status(Mark.OPTION, "Optional"),
    ConcernMode.PARALLEL: Status(Mark.PARALLEL, "Parallel stack"),
    ConcernMode.NOT_APPLICABLE: Status(Mark.NOT_APPLICABLE, "Not applicable"),
    ConcernMode.NOT_PROVED: Status(Mark.UNKNOWN, "Not proved"),
}
_OUTCOMES = {
    Outcome.PASSED: Status(Mark.PASSES, "Passed"),
    Outcome.NOT_PROVED: Status(Mark.UNKNOWN, "Not proved"),
    Outcome.FAILED: Status(Mark.FAILED, "Failed"),
    Outcome.SKIPPED: Status(Mark.SKIPPED, "Skipped"),
    Outcome.MISSING: Status(Mark.MISSING, "Missing"),
    Outcome.NOT_APPLICABLE: Status(Mark.NOT_APPLICABLE, "Not applicable"),
}
_CLASSES = {
    EvidenceClass.SELF_REPORTED: Status(Mark.SELF_REPORTED, "Self-reported"),
    EvidenceClass.CHALLENGED: Status(Mark.CHALLENGED, "Challenged"),
    EvidenceClass.LIVE: Status(Mark.LIVE, "Live"),
}
_HOW = {
    EvidenceClass.SELF_REPORTED: "The vendor ran the kit and reported the results itself",
    EvidenceClass.CHALLENGED: "The vendor ran the kit under a nonce of ours and signed the result",
    EvidenceClass.LIVE: "The operator's log or a second run by a reviewer confirms the evidence",
}
_TITLES = {
    "dns": "DNS",
    "metric": "Metrics",
    "object-store": "Object storage",
    "shared-file-system": "Shared file systems",
    "key-manager": "Key manager",
}


def mode_status(mode: ConcernMode) -> Status:
    return _MODES[mode]


def outcome_status(one: CapabilityOutcome) -> Status:
    if one.flagged:
        return Status(Mark.FLAGGED, "Flagged, not counted")
    return _OUTCOMES[one.outcome]


def class_status(found: EvidenceClass) -> Status:
    return _CLASSES[found]


def class_words(found: EvidenceClass) -> str:
    return _HOW[found]


def level_title(level: Level) -> str:
    return level.name.capitalize()


def level_with_class(level: Level, evidence_class: EvidenceClass) -> str:
    """`Integrated, challenged`: the class is part of the level's words."""
    if level is Level.LISTED:
        return level_title(level)
    return f"{level_title(level)}, {evidence_class.word}"


def service_type_title(service: str) -> str:
    """`Block storage` for `block-storage`."""
    return _TITLES.get(service) or service.replace("-", " ").capitalize()


def exact(number: Fraction) -> str:
    """At most two decimals, `2.5`; a fraction that does not end is rounded half up."""
    hundredths = int(number * 100 + Fraction(1, 2))
    return f"{hundredths // 100}.{hundredths % 100:02d}".rstrip("0").rstrip(".")


def letters_of(rule: CapabilityRule) -> str:
    """`cI`: required from Integrated on, advised from Connected on."""
    letters, before = "", Need.NONE
    for level, need in sorted(rule.needs.items()):
        if need is not before and need is not Need.NONE:
            initial = level.name[0]
            letters += initial if need is Need.REQUIRED else initial.lower()
        before = need
    return letters


def brought_along(concerns: Sequence[ConcernOutcome]) -> str:
    """The parallel stack, named: `names; telemetry and alarms`; empty without one."""
    return "; ".join(one.title.lower() for one in concerns if one.mode is ConcernMode.PARALLEL)


def evidence_sentence(release: str, evaluation: LevelEvaluation) -> str:
    """What the public evidence of a release shows, certified or not."""
    figure = evaluation.figure.shown
    if evaluation.level is Level.LISTED:
        reached = f"The public evidence of release {release} reaches no level yet"
    else:
        words = level_with_class(evaluation.level, evaluation.evidence_class)
        reached = f"The public evidence of release {release} reaches {words}"
    return f"{reached}. OpenStack serves {figure} of 100 points of what it needs."
