"""People report claims that they hold for false; staff settle the reports."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from marketplace.catalogue import audit
from marketplace.catalogue.models import ClaimReport, Product, User
from marketplace.catalogue.past import past
from marketplace.catalogue.policy import Permission, can_for_others
from marketplace.catalogue.programme_settings import programme_settings
from marketplace.catalogue.programme_vocabulary import Setting
from marketplace.catalogue.refusals import CatalogueRefused

TEXT_MOST = 2000


def report_claim(*, product: Product, text: str, by: User) -> ClaimReport:
    """Raises CatalogueRefused."""
    words = text.strip()
    if not words or len(words) > TEXT_MOST:
        raise CatalogueRefused(
            "report-text", f"Say in 1 to {TEXT_MOST:,} characters what is false and how you know."
        )
    with transaction.atomic():
        # The person's row, so that two reports at once do not pass the limits together.
        User.objects.select_for_update().get(pk=by.pk)
        mine = ClaimReport.objects.filter(person=by)
        if mine.filter(product=product, settled_at=None).exists():
            raise CatalogueRefused(
                "report-open", f"You reported {product} already. Staff have not settled it yet."
            )
        most = programme_settings().number_of(Setting.REPORTS_A_DAY)
        if mine.filter(reported_at__gt=Now() - timedelta(days=1)).count() >= most:
            raise CatalogueRefused(
                "report-limit", f"You sent {most} reports within a day. Come back tomorrow."
            )
        made = ClaimReport(product=product, person=by, text=words)
        if then := past():
            made.reported_at = then
        made.save()
        # The text stays in the report: it may name people.
        audit.record("claim.reported", product, actor=audit.actor_of(by), report=made.pk)
    return made


def settle_report(*, report: ClaimReport, finding: str, outcome: str, by: User) -> ClaimReport:
    """Whoever reported it, or works for the vendor, does not settle it. Raises CatalogueRefused."""
    if not can_for_others(by, Permission.SETTLE_REPORT, report.product.vendor):
        raise CatalogueRefused("forbidden", "Only staff of other organizations may do this.")
    if report.person_id == by.pk:
        raise CatalogueRefused("own-report", "You reported it, so somebody else settles it.")
    words = outcome.strip()
    if finding not in ClaimReport.Finding.values or not words or len(words) > TEXT_MOST:
        raise CatalogueRefused(
            "report-outcome", "Say whether the claim was false, and what you found."
        )
    with transaction.atomic():
        changed = ClaimReport.objects.filter(pk=report.pk, settled_at=None).update(
            settled_at=past() or Now(), settled_by=by, finding=finding, outcome=words
        )
        if not changed:
            raise CatalogueRefused("report-settled", "The report was settled already.")
        audit.record(
            "claim.report-settled",
            report.product,
            actor=audit.actor_of(by),
            report=report.pk,
            finding=finding,
        )
    report.refresh_from_db()
    return report


def open_reports(person: User) -> QuerySet[ClaimReport]:
    """Those that the person may look into, oldest first."""
    return reports_for(person).filter(settled_at=None).order_by("reported_at", "pk")


def settled_reports(person: User) -> QuerySet[ClaimReport]:
    """Newest first."""
    return reports_for(person).filter(settled_at__isnull=False).order_by("-settled_at", "-pk")


def reports_for(person: User) -> QuerySet[ClaimReport]:
    """Open and settled, but none about vendors of the person's own."""
    rows = ClaimReport.objects.select_related("product__vendor", "person", "settled_by")
    return rows.exclude(product__vendor__memberships__user=person)
