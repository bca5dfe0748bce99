"""The stack figure drawn on its graduated scale, and how much it hangs on the weights."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext

from certification.engine.integration import (
    ConcernMode,
    ConcernOutcome,
    IntegrationRules,
    Level,
    LevelEvaluation,
    Sensitivity,
)
from marketplace.site.engraving import number
from marketplace.site.integration_wording import exact, level_title

_KINDS = {ConcernMode.SERVED: "served", ConcernMode.OPTIONAL: "option"}
_PART = "part"
_LEFT_PART = 55


@dataclass(frozen=True, slots=True)
class Segment:
    """`left` and `width` in per cent of the scale. `kind` is served, option or part."""

    left: str
    width: str
    kind: str
    title: str


@dataclass(frozen=True, slots=True)
class Threshold:
    at: int
    words: str


@dataclass(frozen=True, slots=True)
class Scale:
    """`place` is the exact figure in per cent; `anchor` keeps its words inside the drawing."""

    figure: int
    place: str
    words: str
    anchor: str
    segments: tuple[Segment, ...]
    rest: Segment
    thresholds: tuple[Threshold, ...]
    ticks: tuple[int, ...] = tuple(range(5, 100, 5))

    @property
    def label(self) -> str:
        """The drawing in words."""
        said = "; ".join(segment.title for segment in self.segments)
        return gettext("Stack figure {figure}. {points}.").format(
            figure=self.words, points=said or gettext("No point was earned")
        )


def scale_of(rules: IntegrationRules, evaluation: LevelEvaluation) -> Scale:
    figure = evaluation.figure
    segments, at = [], Fraction(0)
    for concern in _served_first(evaluation):
        width = 100 * concern.points / figure.weight
        segments.append(_segment(concern, at, width))
        at += width
    rest = Segment(
        number(float(at)), number(float(100 - at)), "rest", gettext("not served by OpenStack")
    )
    return Scale(
        figure=figure.shown,
        place=number(float(figure.exact)),
        words=_words(rules, evaluation),
        anchor="end" if figure.exact > _LEFT_PART else "start",
        segments=tuple(segments),
        rest=rest,
        thresholds=tuple(
            Threshold(rule.figure, f"{rule.figure} {level_title(level)}")
            for level, rule in rules.levels.items()
            if rule.figure
        ),
    )


def _served_first(evaluation: LevelEvaluation) -> list[ConcernOutcome]:
    order = (ConcernMode.SERVED, ConcernMode.OPTIONAL)
    earning = [one for one in evaluation.concerns if one.points]
    return sorted(
        earning, key=lambda one: order.index(one.mode) if one.mode in order else len(order)
    )


def _segment(concern: ConcernOutcome, at: Fraction, width: Fraction) -> Segment:
    return Segment(
        number(float(at)),
        number(float(width)),
        _KINDS.get(concern.mode, _PART),
        gettext("{title}: {points} of {weight} points").format(
            title=concern.title, points=exact(concern.points), weight=concern.weight
        ),
    )


def _words(rules: IntegrationRules, evaluation: LevelEvaluation) -> str:
    """`42, and Native asks for 75`."""
    figure = evaluation.figure
    above = [
        (rule.figure, level_title(level))
        for level, rule in rules.levels.items()
        if rule.figure > figure.exact
    ]
    if not above:
        return f"{figure.shown}"
    asked, title = min(above)
    return gettext("{figure}, and {title} asks for {asked}").format(
        figure=figure.shown, title=title, asked=asked
    )


@dataclass(frozen=True, slots=True)
class Shift:
    """One weight halved and raised by half: the figure and level that would follow."""

    title: str
    weight: int
    halved: Sensitivity
    raised: Sensitivity
    level: Level

    @property
    def changes_level(self) -> bool:
        return {self.halved.level, self.raised.level} != {self.level}


@dataclass(frozen=True, slots=True)
class WeightTrial:
    shifts: tuple[Shift, ...]

    @property
    def changing(self) -> tuple[Shift, ...]:
        return tuple(shift for shift in self.shifts if shift.changes_level)


def weight_trial(evaluation: LevelEvaluation) -> WeightTrial:
    by_concern: dict[str, list[Sensitivity]] = {}
    for one in evaluation.sensitivities:
        by_concern.setdefault(one.concern, []).append(one)
    shifts = []
    for concern in evaluation.concerns:
        found = sorted(by_concern.get(concern.concern, []), key=lambda one: one.factor)
        if found and concern.applicable:
            shifts.append(
                Shift(concern.title, concern.weight, found[0], found[-1], evaluation.level)
            )
    return WeightTrial(tuple(shifts))
