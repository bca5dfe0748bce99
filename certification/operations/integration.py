"""What people say of a release in the Integrated programme, and what confirms its evidence."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from certification.engine.bundle import AGREEING_PERCENT, CorroborationDocument
from certification.engine.eligibility import Obstacle
from certification.engine.integration import NotApplicable, Profile, profile_obstacles
from certification.levels import rules_of
from certification.models import (
    BundleFacts,
    Corroboration,
    Guideline,
    IntegrationProfile,
    NotApplicableGrant,
    Run,
    ServiceClaim,
)
from certification.operations.moment import moment
from certification.operations.standings import refresh_standing, refresh_standings_of_run
from marketplace.catalogue import audit
from marketplace.catalogue.models import ProductRelease, Programme, User
from marketplace.catalogue.policy import Permission, can, may_review


class IntegrationRefused(ValueError):
    """`code` is stable. `obstacles` names each thing in the way, where the rules are."""

    def __init__(self, code: str, message: str, obstacles: Collection[Obstacle] = ()) -> None:
        super().__init__(message)
        self.code = code
        self.obstacles = tuple(obstacles)


def declare_profile(
    *,
    release: ProductRelease,
    guideline: Guideline,
    profile: Profile,
    by: User,
    at: datetime | None = None,
) -> IntegrationProfile:
    """What kind of product the release is and what does not apply to it; of a product that our
    laboratory measured, staff says it. A reviewer's grants are kept beside it and are no part of
    it. Raises IntegrationRefused."""
    if not (release.product.measured_by_us and can(by, Permission.REVIEW)):
        _require_vendor(release, by)
    found = profile_obstacles(rules_of(guideline), with_grants(release, profile))
    if found:
        raise IntegrationRefused("profile-refused", found[0].text, found)
    plain = Profile(
        profile.profile,
        profile.primary,
        tuple(NotApplicable(one.subject, one.reason) for one in profile.not_applicable),
        profile.has_logins,
    )
    with transaction.atomic():
        row = IntegrationProfile.objects.create(
            release=release,
            digest=plain.digest,
            document=plain.canonical,
            declared_by=by,
            declared_at=moment(at),
        )
        audit.record("profile.declared", release, actor=audit.actor_of(by), digest=plain.digest)
        refresh_standing(release)
    return row


def with_grants(release: ProductRelease, profile: Profile) -> Profile:
    """The profile with what reviewers granted for the release."""
    granted = NotApplicableGrant.objects.filter(release=release, ended_at=None)
    given = {one.subject: NotApplicable(one.subject, one.reason, granted=True) for one in granted}
    claimed = {one.subject: one for one in profile.not_applicable}
    together = tuple((claimed | given).values())
    return Profile(profile.profile, profile.primary, together, profile.has_logins)


def grant_not_applicable(
    *, release: ProductRelease, guideline: Guideline, subject: str, reason: str, by: User
) -> NotApplicableGrant:
    """A reviewer's public reason why something does not apply. Raises IntegrationRefused."""
    _require_reviewer(release, by)
    rules = rules_of(guideline)
    if subject not in rules.capabilities and subject not in rules.axes:
        raise IntegrationRefused(
            "subject-unknown", f"{subject[:60]!r} is no axis or capability of {guideline}."
        )
    if subject in rules.axes and rules.axes[subject].core:
        raise IntegrationRefused(
            "axis-is-core", f"{rules.axes[subject].title} applies to every product."
        )
    if not reason.strip():
        raise IntegrationRefused("reason-missing", "Give a reason; everybody reads it.")
    try:
        with transaction.atomic():
            row = NotApplicableGrant.objects.create(
                release=release, subject=subject, reason=reason.strip()[:1000], granted_by=by
            )
            audit.record(
                "not-applicable.granted", release, actor=audit.actor_of(by), subject=subject
            )
            refresh_standing(release)
    except IntegrityError:
        raise IntegrationRefused(
            "granted-already", f"{subject} is set aside already for {release}."
        ) from None
    return row


