"""The public logins of the demo, shown on its sign-in page and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass

from marketplace.catalogue.models import User

DEMO_PASSWORD = "hallmark-demo-only"  # noqa: S105 - public by design; production has no demo people

_ROLES = (
    ("vendor@kelpline.example", "owner of the vendor Kelpline"),
    ("reviewer@hallmark.example", "reviewer"),
    ("admin@hallmark.example", "staff admin"),
    ("second-admin@hallmark.example", "second staff admin"),
)


@dataclass(frozen=True, slots=True)
class DemoLogin:
    email: str
    role: str
    password: str = DEMO_PASSWORD


def demo_logins() -> list[DemoLogin]:
    """Those that are there."""
    emails = [email for email, _ in _ROLES]
    there = set(User.objects.filter(email__in=emails).values_list("email", flat=True))
    return [DemoLogin(email, role) for email, role in _ROLES if email in there]
