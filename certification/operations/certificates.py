"""Certificates: issued once, and what may happen to them afterwards."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, time
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from certification.eligibility import assurance_of, explain_submission, level_of_submission
from certification.engine import lifecycle
from certification.engine.bundle import BundleRefused
from certification.engine.canonical import canonical_bytes, digest_of
from certification.engine.eligibility import valid_until
from certification.engine.integration import Level
from certification.engine.statement import (
    Descriptor,
    Evidence,
    Grant,
    NotProven,
    Tried,
    level_statement,
    statement,
)
from certification.evidence import EvidenceGone
from certification.joined_claims import runs_of_submission
from certification.lapsing import lapse_of
from certification.levels import evidence_run
from certification.models import Certificate, Dispute, Reinstatement, Run, Submission
from certification.models.guidelines import INTEGRATION
from certification.operations.moment import moment
from certification.operations.standings import refresh_standings_of_product
from marketplace.catalogue import audit
from marketplace.catalogue.models import User
from marketplace.catalogue.past import past
from marketplace.catalogue.policy import Permission, can, can_for_others

logger = logging.getLogger(__name__)

PERSONS_TO_REINSTATE = 2
#: Certificates get their numbers one at a time, without gaps.
NUMBER_LOCK = 4_711_003


class CertificateRefused(ValueError):
    """`code` is stable."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def issue_certificate(*, submission: Submission, actor: str, now: datetime) -> Certificate:
    """Write the statement and the certificate, inside the transaction of the decision. A former
    certificate of the same release and target is superseded. Raises NotProven."""
    release, run = submission.release, submission.run
    number = _next_number(now)
    descriptor = Descriptor(
        vendor=release.product.vendor.slug,
        product=release.product.slug,
        version=release.version,
        openstack_release=submission.openstack_release,
        cpid=next((one.cpid for one in runs_of_submission(submission) if one.cpid), ""),
    )
    grant = _grant(submission, number, now)
    document = _statement(submission, descriptor, grant)
    _supersede_former(submission, number, actor, now)
    certificate = Certificate.objects.create(
        number=number,
        submission=submission,
        release=release,
        guideline=submission.guideline,
        run=run,
        target=submission.target,
        openstack_release=submission.openstack_release,
        assurance=grant.assurance,
        statement=canonical_bytes(document),
        statement_sha256=digest_of(document),
        descriptor=descriptor.canonical,
        state_changed_at=now,
        issued_at=now,
        valid_until=grant.valid_until,
    )
    audit.record(
        "certificate.issued",
        certificate,
        actor=actor,
        number=number,
        statement_sha256=certificate.statement_sha256,
    )
    if submission.guideline.is_integration:
        refresh_standings_of_product(release.product)
    return certificate


def _grant(submission: Submission, number: str, now: datetime) -> Grant:
    run, runs = submission.run, runs_of_submission(submission)
    ends = tuple(
        datetime.combine(waiver.ends_on, time.max, tzinfo=UTC)
        for waiver in submission.waivers.all()
    )
    product = submission.release.product
    return Grant(
        number=number,
        verifier=settings.PUBLIC_URL or "urn:hallmark:trial",
        product_url=settings.PUBLIC_URL + product.get_absolute_url(),
        guideline_url=f"{settings.PUBLIC_URL}/guidelines/{submission.guideline.document_id}.json",
        evidence_url=_evidence_of(run).url,
        evidence_sha256=run.evidence_sha256,
        assurance=assurance_of(submission),
        passes_only=any(one.passes_only for one in runs),
        is_demo=settings.DEMO,
        issued_at=now,
        # A set of runs is as old as its oldest.
        valid_until=valid_until(min(one.received_at for one in runs), ends),
        supporting=tuple(_evidence_of(one) for one in runs if one != run),
    )


def _evidence_of(run: Run) -> Evidence:
    return Evidence(settings.PUBLIC_URL + run.get_absolute_url() + "evidence", run.evidence_sha256)