def end_not_applicable(*, grant: NotApplicableGrant, by: User) -> NotApplicableGrant:
    """It applies again from now on; certificates issued before keep what they rest on. Raises
    IntegrationRefused."""
    _require_reviewer(grant.release, by)
    with transaction.atomic():
        ended = NotApplicableGrant.objects.filter(pk=grant.pk, ended_at=None)
        if not ended.update(ended_at=Now()):
            raise IntegrationRefused("grant-ended", "This has ended already.")
        audit.record(
            "not-applicable.ended", grant.release, actor=audit.actor_of(by), subject=grant.subject
        )
        refresh_standing(grant.release)
    grant.refresh_from_db()
    return grant


def claim_services(
    *, release: ProductRelease, services: Collection[str], known: Collection[str], by: User
) -> list[ServiceClaim]:
    """From now on the release claims exactly these services, of those that are known. Raises
    IntegrationRefused."""
    _require_vendor(release, by)
    unknown = sorted(set(services) - set(known))
    if unknown:
        raise IntegrationRefused(
            "service-unknown", f"{unknown[0][:40]!r} is no OpenStack service that we know."
        )
    with transaction.atomic():
        ServiceClaim.objects.filter(release=release).exclude(service__in=services).delete()
        ServiceClaim.objects.bulk_create(
            [ServiceClaim(release=release, service=one, claimed_by=by) for one in set(services)],
            ignore_conflicts=True,
        )
        audit.record(
            "services.claimed", release, actor=audit.actor_of(by), services=sorted(services)
        )
    return list(release.service_claims.order_by("service"))


def corroborate_by_log(
    *, run: Run, document: CorroborationDocument, note: str, by: User
) -> Corroboration:
    """The operator's access log agrees with the run: E3. Raises IntegrationRefused."""
    if document.bundle_sha256 != run.evidence_sha256:
        raise IntegrationRefused(
            "corroboration-elsewhere", "This document is about another bundle than this run's."
        )
    if not document.agrees:
        raise IntegrationRefused(
            "log-disagrees",
            f"The log holds {document.agreed} of {document.sampled} sampled requests; "
            f"{AGREEING_PERCENT} per cent are needed.",
        )
    row = Corroboration(
        run=run,
        kind=Corroboration.Kind.OPERATOR_LOG,
        log_sha256=document.log_sha256,
        sampled=document.sampled,
        agreed=document.agreed,
    )
    return _corroborate(row, note, by)


def corroborate_by_rerun(*, run: Run, note: str, by: User) -> Corroboration:
    """A reviewer ran the kit again and saw the same: E3. Raises IntegrationRefused."""
    return _corroborate(Corroboration(run=run, kind=Corroboration.Kind.RERUN), note, by)


def _corroborate(row: Corroboration, note: str, by: User) -> Corroboration:
    run = row.run
    if run.vendor is None or not may_review(by, run.vendor) or by.pk == run.uploaded_by_id:
        raise IntegrationRefused(
            "forbidden", "Only a reviewer of another organization confirms a vendor's run."
        )
    if run.state != Run.State.VERIFIED or not BundleFacts.objects.filter(run=run).exists():
        raise IntegrationRefused("run-no-bundle", "Only a judged bundle of the kit is confirmed.")
    if not note.strip():
        raise IntegrationRefused("note-missing", "Say what was compared, where and when.")
    row.note, row.by = note.strip()[:1000], by
    try:
        with transaction.atomic():
            row.save()
            audit.record(
                "run.corroborated",
                run,
                actor=audit.actor_of(by),
                kind=row.kind,
                log_sha256=row.log_sha256,
            )
            refresh_standings_of_run(run)
    except IntegrityError:
        raise IntegrationRefused("corroborated-already", "This run is confirmed already.") from None
    return row


def _require_vendor(release: ProductRelease, by: User) -> None:
    product = release.product
    if not can(by, Permission.EDIT_PRODUCT, product.vendor):
        raise IntegrationRefused(
            "forbidden", f"Only owners and editors of {product.vendor} may do this."
        )
    if product.programme != Programme.INTEGRATED:
        raise IntegrationRefused(
            "programme-other", "Only products on top of OpenStack have an integration profile."
        )


def _require_reviewer(release: ProductRelease, by: User) -> None:
    if not may_review(by, release.product.vendor):
        raise IntegrationRefused("forbidden", "Only reviewers of other organizations decide here.")
