"""When a vendor was promised an answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.utils.translation import gettext, ngettext

from certification.models import Submission
from marketplace.catalogue.programme_settings import Settings
from marketplace.catalogue.programme_vocabulary import Setting

SATURDAY = 5
_OURS = (Submission.State.SUBMITTED, Submission.State.IN_REVIEW)


@dataclass(frozen=True, slots=True)
class Promise:
    """`answer_by` is the last day, in UTC. `days_left` counts working days after `today`, below 0
    where one has passed since; on a weekend after the last day it is 0."""

    answer_by: date
    days_left: int
    today: date

    @property
    def is_overdue(self) -> bool:
        return self.days_left < 0

    @property
    def words(self) -> str:
        if self.is_overdue:
            late = -self.days_left
            return ngettext(
                "Overdue by {late} working day", "Overdue by {late} working days", late
            ).format(late=late)
        if self.days_left == 0:
            due_today = self.answer_by >= self.today
            return gettext("Answer due today") if due_today else gettext("Answer was due on Friday")
        return ngettext(
            "{days_left} working day left", "{days_left} working days left", self.days_left
        ).format(days_left=self.days_left)


def promise_of(submission: Submission, now: datetime, rules: Settings) -> Promise | None:
    """None where nobody waits for the staff: before it is handed in, while changes are asked for,
    once it is decided. It counts from the day when it was handed in last, by what was promised
    then."""
    if submission.submitted_at is None or submission.state not in _OURS:
        return None
    handed_in = submission.submitted_at.astimezone(UTC).date()
    days = rules.number_at(Setting.ANSWER_DAYS, submission.submitted_at)
    answer_by = add_working_days(handed_in, days)
    today = now.astimezone(UTC).date()
    return Promise(answer_by, working_days(today, answer_by), today)


def add_working_days(day: date, days: int) -> date:
    """The day so many working days later; Saturdays and Sundays are none."""
    while days > 0:
        day += timedelta(days=1)
        days -= day.weekday() < SATURDAY
    return day


def working_days(since: date, until: date) -> int:
    """Working days after `since` up to `until`; negative where `until` is earlier."""
    if until < since:
        return -working_days(until, since)
    whole_weeks, rest = divmod((until - since).days, 7)
    left = (since + timedelta(days=number) for number in range(1, rest + 1))
    return whole_weeks * 5 + sum(day.weekday() < SATURDAY for day in left)
