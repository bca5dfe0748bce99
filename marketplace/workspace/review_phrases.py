"""Texts for the usual reasons. They are put into the field and changed there.

Staff admins keep them as texts of the programme; which there are is fixed by the files of the first
versions.
"""

from __future__ import annotations

from dataclasses import dataclass

from certification.models import Submission
from marketplace.catalogue.programme_texts import DECISION, current_texts, decision_slugs


@dataclass(frozen=True, slots=True)
class Phrase:
    """`deed` is the button that it goes with: approve, ask or reject."""

    code: str
    deed: str
    title: str
    text: str


def phrases_for(submission: Submission, target: str) -> list[Phrase]:
    """With the names of this submission in them."""
    found = []
    for one in current_texts(decision_slugs()):
        code = one.slug.removeprefix(DECISION)
        words = one.body.replace("{release}", str(submission.release)).replace("{target}", target)
        found.append(Phrase(code, code.partition("-")[0], one.title, words))
    return found


def phrase_called(phrases: list[Phrase], code: str) -> Phrase | None:
    return next((one for one in phrases if one.code == code), None)
