"""The queue of the staff: who looks at what, since when, and until when an answer was promised."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy

from certification.models import Submission
from marketplace.catalogue.models import User, programme_of
from marketplace.catalogue.programme_settings import programme_settings
from marketplace.workspace.review_promise import Promise, promise_of


@dataclass(frozen=True, slots=True)
class QueueLine:
    submission: Submission
    promise: Promise
    is_mine: bool


@dataclass(frozen=True, slots=True)
class ReviewQueue:
    """`lines` are those that the filters leave, `waiting` counts all. `unassigned` counts those
    that have no reviewer though a person has to look."""

    lines: list[QueueLine]
    waiting: int
    overdue: int
    unassigned: int
    mine: int


class QueueFilters(forms.Form):
    """What cannot be read as a filter filters nothing."""

    who = forms.ChoiceField(
        label=gettext_lazy("Reviewer"),
        required=False,
        choices=[
            ("", gettext_lazy("everybody's")),
            ("mine", gettext_lazy("mine")),
            ("nobody", gettext_lazy("nobody's")),
        ],
    )
    programme = forms.ChoiceField(
        label=gettext_lazy("Programme"),
        required=False,
        choices=[
            ("", gettext_lazy("both")),
            ("powered", gettext_lazy("Powered")),
            ("integrated", gettext_lazy("Integrated")),
        ],
    )
    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        required=False,
        choices=[
            ("", gettext_lazy("any")),
            ("submitted", gettext_lazy("submitted")),
            ("in-review", gettext_lazy("in review")),
        ],
    )
    late = forms.BooleanField(label=gettext_lazy("Overdue only"), required=False)


def review_queue_page(
    rows: Sequence[Submission], *, person: User, now: datetime, asked: QueryDict
) -> tuple[ReviewQueue, QueueFilters]:
    rules = programme_settings()
    lines = [
        QueueLine(row, promise, row.reviewer_id == person.pk)
        for row in rows
        if (promise := promise_of(row, now, rules)) is not None
    ]
    form = QueueFilters(asked)
    form.full_clean()
    return (
        ReviewQueue(
            lines=[line for line in lines if _kept(line, form.cleaned_data)],
            waiting=len(lines),
            overdue=sum(line.promise.is_overdue for line in lines),
            unassigned=sum(
                line.submission.reviewer_id is None and bool(line.submission.flags)
                for line in lines
            ),
            mine=sum(line.is_mine for line in lines),
        ),
        form,
    )


def _kept(line: QueueLine, wanted: Mapping[str, object]) -> bool:
    row = line.submission
    tests = (
        not wanted.get("state") or row.state == wanted["state"],
        not wanted.get("late") or line.promise.is_overdue,
        wanted.get("who") != "mine" or line.is_mine,
        wanted.get("who") != "nobody" or row.reviewer_id is None,
        not wanted.get("programme")
        or programme_of(row.release.product.category) == wanted["programme"],
    )
    return all(tests)
