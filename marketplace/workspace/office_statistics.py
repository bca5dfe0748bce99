"""The office in numbers: what came in, what became of it, how long it took, what waits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.utils.translation import gettext, gettext_noop

from certification.models import Appeal, Submission
from certification.queries.office import (
    LOAD_DAYS,
    Handled,
    appeals_by_state,
    handed_in_since,
    loads,
    waiting_since,
)
from marketplace.catalogue.programme_settings import Settings, programme_settings
from marketplace.catalogue.programme_vocabulary import Setting
from marketplace.site.statistics_tables import Heading, Table, counted_table, plain_table
from marketplace.workspace.review_promise import working_days

MONTHS = 12
REASONS_SHOWN = 10
State = Submission.State
_OUTCOMES = {
    gettext_noop("Approved by rule"): "served",
    gettext_noop("Approved by a person"): "option",
    gettext_noop("Rejected"): "parallel",
    gettext_noop("Withdrawn"): "unknown",
    gettext_noop("Still open"): "na",
}
_AGES = (
    (0, gettext_noop("Today")),
    (2, gettext_noop("1 to 2 days")),
    (5, gettext_noop("3 to 5 days")),
    (10, gettext_noop("6 to 10 days")),
)
_OLDER = gettext_noop("More than 10 days")


@dataclass(frozen=True, slots=True)
class Answers:
    """How long persons took, in working days; None where nobody decided anything."""

    decided: int
    median: int | None
    ninth: int | None
    in_time: int


@dataclass(frozen=True, slots=True)
class OfficeStatistics:
    """`by_rule` counts of the `approved`. All of the last twelve months, but for what waits."""

    handed_in: int
    approved: int
    by_rule: int
    answers: Answers
    promised: int
    tables: list[Table]


def office_statistics(now: datetime) -> OfficeStatistics:
    months = _months(now)
    first = datetime(months[0].year, months[0].month, 1, tzinfo=UTC)
    handled, rules = handed_in_since(first), programme_settings()
    approved = [one for one in handled if one.state == State.APPROVED]
    return OfficeStatistics(
        handed_in=len(handled),
        approved=len(approved),
        by_rule=sum(one.by_rule for one in approved),
        answers=_answers(handled, rules),
        promised=rules.number_of(Setting.ANSWER_DAYS),
        tables=list(_tables(handled, months, rules, now)),
    )


def _tables(
    handled: Sequence[Handled], months: Sequence[date], rules: Settings, now: datetime
) -> Iterable[Table]:
    first = datetime(months[0].year, months[0].month, 1, tzinfo=UTC)
    yield _outcomes(handled, months)
    yield from _times(handled, months, rules)
    yield _ages(now)
    yield _loads()
    yield _reasons(handled)
    yield _appeals(first)


def _outcomes(handled: Sequence[Handled], months: Sequence[date]) -> Table:
    counted = {month: Counter[str]() for month in months}
    for one in handled:
        counted[_month(one.submitted_at)][_outcome(one)] += 1
    rows = [(_named(month), tuple(counted[month][name] for name in _OUTCOMES)) for month in months]
    heading = Heading(
        "outcomes",
        gettext("Handed in, by outcome"),
        gettext("Month"),
        gettext("By the month when it was handed in last. A full bar is the busiest month."),
    )
    columns = {gettext(name): fill for name, fill in _OUTCOMES.items()}
    return counted_table(heading, columns, rows, max(sum(counts) for _, counts in rows))


def _named(month: date) -> str:
    return f"{gettext(f'{month:%B}')} {month.year}"


def _outcome(one: Handled) -> str:
    """One of _OUTCOMES, in English."""
    if one.state == State.APPROVED:
        return "Approved by rule" if one.by_rule else "Approved by a person"
    named = {State.REJECTED: "Rejected", State.WITHDRAWN: "Withdrawn"}
    return named.get(State(one.state), "Still open")


def _times(handled: Sequence[Handled], months: Sequence[date], rules: Settings) -> Iterable[Table]:
    each = [
        (
            _named(month),
            _answers([one for one in handled if _month(one.submitted_at) == month], rules),
        )
        for month in months
    ]
    answered = [(month, one) for month, one in each if one.decided]
    most = max((one.ninth or 0 for _, one in answered), default=0)
    said = gettext(
        "Working days from handing in to the decision of a person; 0 is the same "
        "day. Months without a decision are left out. Rules decide at once."
    )
    yield plain_table(
        Heading(
            "median", gettext("Median answer time"), gettext("Month"), said, gettext("Working days")
        ),
        most,
        [(month, one.median or 0) for month, one in answered],
    )
    yield plain_table(
        Heading(
            "ninth",
            gettext("Nine of ten answers came within"),
            gettext("Month"),
            said,
            gettext("Working days"),
        ),
        most,
        [(month, one.ninth or 0) for month, one in answered],
    )
    yield counted_table(
        Heading(
            "promise",
            gettext("Answers and the promise"),
            gettext("Month"),
            gettext("Each by the promise that held when it was handed in."),
        ),
        {gettext("Within the promise"): "served", gettext("Late"): "option"},
        [(month, (one.in_time, one.decided - one.in_time)) for month, one in each],
        max(one.decided for _, one in each),
    )


def _answers(handled: Sequence[Handled], rules: Settings) -> Answers:
    by_people = [
        (one.submitted_at, one.decided_at)
        for one in handled
        if one.decided_at is not None and not one.by_rule
    ]
    took = [
        working_days(since.astimezone(UTC).date(), until.astimezone(UTC).date())
        for since, until in by_people
    ]
    in_time = sum(
        days <= rules.number_at(Setting.ANSWER_DAYS, since)
        for days, (since, _) in zip(took, by_people, strict=True)
    )
    return Answers(len(took), quantile(took, 50), quantile(took, 90), in_time)


def quantile(values: Iterable[int], per_cent: int) -> int | None:
    """The least value that so many of a hundred do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * per_cent // 100) - 1)] if ordered else None


