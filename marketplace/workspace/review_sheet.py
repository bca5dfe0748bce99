"""Everything that a reviewer needs of one submission, gathered for one screen."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext

from certification.eligibility import explain_submission
from certification.engine.doctor import Finding
from certification.engine.eligibility import Case, Obstacle, valid_until
from certification.engine.guideline.model import CapabilityStatus
from certification.engine.integration import EvidenceClass
from certification.engine.joining import RunsNotJoined
from certification.engine.verdict import Evaluation
from certification.evidence import EvidenceGone
from certification.joined_claims import runs_of_submission
from certification.levels import lapse_start
from certification.models import BundleFacts, Certificate, Run, Submission, Waiver
from certification.queries.certificates import StandingCertificate, certificates_of_vendor
from certification.queries.diagnosis import diagnosis_of
from certification.queries.joined import JoinedClaim, claim_of_submission
from certification.queries.submissions import deciders_of, deeds_on, submissions_of
from marketplace.catalogue.programme_settings import programme_settings
from marketplace.site.capability_strip import ServiceStrip, strips
from marketplace.site.gap import Cause, causes_of
from marketplace.site.glyphs import Mark
from marketplace.site.wording import Status
from marketplace.workspace.level_review import LevelReview, level_review
from marketplace.workspace.review_history import (
    Event,
    LastCertified,
    Lost,
    against_last_certified,
    history_against,
    lost_of,
)
from marketplace.workspace.review_promise import Promise, promise_of
from marketplace.workspace.submission_sheet import Ruling, ruling_on
from marketplace.workspace.wording import DeedLine, deed_lines

FORMER_SHOWN = 6
AGAINST_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Check:
    """One that ran by itself: what was looked at, and what was found."""

    name: str
    status: Status


@dataclass(frozen=True, slots=True)
class ReviewSheet:
    """`explained` is None where the run is not judged or its evidence is gone, then nothing can be
    approved; and for a level, which `level` explains in its place. `held` are the certificates in
    force of the same release. `former` are the vendor's other submissions that were handed in,
    newest first; `against` what counted against the vendor before. `promise` is None while
    nobody waits for the staff. `findings` are mistakes in how the run was made. `claim` is what
    each run brings to a claim of several."""

    submission: Submission
    ruling: Ruling
    explained: Evaluation | None
    causes: list[Cause]
    strips: list[ServiceStrip]
    checks: list[Check]
    held: list[StandingCertificate]
    certificates: dict[str, int]
    former: list[Submission]
    waivers: list[Waiver]
    deeds: list[DeedLine]
    would_end: datetime
    certificate: Certificate | None
    decided_by: str
    promise: Promise | None
    findings: tuple[Finding, ...]
    last: LastCertified | None
    against: list[Event]
    level: LevelReview | None = None
    claim: JoinedClaim | None = None

    @property
    def run(self) -> Run:
        return self.submission.run

    @property
    def open_tests(self) -> list[str]:
        return [test.result.name for cause in self.causes for test in cause.tests]

    @property
    def asks_waiver(self) -> bool:
        return any(flag["code"] == "waiver-asked" for flag in self.submission.flags)

    @property
    def lost(self) -> Lost | None:
        """Beside the last certified run; None where the two cannot be held against each other."""
        if self.last is None or self.last.held is None:
            return None
        return lost_of(self.last.held.comparison, self.explained)

    @property
    def assurance(self) -> str:
        """What a certificate would say: `self-reported`, `challenged` or `live`."""
        if self.level is not None:
            evaluation = self.level.sheet.evaluation
            return (evaluation.evidence_class if evaluation else EvidenceClass.SELF_REPORTED).word
        challenged = self.ruling.case is not None and self.ruling.case.is_challenged
        return "challenged" if challenged else "self-reported"

    @property
    def anomalies(self) -> tuple[Obstacle, ...]:
        return self.ruling.case.anomalies if self.ruling.case else ()


def review_sheet(submission: Submission) -> ReviewSheet:
    release = submission.release
    vendor = release.product.vendor
    ruling = ruling_on(submission)
    explained = _explained(submission)
    certificates = certificates_of_vendor(vendor)
    former = list(submissions_of(vendor).exclude(submitted_at=None).exclude(pk=submission.pk))
    return ReviewSheet(
        submission=submission,
        ruling=ruling,
        explained=explained,
        causes=causes_of(explained) if explained else [],
        strips=strips(explained.capabilities, CapabilityStatus.REQUIRED) if explained else [],
        checks=_checks(ruling.case, submission.run) if ruling.case else [],
        held=[c for c in certificates if c.in_force and c.certificate.release_id == release.pk],
        certificates=dict(Counter(one.standing.value for one in certificates)),
        former=former[:FORMER_SHOWN],
        waivers=list(submission.waivers.select_related("granted_by").order_by("ends_on", "pk")),
        deeds=deed_lines(deeds_on(submission)),
        would_end=valid_until(lapse_start(runs_of_submission(submission))),
        certificate=Certificate.objects.filter(submission=submission).first(),
        decided_by=deciders_of([submission]).get(submission.pk, ""),
        promise=promise_of(submission, timezone.now(), programme_settings()),
        findings=diagnosis_of(submission.run, explained),
        last=against_last_certified(submission),
        against=history_against(certificates, former)[:AGAINST_SHOWN],
        level=level_review(submission) if submission.guideline.is_integration else None,
        claim=claim_of_submission(submission),
    )


def _explained(submission: Submission) -> Evaluation | None:
    if submission.run.state != Run.State.VERIFIED or submission.guideline.is_integration:
        return None
    try:
        return explain_submission(submission)
    except (EvidenceGone, RunsNotJoined):
        return None


def _checks(case: Case, run: Run) -> list[Check]:
    return [
        _check(gettext("Uploaded by the vendor"), case.run_is_the_vendors),
        Check(gettext("Signature"), _signature(run)),
        _check(
            gettext("Answers our challenge"),
            case.is_challenged,
            gettext("began before it") if case.begun_too_early else "no",
        ),
        _check(gettext("Complete to its end"), not case.incomplete),
        _check(gettext("Tells failures too"), not case.passes_only, gettext("passes only")),
        _check(gettext("All workers ended well"), not case.looks_incomplete),
        _check(gettext("Carries times"), case.evidence_ended_at is not None),
        _check(gettext("Same bytes from others"), not case.copied_bytes, "yes", "no"),
        _check(gettext("cpid of another product"), not case.cpid_belongs_elsewhere, "yes", "no"),
        _check(
            gettext("Domain of the vendor"), case.domain_is_proven, gettext("not proven"), "proven"
        ),
        _check(gettext("Anomalies of times"), not case.anomalies, str(len(case.anomalies)), "none"),
    ]


def _signature(run: Run) -> Status:
    """Of the upload, or of a bundle's manifest by a registered key."""
    if run.signed_with:
        return Status(Mark.PASSES, run.signed_with.algorithm)
    bundle = BundleFacts.objects.filter(run=run).first()
    if bundle is None or not bundle.signed_by_key:
        return Status(Mark.DECLARED, "none")
    return Status(Mark.PASSES, gettext("registered key"))


def _check(name: str, good: bool, bad_words: str = "no", good_words: str = "yes") -> Check:
    status = Status(Mark.PASSES, good_words) if good else Status(Mark.CAVEAT, bad_words)
    return Check(name, status)
