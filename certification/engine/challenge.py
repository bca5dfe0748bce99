"""Whether the tests of a run began after the challenge was taken that the run answers.

Only then does the answer show when the run was made (trust.md S9, S11): whoever has old evidence,
or somebody else's, could take a challenge today and send both in together.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from certification.engine.eligibility import Obstacle

#: Clocks of testers are set badly now and then; the challenge has the time of our database, the
#: run that of the tester's machine. As much as `times-ahead` forgives at the other end.
CLOCKS_DIFFER = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Answer:
    """A run that was uploaded with a challenge of ours. `began_at` is the first time in its
    evidence, None without any; both times are aware. `challenge` names it for a reader."""

    run: str
    began_at: datetime | None
    challenge: str
    issued_at: datetime


def began_before(began_at: datetime | None, issued_at: datetime) -> bool:
    """False where the evidence has no times: then nothing shows it."""
    return began_at is not None and issued_at - began_at > CLOCKS_DIFFER


def begun_too_early(answers: Iterable[Answer]) -> tuple[Obstacle, ...]:
    """One for each run that began before its challenge was taken, in the order given."""
    return tuple(
        Obstacle("began-before-challenge", _words(one, one.began_at))
        for one in answers
        if one.began_at is not None and began_before(one.began_at, one.issued_at)
    )


def _words(answer: Answer, began_at: datetime) -> str:
    return (
        f"{answer.run} began {_span(answer.issued_at - began_at)} before its challenge was taken: "
        f"the first test on {_moment(began_at)}, {answer.challenge} on "
        f"{_moment(answer.issued_at)}. The tests run after the challenge is taken, so this run "
        "counts as self-reported. For a challenged certificate take a new challenge, run the tests "
        "again, and upload that run with it."
    )


def _span(length: timedelta) -> str:
    minutes = round(length.total_seconds() / 60)
    for unit, one in (("days", 24 * 60), ("hours", 60)):
        if minutes >= 2 * one:
            return f"{minutes // one} {unit}"
    return f"{minutes} minutes"


def _moment(at: datetime) -> str:
    return f"{at.day} {at:%B %Y at %H:%M} UTC"
