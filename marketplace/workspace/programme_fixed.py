"""What nobody sets: the numbers that design.md or trust.md fix, read from the rules that use them.

Shown beside the settings, so that staff do not look for a switch where there is a rule.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from certification.engine.eligibility import EVIDENCE_DAYS, SUPERSEDED_DAYS, VALID_DAYS
from certification.levels import SET_DAYS
from certification.operations.certificates import PERSONS_TO_REINSTATE
from certification.operations.guidelines import PERSONS_TO_APPROVE
from certification.operations.submissions import CHALLENGE_HOURS
from marketplace.catalogue.access import TOKEN_DAYS_MOST
from marketplace.notices.reminding import CERTIFICATE_DAYS


@dataclass(frozen=True, slots=True)
class Fixed:
    title: str
    words: str
    why: str


def fixed_rules() -> list[Fixed]:
    days = ", ".join(map(str, CERTIFICATE_DAYS))
    return [
        Fixed(
            "A certificate is valid",
            f"{VALID_DAYS} days",
            "Twelve months from the acceptance of the run. The statement that buyers check carries "
            "the date, and anybody works it out again.",
        ),
        Fixed(
            "Evidence at upload is at most",
            f"{EVIDENCE_DAYS} days old",
            "Older runs say little of the product. A rule of the engine, the same for everybody.",
        ),
        Fixed(
            "A superseded guideline certifies for",
            f"{SUPERSEDED_DAYS} days",
            "Six months. Vendors were told so when it was superseded.",
        ),
        Fixed(
            "Runs of one set lie within",
            f"{SET_DAYS} days",
            "The integration guideline says so; its digest stands in every certificate.",
        ),
        Fixed(
            "A challenge lasts",
            f"{CHALLENGE_HOURS} hours",
            "One use. A longer one would prove less about when the run was made.",
        ),
        Fixed(
            "A run without an owner is kept",
            f"{settings.ANONYMOUS_RUN_DAYS} days",
            "The upload page promises it to who uploads.",
        ),
        Fixed(
            "Vendors are warned of an end",
            f"{days} days before",
            "Published with the programme; each warning is sent once.",
        ),
        Fixed(
            "A guideline comes into force by",
            f"{PERSONS_TO_APPROVE} persons",
            "Nobody changes alone what everybody is judged by.",
        ),
        Fixed(
            "A suspended certificate is reinstated by",
            f"{PERSONS_TO_REINSTATE} persons",
            "One is enough to stop a certificate, not to bring it back.",
        ),
        Fixed(
            "An API token ends within",
            f"{TOKEN_DAYS_MOST} days",
            "A forgotten token must not stay open for ever.",
        ),
    ]
