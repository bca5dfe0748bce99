"""Submissions in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext, gettext_noop

from certification.models import Appeal, Submission
from certification.queries.submissions import Deed
from marketplace.site.glyphs import Mark
from marketplace.site.wording import Status

State = Submission.State

_STATUS = {
    State.DRAFT: Status(Mark.DECLARED, gettext_noop("Draft")),
    State.SUBMITTED: Status(Mark.BUSY, gettext_noop("Submitted")),
    State.IN_REVIEW: Status(Mark.BUSY, gettext_noop("In review")),
    State.CHANGES_ASKED: Status(Mark.CAVEAT, gettext_noop("Changes asked")),
    State.APPROVED: Status(Mark.PASSES, gettext_noop("Approved")),
    State.REJECTED: Status(Mark.NOT, gettext_noop("Rejected")),
    State.WITHDRAWN: Status(Mark.PAST, gettext_noop("Withdrawn")),
}

_NEXT = {
    State.DRAFT: gettext_noop(
        "The run is tied to the release. Nobody looks at it until you hand it in."
    ),
    State.CHANGES_ASKED: gettext_noop(
        "A reviewer asks for something. Mend it, then hand it in again."
    ),
    State.IN_REVIEW: gettext_noop("A reviewer looks at it now."),
    State.APPROVED: gettext_noop("It is decided, and the certificate is issued."),
    State.REJECTED: gettext_noop("It is decided: no certificate. The reason stands below."),
    State.WITHDRAWN: gettext_noop("It was withdrawn and is not decided."),
}

_VERBS = {
    "submission.drafted": gettext_noop("tied the run to the release"),
    "submission.submitted": gettext_noop("handed it in"),
    "submission.taken": gettext_noop("took it for review"),
    "submission.taken-over": gettext_noop("took it over from another reviewer"),
    "submission.assigned": gettext_noop("gave it to a reviewer"),
    "submission.question": gettext_noop("wrote"),
    "submission.changes-asked": gettext_noop("asked for changes"),
    "submission.approved": gettext_noop("approved it"),
    "submission.rejected": gettext_noop("rejected it"),
    "submission.withdrawn": gettext_noop("withdrew it"),
    "submission.appealed": gettext_noop("appealed"),
    "submission.appeal-given": gettext_noop("gave the appeal to a reviewer who did not decide"),
    "submission.appeal-granted": gettext_noop("granted the appeal"),
    "submission.appeal-upheld": gettext_noop("upheld the decision"),
}


@dataclass(frozen=True, slots=True)
class DeedLine:
    who: str
    words: str
    reason: str
    at: datetime


def submission_status(submission: Submission) -> Status:
    return _STATUS[State(submission.state)]


_APPEAL = {
    Appeal.State.OPEN: Status(Mark.BUSY, gettext_noop("Waits to be heard")),
    Appeal.State.GRANTED: Status(Mark.PASSES, gettext_noop("Granted")),
    Appeal.State.UPHELD: Status(Mark.NOT, gettext_noop("The decision stands")),
}


def appeal_status(appeal: Appeal) -> Status:
    return _APPEAL[Appeal.State(appeal.state)]


def what_comes_next(submission: Submission) -> str:
    """One sentence for the vendor."""
    if submission.state == State.SUBMITTED:
        return (
            gettext("It waits for a person, because of what is named below.")
            if submission.flags
            else gettext("It is a clean case: a rule decides within seconds, without a person.")
        )
    return gettext(_NEXT[State(submission.state)])


def deed_lines(deeds: list[Deed], named: set[int] | None = None) -> list[DeedLine]:
    """`named` are the keys of people whose names may be told; None tells every name."""
    return [
        DeedLine(_who(deed, named), gettext(_VERBS.get(deed.verb, deed.verb)), deed.reason, deed.at)
        for deed in deeds
    ]


def _who(deed: Deed, named: set[int] | None) -> str:
    if deed.policy:
        return gettext("The rule {policy}").format(policy=deed.policy)
    if deed.actor is None:
        return gettext("The service")
    told = named is None or deed.actor.pk in named
    return str(deed.actor) if told else gettext("A reviewer")
