"""The certificates of a product on a graduated scale of months, as the page draws it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from django.utils.translation import gettext

from certification.queries import HistoryEntry, StandingCertificate, Turn
from certification.queries.certificates import changed_at
from marketplace.site.certificate_wording import what_is_certified
from marketplace.site.engraving import number

#: More would be a picture that nobody reads; the list below it holds all.
SPANS_MOST = 12
_ROW_PX, _TOP_PX, _FOOT_PX = 34, 4, 26
_MONTHS_TICKED_MOST, _YEARS_NAMED_MOST = 60, 6
#: In per cent of the scale; on a narrow screen a name takes a sixth of it.
_NAMES_APART = 18
#: On a narrow screen the words of a bar take two thirds of its scale.
_LEFT_PART, _RIGHT_PART = 30, 70
_VERSION_SHOWN = 16


@dataclass(frozen=True, slots=True)
class Pause:
    left: str
    width: str


@dataclass(frozen=True, slots=True)
class Span:
    """`left` and `width` in per cent, `top` in pixels. `kind` is live, past or ended (suspended or
    revoked). The words stand at `words_at`, and `anchor` says which way they run from there."""

    left: str
    width: str
    top: int
    kind: str
    words: str
    words_at: str
    anchor: str
    pauses: tuple[Pause, ...]

    @property
    def words_top(self) -> int:
        return self.top + 11

    @property
    def bar_top(self) -> int:
        return self.top + 17


@dataclass(frozen=True, slots=True)
class HistoryScale:
    """Ticks in per cent; the name of each year with its place and the way it runs from there."""

    spans: tuple[Span, ...]
    months: tuple[str, ...]
    years: tuple[tuple[str, str, str], ...]
    today: str
    more: int

    @property
    def line(self) -> int:
        """Where the scale lies, in pixels."""
        return _TOP_PX + _ROW_PX * len(self.spans) + 4

    @property
    def height(self) -> int:
        return self.line + _FOOT_PX

    @property
    def label(self) -> str:
        said = "; ".join(one.words for one in self.spans)
        return gettext(
            "Certificates over time: {said}. The list below says the same with its dates."
        ).format(said=said)


@dataclass(frozen=True, slots=True)
class _Axis:
    begins: datetime
    ends: datetime

    def place(self, at: datetime) -> float:
        whole = (self.ends - self.begins).total_seconds()
        return min(max(100 * (at - self.begins).total_seconds() / whole, 0.0), 100.0)


def history_scale(history: Sequence[HistoryEntry]) -> HistoryScale | None:
    """None where nothing was ever certified. The newest certificates come first."""
    issued = {e.one.certificate.pk: e.one for e in history if e.turn is Turn.ISSUED}
    if not issued:
        return None
    every = sorted(issued.values(), key=lambda one: one.certificate.issued_at, reverse=True)
    drawn, now = every[:SPANS_MOST], every[0].read_at
    axis = _axis(drawn, now)
    months = _months(axis)
    return HistoryScale(
        spans=tuple(_span(one, place, axis, history) for place, one in enumerate(drawn)),
        months=tuple(number(axis.place(at)) for at in months)
        if len(months) <= _MONTHS_TICKED_MOST
        else (),
        years=_years(axis, months),
        today=number(axis.place(now)),
        more=len(every) - len(drawn),
    )


def _axis(drawn: Iterable[StandingCertificate], now: datetime) -> _Axis:
    """Whole months: from that of the first issue to that of the last end, or of today."""
    first = min(one.certificate.issued_at for one in drawn).astimezone(UTC)
    last = max([now, *(_end(one) for one in drawn)]).astimezone(UTC)
    return _Axis(_month(first.date()), _month(_next_month(last.date())))


def _end(one: StandingCertificate) -> datetime:
    """Where its bar ends: in force until its last day, else when it ended."""
    return one.certificate.valid_until if one.in_force else changed_at(one)


def _span(
    one: StandingCertificate, place: int, axis: _Axis, history: Sequence[HistoryEntry]
) -> Span:
    left, right = axis.place(one.certificate.issued_at), axis.place(_end(one))
    words_at, anchor = _room(left, right)
    version = one.certificate.release.version[:_VERSION_SHOWN]
    state = gettext("in force") if one.in_force else one.standing.value
    return Span(
        left=number(left),
        width=number(max(right - left, 0.5)),
        top=_TOP_PX + place * _ROW_PX,
        kind="live" if one.in_force else _kind(one),
        words=gettext("{certified}, release {version}: {state}").format(
            certified=what_is_certified(one), version=version, state=state
        ),
        words_at=number(words_at),
        anchor=anchor,
        pauses=tuple(_pauses(one, axis, history)),
    )


def _room(left: float, right: float) -> tuple[float, str]:
    """Where the words of a bar stand so that they stay inside."""
    if left <= _LEFT_PART:
        return left, "start"
    return (right, "end") if right >= _RIGHT_PART else (50, "middle")


def _kind(one: StandingCertificate) -> str:
    return "ended" if one.standing.value in ("revoked", "suspended") else "past"


def _pauses(
    one: StandingCertificate, axis: _Axis, history: Sequence[HistoryEntry]
) -> Iterable[Pause]:
    """Suspensions that are over."""
    turns = [e for e in reversed(history) if e.one.certificate.pk == one.certificate.pk]
    for before, after in pairwise(turns):
        if before.turn is Turn.SUSPENDED:
            left, right = axis.place(before.at), axis.place(after.at)
            yield Pause(number(left), number(max(right - left, 0.3)))


def _months(axis: _Axis) -> list[datetime]:
    found, at = [], axis.begins
    while at <= axis.ends:
        found.append(at)
        at = _month(_next_month(at.date()))
    return found


def _years(axis: _Axis, months: Sequence[datetime]) -> tuple[tuple[str, str, str], ...]:
    """The first days of years, few enough to read, and before them where the scale begins."""
    firsts = [at for at in months if at.month == 1]
    if len(firsts) > _YEARS_NAMED_MOST:
        firsts = firsts[:: len(firsts) // _YEARS_NAMED_MOST + 1]
    placed = [(axis.place(at), f"{at.year}") for at in firsts]
    if not placed or placed[0][0] > _NAMES_APART:
        placed = [(0.0, f"{axis.begins:%b %Y}"), *placed]
    return tuple(
        (number(at), words, "end" if at > 100 - _NAMES_APART / 2 else "start")
        for at, words in placed
    )


def _month(day: date) -> datetime:
    return datetime(day.year, day.month, 1, tzinfo=UTC)


def _next_month(day: date) -> date:
    return date(day.year, day.month, 1) + timedelta(days=32)
