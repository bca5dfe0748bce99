"""What people are told about, in their words, and by which channel if they chose nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import models


class Topic(models.TextChoices):
    """The value stands in webhooks and in the database: it never changes its meaning."""

    RUN_VERIFIED = "run.verified", "Your run passes"
    TESTS_MISSING = "run.tests-missing", "Your run is short of tests"
    RUN_UNREADABLE = "run.unreadable", "Your run cannot be read"
    DECIDED = "submission.decided", "Your submission is decided"
    CHANGES_ASKED = "submission.changes-asked", "Changes are asked for"
    QUESTION = "submission.question", "Somebody writes about your submission"
    CERTIFICATE_EXPIRING = "certificate.expiring", "A certificate expires in 60, 30 or 7 days"
    CERTIFICATE_CHANGED = (
        "certificate.changed",
        "A certificate expired or was suspended, revoked, reinstated or contested",
    )
    GUIDELINE_DRAFT = "guideline.draft", "A guideline is announced, and how ready you are"
    GUIDELINE_APPROVED = "guideline.approved", "A guideline is in force, and how ready you are"
    GUIDELINE_AMENDED = "guideline.amended", "A guideline of your certificates was amended"
    WAIVER_ENDING = "waiver.ending", "A waiver ends in 14 days"
    REQUESTED = "certification.requested", "Somebody asks you to certify a product"
    WATCHED = "watched.changed", "Something that you watch changed"
    REPORT_SETTLED = "report.settled", "Your report of a false claim is settled"
    WEBHOOK_PAUSED = "webhook.paused", "A webhook was paused"
    TEAM = "team.changed", "Who works for your organization changed, or its domain"
    ACCOUNT = "account.security", "Your account: a sign-in, key, token or second factor"
    FOR_STAFF = "staff.waiting", "Something waits for the foundation's staff"


@dataclass(frozen=True, slots=True)
class Channels:
    """Where one topic goes for one person."""

    inbox: bool
    mail: bool


_BOTH, _INBOX = Channels(inbox=True, mail=True), Channels(inbox=True, mail=False)

#: Mail where somebody must act, or loses something; the rest waits in the inbox.
DEFAULTS: Mapping[str, Channels] = {
    topic: _INBOX if topic in {Topic.RUN_VERIFIED, Topic.REQUESTED, Topic.FOR_STAFF} else _BOTH
    for topic in Topic
}

_OF_PEOPLE = frozenset(
    {
        Topic.WATCHED,
        Topic.REPORT_SETTLED,
        Topic.WEBHOOK_PAUSED,
        Topic.TEAM,
        Topic.ACCOUNT,
        Topic.FOR_STAFF,
    }
)
#: What concerns a vendor, and so may go to its webhooks.
OF_VENDORS = tuple(topic for topic in Topic if topic not in _OF_PEOPLE)

#: Nobody turns these off: whoever got into an account would do that first.
ALWAYS = frozenset({Topic.ACCOUNT})
