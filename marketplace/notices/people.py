"""Whom something concerns."""

from __future__ import annotations

from django.db.models import Q

from marketplace.catalogue.models import AuditEvent, Product, User, Vendor
from marketplace.catalogue.policy import STAFF_ROLES, Permission, members_who


def occasion_of(event: AuditEvent) -> str:
    return f"event:{event.pk}"


def members(vendor: Vendor, permission: Permission) -> list[User]:
    """The active members of the vendor whose role holds the permission, each once."""
    held = members_who(permission, vendor).values("user")
    return list(User.objects.filter(pk__in=held).order_by("pk"))


def staff(permission: Permission, *, not_of: Vendor | None = None) -> list[User]:
    """Nobody of the staff who is a member of that vendor: they never look at its things."""
    roles = [role for role, held in STAFF_ROLES.items() if role and permission in held]
    people = User.objects.filter(staff_role__in=roles, is_active=True)
    if not_of is not None:
        people = people.exclude(memberships__vendor=not_of)
    return list(people.order_by("pk"))


def watchers_of_product(product: Product) -> list[User]:
    """Of the product itself, or of its vendor."""
    watching = Q(watches__product=product) | Q(watches__vendor=product.vendor_id)
    return list(User.objects.filter(watching, is_active=True).distinct().order_by("pk"))


def watchers_of_guideline(document_id: str) -> list[User]:
    people = User.objects.filter(watches__guideline=document_id, is_active=True)
    return list(people.distinct().order_by("pk"))
