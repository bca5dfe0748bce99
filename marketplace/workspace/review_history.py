"""What a reviewer knows of the vendor so far, and the run beside the last certified one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext, gettext_noop

from certification.engine.comparison import Change, Comparison
from certification.engine.guideline.model import CapabilityStatus
from certification.engine.verdict import Evaluation
from certification.evidence import EvidenceGone
from certification.models import Certificate, Submission
from certification.queries.certificates import Standing, StandingCertificate, changed_at
from certification.queries.diagnosis import HeldAgainst, hold_against


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that counts for or against a vendor; `reason` as it was given then."""

    at: datetime
    words: str
    reason: str
    url: str


@dataclass(frozen=True, slots=True)
class LastCertified:
    """`held` is None where one of the two runs cannot be read any more."""

    certificate: Certificate
    held: HeldAgainst | None


@dataclass(frozen=True, slots=True)
class Lost:
    """Tests that passed in the certified run and no longer do. `besides` numbers those that do
    not count for the guideline and target of the submission."""

    asked: tuple[Change, ...]
    besides: int


_AGAINST = {
    Standing.REVOKED: gettext_noop("was revoked"),
    Standing.SUSPENDED: gettext_noop("is suspended"),
}


def against_last_certified(submission: Submission) -> LastCertified | None:
    """Of the same product; None where it never had a certificate of this programme. Levels have a
    comparison of their own."""
    if submission.guideline.is_integration:
        return None
    rows = Certificate.objects.filter(
        release__product=submission.release.product, guideline__add_on=submission.guideline.add_on
    ).exclude(run=submission.run)
    former = rows.select_related("run", "guideline", "release").order_by("-issued_at").first()
    if former is None:
        return None
    try:
        return LastCertified(former, hold_against(submission.run, former.run))
    except EvidenceGone:
        return LastCertified(former, None)


def lost_of(comparison: Comparison, explained: Evaluation | None) -> Lost:
    """A certificate of another target asked for other tests. Without an evaluation all are asked
    for: nothing may look harmless that nobody judged."""
    if explained is None:
        return Lost(comparison.lost, 0)
    required = [one for one in explained.capabilities if one.status == CapabilityStatus.REQUIRED]
    counted = [test for one in required for test in one.tests if not test.flagged]
    names = {name for test in counted for name in (test.name, test.seen_as)}
    asked = tuple(one for one in comparison.lost if one.name in names)
    return Lost(asked, len(comparison.lost) - len(asked))


def history_against(
    certificates: list[StandingCertificate], former: list[Submission]
) -> list[Event]:
    """Rejections, revocations and suspensions of the vendor, newest first."""
    events = [
        Event(
            changed_at(one),
            gettext("Certificate {number} {against}").format(
                number=one.certificate.number, against=gettext(_AGAINST[one.standing])
            ),
            one.certificate.state_reason,
            one.certificate.get_absolute_url(),
        )
        for one in certificates
        if one.standing in _AGAINST
    ]
    events += [
        Event(row.decided_at, gettext("{row} was rejected").format(row=row), row.reason, "")
        for row in former
        if row.state == Submission.State.REJECTED and row.decided_at is not None
    ]
    return sorted(events, key=lambda event: event.at, reverse=True)
