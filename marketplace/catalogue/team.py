"""The people of a vendor: their roles, handing over, leaving. A vendor never loses its last owner;
the database holds that too."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from marketplace.catalogue import audit
from marketplace.catalogue.models import Invitation, Membership, User, Vendor
from marketplace.catalogue.policy import Permission, can
from marketplace.catalogue.refusals import CatalogueRefused

OWNER = Membership.Role.OWNER


def team_of(vendor: Vendor) -> QuerySet[Membership]:
    """In the order in which they came."""
    return vendor.memberships.select_related("user").order_by("pk")


def change_role(*, membership: Membership, role: str, by: User) -> Membership:
    """The same role again changes nothing. Raises CatalogueRefused."""
    if role not in Membership.Role.values:
        raise role_unknown()
    with transaction.atomic():
        held = _held(membership, by)
        if held.role == role:
            return held
        if held.role == OWNER:
            _keep_an_owner(held)
            _withdraw_invitations_of(held)
        before, held.role = held.role, role
        held.save(update_fields=["role"])
        _record("team.role-changed", held, by, role=role, before=before)
    return held


def hand_over(*, membership: Membership, by: User) -> Membership:
    """The member becomes an owner, and the owner who gives it away an editor."""
    with transaction.atomic():
        held = _held(membership, by)
        if held.user_id == by.pk or not held.user.is_active:
            raise CatalogueRefused("hand-over", "Choose another member to hand over to.")
        own = Membership.objects.get(vendor_id=held.vendor_id, user=by)
        held.role, own.role = OWNER, Membership.Role.EDITOR
        held.save(update_fields=["role"])
        own.save(update_fields=["role"])
        _withdraw_invitations_of(own)
        _record("team.handed-over", held, by)
    return held


def remove_member(*, membership: Membership, by: User) -> None:
    """For owners, about others. Raises CatalogueRefused."""
    with transaction.atomic():
        held = _held(membership, by)
        if held.user_id == by.pk:
            raise CatalogueRefused("remove-self", "That is you. To go, leave the organization.")
        _take_out(held)
        _record("team.removed", held, by)


def leave(*, vendor: Vendor, by: User) -> None:
    """Whoever is a member, of any role. Raises CatalogueRefused for the last owner."""
    with transaction.atomic():
        lock_team(vendor)
        held = Membership.objects.filter(vendor=vendor, user=by).first()
        if held is None:
            raise CatalogueRefused("member-unknown", f"You are no member of {vendor}.")
        _take_out(held)
        _record("team.left", held, by)


def role_unknown() -> CatalogueRefused:
    return CatalogueRefused("role-unknown", "Choose owner, editor, uploader or viewer.")


def lock_team(vendor: Vendor) -> None:
    """The vendor's row: of two owners who leave at once, the second finds itself the last."""
    Vendor.objects.select_for_update().get(pk=vendor.pk)


def require_owner(vendor: Vendor, by: User) -> None:
    """Within the transaction that holds the team. Raises CatalogueRefused."""
    if not can(by, Permission.MANAGE_TEAM, vendor):
        raise CatalogueRefused("forbidden", f"Only the owners of {vendor} may do this.")


def _held(membership: Membership, by: User) -> Membership:
    """The membership as it is now, its team locked. Raises CatalogueRefused."""
    lock_team(membership.vendor)
    require_owner(membership.vendor, by)
    rows = Membership.objects.select_related("vendor", "user")
    found = rows.filter(pk=membership.pk, vendor=membership.vendor).first()
    if found is None:
        raise CatalogueRefused("member-unknown", "This person is no member any more.")
    return found


def _keep_an_owner(membership: Membership) -> None:
    others = Membership.objects.filter(
        vendor_id=membership.vendor_id, role=OWNER, user__is_active=True
    ).exclude(pk=membership.pk)
    if not others.exists():
        raise CatalogueRefused(
            "last-owner",
            "This is the last owner. Make another member an owner first, or hand over.",
        )


def _take_out(membership: Membership) -> None:
    if membership.role == OWNER:
        _keep_an_owner(membership)
        _withdraw_invitations_of(membership)
    # By a query, so that the object keeps the key by which the audit trail names it.
    Membership.objects.filter(pk=membership.pk).delete()


def _withdraw_invitations_of(owner: Membership) -> None:
    """Who is no owner any more brings nobody in any more."""
    Invitation.objects.filter(
        vendor_id=owner.vendor_id,
        invited_by_id=owner.user_id,
        accepted_at=None,
        withdrawn_at=None,
    ).update(withdrawn_at=Now())


def _record(verb: str, about: Membership, by: User, **facts: str) -> None:
    actor = audit.actor_of(by)
    audit.record(verb, about.vendor, actor=actor, person=about.user_id, **facts)
