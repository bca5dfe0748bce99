"""What amendments say, and what they would mean for certificates issued before them."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from certification.eligibility import engine_waiver
from certification.engine.bundle import BundleRefused
from certification.engine.integration import Level
from certification.engine.joining import RunsNotJoined
from certification.engine.report import EvidenceUnreadable
from certification.engine.verdict import evaluate
from certification.evidence import EvidenceGone
from certification.joined_claims import report_of_submission, runs_of_submission
from certification.judging import compiled_guideline
from certification.levels import judge_set
from certification.models import Amendment, Certificate, Guideline


@dataclass(frozen=True, slots=True)
class UnderAmendment:
    """`number` is the newest amendment; `passes` is None where the evidence cannot be read."""

    number: int
    passes: bool | None


def amendments_of(guideline: Guideline) -> QuerySet[Amendment]:
    """In the order in which they apply."""
    return Amendment.objects.filter(guideline=guideline.pk).order_by("number")


def under_amendments(certificate: Certificate) -> UnderAmendment | None:
    """What the certificate's evidence would mean under amendments made since it was decided; None
    without any. It alters no certificate: only staff suspend (design.md)."""
    guideline, submission = certificate.guideline, certificate.submission
    decided = submission.decided_at
    if not guideline.amended or decided is None:
        return None
    if not amendments_of(guideline).filter(at__gt=decided).exists():
        return None
    if guideline.is_integration:
        return UnderAmendment(guideline.amended, _reaches(certificate))
    waivers = submission.waivers.select_related("guideline", "release__product__vendor")
    compiled = compiled_guideline(guideline)
    try:
        found = evaluate(
            compiled,
            report_of_submission(submission, compiled),
            certificate.target,
            [engine_waiver(one) for one in waivers],
        )
    except (EvidenceGone, EvidenceUnreadable, RunsNotJoined):
        return UnderAmendment(guideline.amended, None)
    return UnderAmendment(guideline.amended, found.verdict.value == "passed")


def _reaches(certificate: Certificate) -> bool | None:
    """Whether its runs still show the level; None where they cannot be read."""
    runs = runs_of_submission(certificate.submission)
    try:
        found = judge_set(certificate.release, certificate.guideline, runs)
    except (BundleRefused, EvidenceGone, EvidenceUnreadable):
        return None
    return found is not None and found.level >= Level[certificate.target.upper()]
