"""A waiver: some tests do not count for one release, for a public reason, until a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import IntegrityError, transaction

from certification.eligibility import engine_waiver
from certification.engine.report import EvidenceFormat, Report
from certification.engine.verdict import WaiverMisplaced, evaluate
from certification.judging import compiled_guideline
from certification.models import Guideline, Waiver
from certification.operations.moment import moment
from marketplace.catalogue import audit
from marketplace.catalogue.models import ProductRelease, User
from marketplace.catalogue.policy import Permission, can_for_others


class WaiverRefused(ValueError):
    """`code` is stable."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def grant_waiver(  # noqa: PLR0913 - one keyword for each fact of the document
    *,
    release: ProductRelease,
    guideline: Guideline,
    target: str,
    tests: Sequence[str],
    reason: str,
    ends_on: date,
    by: User,
    at: datetime | None = None,
) -> Waiver:
    """Write the document. It takes effect in the evaluation of a submission that names it.

    Raises WaiverRefused.
    """
    if not can_for_others(by, Permission.GRANT_WAIVER, release.product.vendor):
        raise WaiverRefused("forbidden", "Only staff of other organizations may grant a waiver.")
    now = moment(at)
    names = sorted({name.strip() for name in tests if name.strip()})
    if not names or not reason.strip():
        raise WaiverRefused("waiver-empty", "Name the tests, and give a reason for the public.")
    if ends_on <= now.date():
        raise WaiverRefused("waiver-ended", "The last day of a waiver lies in the future.")
    waiver = Waiver(
        release=release,
        guideline=guideline,
        target=target,
        tests=names,
        reason=reason.strip()[:1000],
        ends_on=ends_on,
        granted_by=by,
        granted_at=now,
    )
    waiver.digest = engine_waiver(waiver).digest
    _require_countable(waiver)
    try:
        with transaction.atomic():
            waiver.save()
            audit.record("waiver.granted", waiver, actor=audit.actor_of(by), digest=waiver.digest)
    except IntegrityError:
        return Waiver.objects.get(digest=waiver.digest)
    return waiver


def _require_countable(waiver: Waiver) -> None:
    """Each named test must be one that counts for the target."""
    compiled = compiled_guideline(waiver.guideline)
    nothing = Report(EvidenceFormat.SUBUNIT_V2, entries=())
    try:
        explained = evaluate(compiled, nothing, waiver.target, [engine_waiver(waiver)])
    except WaiverMisplaced as misplaced:
        raise WaiverRefused("waiver-misplaced", str(misplaced)) from None
    unknown = sorted(set(waiver.tests) - set(explained.waived))
    if unknown:
        raise WaiverRefused(
            "waiver-test-unknown",
            f"{unknown[0]} does not count for {waiver.target} of {waiver.guideline}.",
        )