def _statement(submission: Submission, descriptor: Descriptor, grant: Grant) -> dict[str, Any]:
    """Raises NotProven."""
    if not submission.guideline.is_integration:
        return statement(descriptor, explain_submission(submission), grant)
    evaluation = level_of_submission(submission)
    if evaluation is None:
        raise NotProven("The release has no profile to be judged by.")
    evidence = [evidence_run(run, submission.release) for run in runs_of_submission(submission)]
    tried = tuple(
        Tried(run.openstack_release, run.release_measured, run.cloud, run.ended) for run in evidence
    )
    level = Level[submission.target.upper()]
    return level_statement(descriptor, evaluation, level, tried, grant)


def _next_number(now: datetime) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [NUMBER_LOCK])
    prefix = f"HM-{now.year}-"
    last = (
        Certificate.objects.filter(number__startswith=prefix)
        .order_by("-number")
        .values_list("number", flat=True)
        .first()
    )
    return f"{prefix}{int(last.removeprefix(prefix)) + 1 if last else 1:06d}"


def _supersede_former(submission: Submission, number: str, actor: str, now: datetime) -> None:
    standing = Certificate.objects.filter(
        release=submission.release,
        target=submission.target,
        state__in=lifecycle.states_allowing(lifecycle.CERTIFICATE, "supersede"),
    )
    for former in standing:
        _change(former, "supersede", actor, f"Superseded by {number}.", now)


def revoke(
    *, certificate: Certificate, by: User, reason: str, at: datetime | None = None
) -> Certificate:
    """For good; one reviewer is enough (trust.md S25). Raises CertificateRefused."""
    return _staff_deed(certificate, Permission.REVOKE, "revoke", by, reason, at)


def suspend(
    *, certificate: Certificate, by: User, reason: str, at: datetime | None = None
) -> Certificate:
    """Until two persons reinstate it, or one revokes it. Raises CertificateRefused."""
    return _staff_deed(certificate, Permission.SUSPEND, "suspend", by, reason, at)


def reinstate(*, certificate: Certificate, by: User, reason: str) -> Certificate:
    """Note this person's word; with the second person's it stands again. Raises
    CertificateRefused."""
    _require(certificate, Permission.REINSTATE, by, reason)
    with transaction.atomic():
        row = Certificate.objects.select_for_update().get(pk=certificate.pk)
        _after(row, "reinstate")
        _, first_time = Reinstatement.objects.get_or_create(
            certificate=row,
            suspended_at=row.state_changed_at,
            person=by,
            defaults={"reason": reason.strip()[:2000]},
        )
        if not first_time:
            raise CertificateRefused(
                "second-person-needed", "You have said so already; a second person has to."
            )
        audit.record("certificate.reinstatement", row, actor=audit.actor_of(by), reason=reason)
        agreed = row.reinstatements.filter(suspended_at=row.state_changed_at).count()
        if agreed >= PERSONS_TO_REINSTATE:
            _change(row, "reinstate", audit.actor_of(by), reason)
    certificate.refresh_from_db()
    return certificate


def expire_certificates() -> int:
    """Move those past their end to `expired`, and integration certificates that have lapsed; gives
    how many. Of the end of validity pages say so already."""
    with transaction.atomic():
        standing = Certificate.objects.select_for_update(skip_locked=True, of=("self",)).filter(
            state__in=lifecycle.states_allowing(lifecycle.CERTIFICATE, "expire")
        )
        ended = list(standing.filter(valid_until__lte=Now())[:500])
        for certificate in ended:
            _change(certificate, "expire", audit.SYSTEM, "Its time is over.")
        lapsed = _lapsed(standing.filter(valid_until__gt=Now(), guideline__add_on=INTEGRATION))
        for certificate, why in lapsed:
            _change(certificate, "expire", audit.SYSTEM, why)
    return len(ended) + len(lapsed)