def _ages(now: datetime) -> Table:
    today, counted = now.astimezone(UTC).date(), Counter[str]()
    for since in waiting_since():
        days = working_days(since.astimezone(UTC).date(), today)
        counted[next((words for most, words in _AGES if days <= most), _OLDER)] += 1
    rows = [(gettext(words), counted[words]) for words in (*(words for _, words in _AGES), _OLDER)]
    heading = Heading(
        "waiting",
        gettext("What waits now"),
        gettext("Age"),
        gettext("In working days since it was handed in."),
        gettext("Submissions"),
    )
    return plain_table(heading, counted.total(), rows)


def _loads() -> Table:
    found = loads()
    return counted_table(
        Heading(
            "reviewers",
            gettext("Who carries how much"),
            gettext("Reviewer"),
            gettext(
                "What waits for each now, and what each decided in the last {load_days} days."
            ).format(load_days=LOAD_DAYS),
        ),
        {gettext("Waiting"): "option", gettext("Decided"): "served"},
        [(str(one.reviewer), (one.waiting, one.decided)) for one in found],
        max((one.waiting + one.decided for one in found), default=0),
    )


def _reasons(handled: Sequence[Handled]) -> Table:
    rejected = [one for one in handled if one.state == State.REJECTED]
    counted = Counter(
        title
        for one in rejected
        for title in set(map(_flag_title, one.flags)) or {gettext("No flag")}
    )
    heading = Heading(
        "rejections",
        gettext("What was flagged where it was rejected"),
        gettext("Flag"),
        gettext("A submission may have several. A full bar is every rejected one."),
        gettext("Rejected"),
    )
    return plain_table(heading, len(rejected), counted.most_common(REASONS_SHOWN))


def _flag_title(code: str) -> str:
    """`times-copied` as "Times copied"."""
    return code.replace("-", " ").capitalize()


def _appeals(first: datetime) -> Table:
    counted = appeals_by_state(first)
    heading = Heading(
        "appeals",
        gettext("Appeals"),
        gettext("Outcome"),
        gettext("Raised in these twelve months."),
        gettext("Appeals"),
    )
    rows = [(str(one.label).capitalize(), counted[one.value]) for one in Appeal.State]
    return plain_table(heading, counted.total(), rows)


def _months(now: datetime) -> list[date]:
    """The first days of the last twelve months, this one included, oldest first."""
    this = now.astimezone(UTC)
    last = this.year * 12 + this.month - 1
    return [date(number // 12, number % 12 + 1, 1) for number in range(last - MONTHS + 1, last + 1)]


def _month(at: datetime) -> date:
    return at.astimezone(UTC).date().replace(day=1)
