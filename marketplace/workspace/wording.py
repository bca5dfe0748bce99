"""Submissions in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from certification.models import Appeal, Submission
from certification.queries.submissions import Deed
from marketplace.site.glyphs import Mark
from marketplace.site.wording import Status

State = Submission.State

_STATUS = {
    State.DRAFT: Status(Mark.DECLARED, "Draft"),
    State.SUBMITTED: Status(Mark.BUSY, "Submitted"),
    State.IN_REVIEW: Status(Mark.BUSY, "In review"),
    State.CHANGES_ASKED: Status(Mark.CAVEAT, "Changes asked"),
    State.APPROVED: Status(Mark.PASSES, "Approved"),
    State.REJECTED: Status(Mark.NOT, "Rejected"),
    State.WITHDRAWN: Status(Mark.PAST, "Withdrawn"),
}

_NEXT = {
    State.DRAFT: "The run is tied to the release. Nobody looks at it until you hand it in.",
    State.CHANGES_ASKED: "A reviewer asks for something. Mend it, then hand it in again.",
    State.IN_REVIEW: "A reviewer looks at it now.",
    State.APPROVED: "It is decided, and the certificate is issued.",
    State.REJECTED: "It is decided: no certificate. The reason stands below.",
    State.WITHDRAWN: "It was withdrawn and is not decided.",
}

_VERBS = {
    "submission.drafted": "tied the run to the release",
    "submission.submitted": "handed it in",
    "submission.taken": "took it for review",
    "submission.taken-over": "took it over from another reviewer",
    "submission.assigned": "gave it to a reviewer",
    "submission.question": "wrote",
    "submission.changes-asked": "asked for changes",
    "submission.approved": "approved it",
    "submission.rejected": "rejected it",
    "submission.withdrawn": "withdrew it",
    "submission.appealed": "appealed",
    "submission.appeal-given": "gave the appeal to a reviewer who did not decide",
    "submission.appeal-granted": "granted the appeal",
    "submission.appeal-upheld": "upheld the decision",
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
    Appeal.State.OPEN: Status(Mark.BUSY, "Waits to be heard"),
    Appeal.State.GRANTED: Status(Mark.PASSES, "Granted"),
    Appeal.State.UPHELD: Status(Mark.NOT, "The decision stands"),
}


def appeal_status(appeal: Appeal) -> Status:
    return _APPEAL[Appeal.State(appeal.state)]


def what_comes_next(submission: Submission) -> str:
    """One sentence for the vendor."""
    if submission.state == State.SUBMITTED:
        return (
            "It waits for a person, because of what is named below."
            if submission.flags
            else "It is a clean case: a rule decides within seconds, without a person."
        )
    return _NEXT[State(submission.state)]


def deed_lines(deeds: list[Deed], named: set[int] | None = None) -> list[DeedLine]:
    """`named` are the keys of people whose names may be told; None tells every name."""
    return [
        DeedLine(_who(deed, named), _VERBS.get(deed.verb, deed.verb), deed.reason, deed.at)
        for deed in deeds
    ]


def _who(deed: Deed, named: set[int] | None) -> str:
    if deed.policy:
        return f"The rule {deed.policy}"
    if deed.actor is None:
        return "The service"
    told = named is None or deed.actor.pk in named
    return str(deed.actor) if told else "A reviewer"
