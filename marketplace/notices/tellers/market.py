"""What people outside say of a product, what is new about one, and a webhook that fails."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse

from certification.engine.guideline.targets import title_of
from marketplace.catalogue.models import (
    AuditEvent,
    CertificationRequest,
    ClaimReport,
    Product,
    ProductRelease,
)
from marketplace.catalogue.policy import Permission
from marketplace.notices.models import Webhook
from marketplace.notices.people import members, occasion_of, staff, watchers_of_product
from marketplace.notices.telling import Telling
from marketplace.notices.topics import Topic


def release_created(event: AuditEvent) -> Sequence[Telling]:
    """What was imported in bulk is no news of its vendor."""
    if event.facts.get("imported"):
        return ()
    rows = ProductRelease.objects.select_related("product__vendor")
    release = rows.filter(pk=event.object_id).first()
    if release is None:
        return ()
    return [
        Telling(
            topic=Topic.WATCHED,
            occasion=occasion_of(event),
            subject=f"New release: {release}",
            lines=[f"{release.product.vendor} entered the version {release.version}."],
            path=release.product.get_absolute_url(),
            people=watchers_of_product(release.product),
        )
    ]


def asked(event: AuditEvent) -> Sequence[Telling]:
    """The vendor reads how many ask, never who."""
    product = _product(event)
    if product is None:
        return ()
    target = str(event.facts.get("target", ""))
    people = CertificationRequest.objects.filter(product=product, target=target).count()
    count = f"{people} buyer{'' if people == 1 else 's'}"
    return [
        Telling(
            topic=Topic.REQUESTED,
            occasion=occasion_of(event),
            subject=f"Somebody asks for {title_of(target)} of {product}",
            lines=[f"{count} so far would like {product} to be certified for {title_of(target)}."],
            path=reverse("workspace-product", args=[product.pk]),
            people=members(product.vendor, Permission.SUBMIT),
            vendor=product.vendor,
            facts={"product": product.slug, "target": target, "buyers": people},
        )
    ]


def reported(event: AuditEvent) -> Sequence[Telling]:
    """For staff alone: a report is never public."""
    product = _product(event)
    if product is None:
        return ()
    return [
        Telling(
            topic=Topic.FOR_STAFF,
            occasion=occasion_of(event),
            subject=f"A claim of {product} is reported as false",
            lines=["Somebody says that the page of this product is not true."],
            path=reverse("staff-reports"),
            people=staff(Permission.SETTLE_REPORT, not_of=product.vendor),
        )
    ]


def report_settled(event: AuditEvent) -> Sequence[Telling]:
    """For who reported it: what was found, not the staff's own words about it."""
    reports = ClaimReport.objects.select_related("product__vendor", "person")
    report = reports.filter(pk=event.facts.get("report") or 0).first()
    if report is None or not report.finding:
        return ()
    return [
        Telling(
            topic=Topic.REPORT_SETTLED,
            occasion=occasion_of(event),
            subject=f"Your report about {report.product} is settled",
            lines=[f"Staff looked into it and found: {report.get_finding_display()}."],
            path=report.product.get_absolute_url(),
            people=[report.person],
        )
    ]


def webhook_paused(event: AuditEvent) -> Sequence[Telling]:
    hook = Webhook.objects.select_related("vendor").filter(pk=event.object_id).first()
    if hook is None or hook.ended_at is not None:
        return ()
    return [
        Telling(
            topic=Topic.WEBHOOK_PAUSED,
            occasion=occasion_of(event),
            subject=f"A webhook of {hook.vendor} is paused",
            lines=[
                f"{hook.url} failed {event.facts.get('failures')} times in a row, "
                "so nothing more is sent to it.",
                "What comes meanwhile waits. Mend the receiver, then let the webhook go on.",
            ],
            path=reverse("webhook", args=[hook.pk]),
            people=members(hook.vendor, Permission.SET_WEBHOOKS),
        )
    ]


def _product(event: AuditEvent) -> Product | None:
    return Product.objects.select_related("vendor").filter(pk=event.object_id).first()