def _lapsed(standing: QuerySet[Certificate]) -> list[tuple[Certificate, str]]:
    """Those whose guideline, releases or product version went on without them. Evidence that cannot
    be read keeps its certificate until its end: that is for staff to see."""
    today = moment(None).astimezone(UTC).date()
    found = []
    for certificate in standing.select_related("submission__guideline", "release__product__vendor"):
        try:
            lapse = lapse_of(certificate)
        except (BundleRefused, EvidenceGone) as fault:
            logger.error("certificate %s: %s", certificate.number, fault)
            continue
        if lapse.on <= today:
            found.append((certificate, f"It has lapsed. {lapse.text}"))
    return found


def raise_dispute(
    *, certificate: Certificate, by: User, claim: str, at: datetime | None = None
) -> Dispute:
    """Contest a certificate that stands; the page says so until it is settled. Raises
    CertificateRefused."""
    if not claim.strip():
        raise CertificateRefused("claim-missing", "Say what you contest, and what shows it.")
    if certificate.state not in (Certificate.State.ACTIVE, Certificate.State.SUSPENDED):
        raise CertificateRefused("not-standing", "Only a certificate that stands is contested.")
    with transaction.atomic():
        dispute, created = Dispute.objects.get_or_create(
            certificate=certificate,
            raised_by=by,
            settled_at=None,
            defaults={"claim": claim.strip()[:2000], "raised_at": moment(at)},
        )
        if not created:
            raise CertificateRefused("dispute-open", "Your dispute of it is open already.")
        audit.record("certificate.disputed", certificate, actor=audit.actor_of(by))
    return dispute


def settle_dispute(*, dispute: Dispute, by: User, outcome: str) -> Dispute:
    """Raises CertificateRefused."""
    vendor = dispute.certificate.release.product.vendor
    if not can_for_others(by, Permission.SETTLE_DISPUTE, vendor) or by.pk == dispute.raised_by_id:
        raise CertificateRefused("forbidden", "Only staff without a part in it settles a dispute.")
    if not outcome.strip():
        raise CertificateRefused("outcome-missing", "Say how the dispute ended.")
    with transaction.atomic():
        changed = Dispute.objects.filter(pk=dispute.pk, settled_at=None).update(
            settled_at=Now(), settled_by=by, outcome=outcome.strip()[:2000]
        )
        if not changed:
            raise CertificateRefused("dispute-settled", "This dispute is settled already.")
        audit.record("certificate.dispute-settled", dispute.certificate, actor=audit.actor_of(by))
    dispute.refresh_from_db()
    return dispute


def _staff_deed(  # noqa: PLR0913, PLR0917 - one way for the deeds of staff
    certificate: Certificate,
    permission: Permission,
    deed: str,
    by: User,
    reason: str,
    at: datetime | None,
) -> Certificate:
    _require(certificate, permission, by, reason)
    now = moment(at)
    with transaction.atomic():
        row = Certificate.objects.select_for_update().get(pk=certificate.pk)
        _change(row, deed, audit.actor_of(by), reason, now)
    certificate.refresh_from_db()
    return certificate


def _change(
    row: Certificate, deed: str, actor: str, reason: str, now: datetime | None = None
) -> None:
    state = _after(row, deed)
    Certificate.objects.filter(pk=row.pk).update(
        state=state, state_reason=reason.strip()[:2000], state_changed_at=now or past() or Now()
    )
    audit.record(f"certificate.{state}", row, actor=actor, number=row.number, reason=reason[:2000])


def _after(row: Certificate, deed: str) -> str:
    try:
        return lifecycle.after(lifecycle.CERTIFICATE, row.state, deed)
    except lifecycle.TransitionRefused as refused:
        raise CertificateRefused(refused.code, str(refused)) from None


def _require(certificate: Certificate, permission: Permission, by: User, reason: str) -> None:
    if not can(by, permission) or not can_for_others(
        by, permission, certificate.release.product.vendor
    ):
        raise CertificateRefused("forbidden", "Only staff of other organizations may do this.")
    if not reason.strip():
        raise CertificateRefused("reason-missing", "Give a reason; it is public.")
