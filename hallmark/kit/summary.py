"""What a run says to the person who started it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from certification.engine.bundle.model import Bundle
from certification.engine.integration import (
    EvidenceClass,
    IntegrationRules,
    Level,
    LevelEvaluation,
    NotApplicable,
    Outcome,
    Profile,
    evidence_of,
    judge_level,
)
from certification.engine.report import TestState

_SHOWN = 12


def evaluated(
    bundle: Bundle, digest: str, rules: IntegrationRules, evidence_class: EvidenceClass
) -> LevelEvaluation:
    """What the bundle would give by itself as evidence of this class, with all left out that its
    profile may leave out without a reviewer."""
    said = bundle.manifest
    profile = rules.profiles[said.profile]
    by_primary = profile.may_be_na.get(said.primary, ())
    subjects = sorted({*profile.may_be_na.get("", ()), *by_primary})
    run = evidence_of(bundle, sha256=digest, evidence_class=evidence_class)
    left_out = tuple(NotApplicable(one, "the profile leaves it open") for one in subjects)
    return judge_level(rules, Profile(said.profile, said.primary, left_out, said.has_logins), [run])


def results_by_axis(bundle: Bundle) -> Iterator[str]:
    """A line for each axis, then what failed and what was skipped, with the reason."""
    axes: dict[str, Counter[TestState]] = {}
    for one in bundle.results:
        axes.setdefault(one.capability.partition(".")[0], Counter())[one.state] += 1
    yield f"{'axis':<12}{'passed':>8}{'failed':>8}{'skipped':>8}"
    for axis, counts in axes.items():
        yield f"{axis:<12}" + "".join(f"{counts[state]:>8}" for state in _STATES)
    total = Counter(one.state for one in bundle.results)
    yield f"{'together':<12}" + "".join(f"{total[state]:>8}" for state in _STATES)
    for state in (TestState.FAILED, TestState.SKIPPED):
        for one in bundle.results:
            if one.state is state:
                yield f"{state}: {one.capability}: {one.reason}"


_STATES = (TestState.PASSED, TestState.FAILED, TestState.SKIPPED)


def level_words(alone: LevelEvaluation, confirmed: LevelEvaluation) -> Iterator[str]:
    """The level that results and footprints give self-reported (`alone`), what they would give if
    the operator confirmed them, and what is short of the level after that."""
    for one in confirmed.capabilities:
        if one.outcome is Outcome.NOT_PROVED:
            yield f"not proved: {one.capability}: {one.explanation}"
    yield f"By itself, self-reported: {_named(alone)}."
    yield f"As challenged and confirmed evidence: {_named(confirmed)}."
    if confirmed.level is Level.NATIVE:
        return
    target = Level(confirmed.level + 1)
    short = confirmed.missing[target]
    yield f"Short of {target.name.capitalize()}, quickest first:"
    for step in short[:_SHOWN]:
        yield f"  {f'{step.capability}: ' if step.capability else ''}{step.text}"
    if len(short) > _SHOWN:
        yield f"  and {len(short) - _SHOWN} more"


def _named(evaluation: LevelEvaluation) -> str:
    return f"{evaluation.level.name.capitalize()}, stack figure {evaluation.figure.shown}"
