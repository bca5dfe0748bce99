"""Texts for the usual reasons. They are put into the field and changed there."""

from __future__ import annotations

from dataclasses import dataclass

from certification.models import Submission


@dataclass(frozen=True, slots=True)
class Phrase:
    """`deed` is the button that it goes with: approve, ask or reject."""

    code: str
    deed: str
    title: str
    text: str


_PHRASES = (
    Phrase(
        "approve-complete",
        "approve",
        "Approve: nothing stands against it",
        "The run is complete and passes {target}. The points that needed a person were looked at "
        "and stand against nothing.",
    ),
    Phrase(
        "approve-waived",
        "approve",
        "Approve with a waiver",
        "The run passes {target} with the waiver named beside it. The waived tests have to pass "
        "before the waiver ends.",
    ),
    Phrase(
        "ask-whole-run",
        "ask",
        "Ask for a whole run",
        "This run does not reach its end. Please run the whole list for {target} once more, upload "
        "the stream, and hand it in again.",
    ),
    Phrase(
        "ask-challenge",
        "ask",
        "Ask for a challenged run",
        "Please take a challenge on the page of {release}, run again with it, and hand in that "
        "run. It shows that the run was made for this release.",
    ),
    Phrase(
        "ask-times",
        "ask",
        "Ask about odd times",
        "Some times in this run look odd; the page of the submission names them. Please tell us "
        "how the run was made, or run again.",
    ),
    Phrase(
        "ask-cloud",
        "ask",
        "Ask about the cloud",
        "The run names another cloud than earlier runs of {release}. Please tell us what changed.",
    ),
    Phrase(
        "reject-other-product",
        "reject",
        "Reject: another product",
        "The run was not made with {release}. Please hand in a run of the release that is to be "
        "certified.",
    ),
    Phrase(
        "reject-short",
        "reject",
        "Reject: it does not pass",
        "The run does not pass {target}, and what is short cannot be waived. The page of the run "
        "names what is missing and how to mend it.",
    ),
)


def phrases_for(submission: Submission, target: str) -> list[Phrase]:
    """With the names of this submission in them."""
    named = {"target": target, "release": str(submission.release)}
    return [Phrase(one.code, one.deed, one.title, one.text.format_map(named)) for one in _PHRASES]


def phrase_called(phrases: list[Phrase], code: str) -> Phrase | None:
    return next((one for one in phrases if one.code == code), None)
