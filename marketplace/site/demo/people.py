"""The invented people who may sign in to a trial."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

from marketplace.catalogue.models import Membership, User, Vendor

PASSWORD = "hallmark-demo-only"  # noqa: S105 - shown on the sign-in page of every trial
VENDOR = "Kelpline"
ADMIN = "admin@hallmark.example"


class DemoRefused(RuntimeError):
    code = "demo-refused"


@dataclass(frozen=True, slots=True)
class DemoLogin:
    email: str
    name: str
    role: str
    staff_role: str = ""
    vendor_role: str = ""


LOGINS = (
    DemoLogin(
        "vendor@kelpline.example", "Ida Norrby", "owner of the vendor Kelpline", vendor_role="owner"
    ),
    DemoLogin("reviewer@hallmark.example", "Tomas Vidal", "reviewer", staff_role="reviewer"),
    DemoLogin(ADMIN, "Maren Holt", "staff admin", staff_role="admin"),
    DemoLogin(
        "second-admin@hallmark.example", "Jun Okafor", "second staff admin", staff_role="admin"
    ),
)


def create_logins() -> list[User]:
    """Create the demo people that are not there yet. Raises DemoRefused in production."""
    if settings.PRODUCTION:
        raise DemoRefused("Demo logins are never made in production.")
    return [_create(login) for login in LOGINS]


def _create(login: DemoLogin) -> User:
    with transaction.atomic():
        user, created = User.objects.get_or_create(
            username=login.email,
            defaults={
                "email": login.email,
                "display_name": login.name,
                "staff_role": login.staff_role,
            },
        )
        if created:
            user.set_password(PASSWORD)
            user.save(update_fields=["password"])
        if login.vendor_role:
            vendor, _ = Vendor.objects.get_or_create(slug=VENDOR.lower(), defaults={"name": VENDOR})
            Membership.objects.get_or_create(
                vendor=vendor, user=user, defaults={"role": login.vendor_role}
            )
    return user
