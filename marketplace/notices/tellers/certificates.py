"""A certificate was issued, changed its state, or is contested: its vendor and those who watch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from certification.engine.guideline.targets import title_of
from certification.models import Certificate
from marketplace.catalogue.models import AuditEvent
from marketplace.catalogue.policy import Permission
from marketplace.notices.people import members, occasion_of, staff, watchers_of_product
from marketplace.notices.telling import Telling
from marketplace.notices.topics import Topic

_WORDS: Mapping[str, str] = {
    "certificate.issued": "Certified",
    "certificate.expired": "Expired",
    "certificate.revoked": "Revoked",
    "certificate.suspended": "Suspended",
    "certificate.active": "In force again",
}


def changed(event: AuditEvent) -> Sequence[Telling]:
    """The vendor hears of an issue by the decision on its submission; watchers hear of it here."""
    row = _certificate(event)
    if row is None:
        return ()
    subject = f"{_WORDS[event.verb]}: {what(row)}"
    reason = str(event.facts.get("reason", "")).strip()
    said = [line for line in (reason, f"Certificate {row.number}.") if line]
    watched = _to_watchers(event, row, subject, said)
    if event.verb == "certificate.issued":
        # To the people of the vendor the decision said it; they watch their own things seldom.
        return [watched]
    return [to_vendor(row, Topic.CERTIFICATE_CHANGED, occasion_of(event), subject, said), watched]


def disputed(event: AuditEvent) -> Sequence[Telling]:
    row = _certificate(event)
    if row is None:
        return ()
    subject = f"Contested: {what(row)}"
    said = [
        f"Somebody contests the certificate {row.number}. Its page says so until staff settle it."
    ]
    vendor = row.release.product.vendor
    to_staff = Telling(
        topic=Topic.FOR_STAFF,
        occasion=occasion_of(event),
        subject=subject,
        lines=said,
        path="/staff/disputes/",
        people=staff(Permission.SETTLE_DISPUTE, not_of=vendor),
    )
    own = to_vendor(row, Topic.CERTIFICATE_CHANGED, occasion_of(event), subject, said)
    return [own, to_staff, _to_watchers(event, row, subject, said)]


def dispute_settled(event: AuditEvent) -> Sequence[Telling]:
    row = _certificate(event)
    if row is None:
        return ()
    subject = f"Dispute settled: {what(row)}"
    said = [f"A dispute of the certificate {row.number} is settled. Its page says how it ended."]
    own = to_vendor(row, Topic.CERTIFICATE_CHANGED, occasion_of(event), subject, said)
    return [own, _to_watchers(event, row, subject, said)]


def to_vendor(
    row: Certificate, topic: Topic, occasion: str, subject: str, said: Sequence[str]
) -> Telling:
    vendor = row.release.product.vendor
    return Telling(
        topic=topic,
        occasion=occasion,
        subject=subject,
        lines=said,
        path=row.get_absolute_url(),
        people=members(vendor, Permission.SUBMIT),
        vendor=vendor,
        facts={
            "certificate": row.number,
            "state": row.state,
            "valid_until": row.valid_until.isoformat(),
        },
    )


def _to_watchers(event: AuditEvent, row: Certificate, subject: str, said: Sequence[str]) -> Telling:
    return Telling(
        topic=Topic.WATCHED,
        occasion=occasion_of(event),
        subject=subject,
        lines=said,
        path=row.get_absolute_url(),
        people=watchers_of_product(row.release.product),
    )


def what(row: Certificate) -> str:
    return f"{row.release}, {title_of(row.target)} {row.guideline.version}"


def _certificate(event: AuditEvent) -> Certificate | None:
    rows = Certificate.objects.select_related("release__product__vendor", "guideline")
    light = rows.defer("statement", "descriptor", "guideline__document")
    return light.filter(pk=event.object_id).first()
