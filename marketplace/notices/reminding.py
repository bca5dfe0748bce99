"""Days that come by themselves: certificates and waivers that end soon.

Each day has an occasion of its own, so looking every hour tells it once; a service that was down on
the day tells it afterwards, and of several days that passed only the nearest to the end.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import transaction

from certification.engine.guideline.targets import title_of
from certification.models import Certificate, Waiver
from certification.operations.moment import moment
from marketplace.catalogue.policy import Permission
from marketplace.notices.people import members
from marketplace.notices.tellers.certificates import to_vendor, what
from marketplace.notices.telling import Telling, tell
from marketplace.notices.topics import Topic

#: Days before the end of a certificate, and of a waiver.
CERTIFICATE_DAYS = (60, 30, 7)
WAIVER_DAYS = 14


def remind(*, at: datetime | None = None) -> int:
    """Tell of what ends soon; gives how many notices are new. `at` is for a trial alone."""
    now = moment(at)
    with transaction.atomic():
        return tell([*_certificates(now), *_waivers(now)])


def _certificates(now: datetime) -> Iterator[Telling]:
    soon = Certificate.objects.filter(
        state=Certificate.State.ACTIVE,
        valid_until__gt=now,
        valid_until__lte=now + timedelta(days=max(CERTIFICATE_DAYS)),
    )
    rows = soon.select_related("release__product__vendor", "guideline")
    for row in rows.defer("statement", "descriptor", "guideline__document").order_by("pk"):
        # One that was issued for less than so long had no such day.
        passed = [
            days
            for days in CERTIFICATE_DAYS
            if row.issued_at < row.valid_until - timedelta(days=days) <= now
        ]
        if passed:
            yield _expiring(row, min(passed))


def _expiring(row: Certificate, days: int) -> Telling:
    said = [
        f"The certificate {row.number} ends on {row.valid_until:%-d %B %Y}.",
        "To renew it, upload a new run, tie it to the release and submit. "
        "The new certificate takes the place of this one without a gap.",
    ]
    subject = f"Expires in {days} days or less: {what(row)}"
    occasion = f"certificate:{row.pk}:ends-in:{days}"
    return to_vendor(row, Topic.CERTIFICATE_EXPIRING, occasion, subject, said)


def _waivers(now: datetime) -> Iterator[Telling]:
    soon = Waiver.objects.filter(
        ends_on__gte=now.date(), ends_on__lte=(now + timedelta(days=WAIVER_DAYS)).date()
    )
    rows = soon.select_related("release__product__vendor", "guideline")
    for waiver in rows.defer("guideline__document").order_by("pk"):
        vendor = waiver.release.product.vendor
        aim = f"{waiver.release}, {title_of(waiver.target)} {waiver.guideline.version}"
        count = f"{len(waiver.tests)} test{'' if len(waiver.tests) == 1 else 's'}"
        yield Telling(
            topic=Topic.WAIVER_ENDING,
            occasion=f"waiver:{waiver.pk}:ends",
            subject=f"A waiver ends soon: {aim}",
            lines=[
                f"The waiver of {count} ends on {waiver.ends_on:%-d %B %Y}. "
                "A certificate that needs it ends that day too.",
                "Upload a run that passes these tests, or ask for another waiver.",
            ],
            path=waiver.release.product.get_absolute_url(),
            people=members(vendor, Permission.SUBMIT),
            vendor=vendor,
            facts={"waiver": waiver.digest, "ends_on": waiver.ends_on.isoformat()},
        )
