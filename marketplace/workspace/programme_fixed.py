"""What nobody sets: the numbers that design.md or trust.md fix, read from the rules that use them.

Shown beside the settings, so that staff do not look for a switch where there is a rule.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext

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
            gettext("A certificate is valid"),
            gettext("{valid_days} days").format(valid_days=VALID_DAYS),
            gettext(
                "Twelve months from the acceptance of the run. The statement that buyers "
                "check carries the date, and anybody works it out again."
            ),
        ),
        Fixed(
            gettext("Evidence at upload is at most"),
            gettext("{evidence_days} days old").format(evidence_days=EVIDENCE_DAYS),
            gettext(
                "Older runs say little of the product. A rule of the engine, the same "
                "for everybody."
            ),
        ),
        Fixed(
            gettext("A superseded guideline certifies for"),
            gettext("{superseded_days} days").format(superseded_days=SUPERSEDED_DAYS),
            gettext("Six months. Vendors were told so when it was superseded."),
        ),
        Fixed(
            gettext("Runs of one set lie within"),
            gettext("{set_days} days").format(set_days=SET_DAYS),
            gettext("The integration guideline says so; its digest stands in every certificate."),
        ),
        Fixed(
            gettext("A challenge lasts"),
            gettext("{challenge_hours} hours").format(challenge_hours=CHALLENGE_HOURS),
            gettext("One use. A longer one would prove less about when the run was made."),
        ),
        Fixed(
            gettext("A run without an owner is kept"),
            gettext("{anonymous_run_days} days").format(
                anonymous_run_days=settings.ANONYMOUS_RUN_DAYS
            ),
            gettext("The upload page promises it to who uploads."),
        ),
        Fixed(
            gettext("Vendors are warned of an end"),
            gettext("{days} days before").format(days=days),
            gettext("Published with the programme; each warning is sent once."),
        ),
        Fixed(
            gettext("A guideline comes into force by"),
            gettext("{persons_to_approve} persons").format(persons_to_approve=PERSONS_TO_APPROVE),
            gettext("Nobody changes alone what everybody is judged by."),
        ),
        Fixed(
            gettext("A suspended certificate is reinstated by"),
            gettext("{persons_to_reinstate} persons").format(
                persons_to_reinstate=PERSONS_TO_REINSTATE
            ),
            gettext("One is enough to stop a certificate, not to bring it back."),
        ),
        Fixed(
            gettext("An API token ends within"),
            gettext("{token_days_most} days").format(token_days_most=TOKEN_DAYS_MOST),
            gettext("A forgotten token must not stay open for ever."),
        ),
    ]
