"""The Integrated programme in words: levels, modes, outcomes, services."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from django.utils.translation import gettext, gettext_noop

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

MEASURED_BY_US = gettext_noop(
    "Measured on a small test cloud without a data plane; not certified; vendor not asked."
)
NOTHING_MEASURED = gettext_noop("Listed. Nothing was measured yet.")

_MODES = {
    ConcernMode.SERVED: Status(Mark.SERVED, gettext_noop("Served by OpenStack")),
    ConcernMode.OPTIONAL: Status(Mark.OPTION, gettext_noop("Optional")),
    ConcernMode.PARALLEL: Status(Mark.PARALLEL, gettext_noop("Parallel stack")),
    ConcernMode.NOT_APPLICABLE: Status(Mark.NOT_APPLICABLE, gettext_noop("Not applicable")),
    ConcernMode.NOT_PROVED: Status(Mark.UNKNOWN, gettext_noop("Not proved")),
}
_OUTCOMES = {
    Outcome.PASSED: Status(Mark.PASSES, gettext_noop("Passed")),
    Outcome.NOT_PROVED: Status(Mark.UNKNOWN, gettext_noop("Not proved")),
    Outcome.FAILED: Status(Mark.FAILED, gettext_noop("Failed")),
    Outcome.SKIPPED: Status(Mark.SKIPPED, gettext_noop("Skipped")),
    Outcome.MISSING: Status(Mark.MISSING, gettext_noop("Missing")),
    Outcome.NOT_APPLICABLE: Status(Mark.NOT_APPLICABLE, gettext_noop("Not applicable")),
}
_CLASSES = {
    EvidenceClass.SELF_REPORTED: Status(Mark.SELF_REPORTED, gettext_noop("Self-reported")),
    EvidenceClass.CHALLENGED: Status(Mark.CHALLENGED, gettext_noop("Challenged")),
    EvidenceClass.LIVE: Status(Mark.LIVE, gettext_noop("Live")),
}
_HOW = {
    EvidenceClass.SELF_REPORTED: gettext_noop(
        "The vendor ran the kit and reported the results itself"
    ),
    EvidenceClass.CHALLENGED: gettext_noop(
        "The vendor ran the kit under a nonce of ours and signed the result"
    ),
    EvidenceClass.LIVE: gettext_noop(
        "The operator's log or a second run by a reviewer confirms the evidence"
    ),
}
_TITLES = {
    "dns": "DNS",
    "metric": gettext_noop("Metrics"),
    "object-store": gettext_noop("Object storage"),
    "shared-file-system": gettext_noop("Shared file systems"),
    "key-manager": gettext_noop("Key manager"),
}


def mode_status(mode: ConcernMode) -> Status:
    return _MODES[mode]


def outcome_status(one: CapabilityOutcome) -> Status:
    if one.flagged:
        return Status(Mark.FLAGGED, gettext("Flagged, not counted"))
    return _OUTCOMES[one.outcome]


def class_status(found: EvidenceClass) -> Status:
    return _CLASSES[found]


def class_words(found: EvidenceClass) -> str:
    return gettext(_HOW[found])


def level_title(level: Level) -> str:
    return level.name.capitalize()


def level_with_class(level: Level, evidence_class: EvidenceClass) -> str:
    """`Integrated, challenged`: the class is part of the level's words."""
    if level is Level.LISTED:
        return level_title(level)
    return f"{level_title(level)}, {evidence_class.word}"


def service_type_title(service: str) -> str:
    """`Block storage` for `block-storage`."""
    known = _TITLES.get(service)
    return gettext(known) if known else service.replace("-", " ").capitalize()


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
        reached = gettext("The public evidence of release {release} reaches no level yet").format(
            release=release
        )
    else:
        words = level_with_class(evaluation.level, evaluation.evidence_class)
        reached = gettext("The public evidence of release {release} reaches {words}").format(
            release=release, words=words
        )
    return gettext("{reached}. OpenStack serves {figure} of 100 points of what it needs.").format(
        reached=reached, figure=figure
    )
