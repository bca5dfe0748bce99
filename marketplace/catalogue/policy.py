"""Who may do what: the one place for permissions."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from marketplace.catalogue.models import Membership, SecondFactor, User, Vendor


class Permission(StrEnum):
    UPLOAD_RUN = "upload run"
    READ_PRIVATE_RUN = "read private run"
    READ_DRAFT = "read drafts of products"
    SHARE_RUN = "share run"
    IMPORT_GUIDELINE = "import guideline"
    APPROVE_GUIDELINE = "approve guideline"
    EDIT_PRODUCT = "edit product"
    SUBMIT = "submit for certification"
    CONFIRM_DOMAIN = "confirm a vendor's domain"
    REVIEW = "review submissions"
    GRANT_WAIVER = "grant waiver"
    REVOKE = "revoke certificate"
    SUSPEND = "suspend certificate"
    REINSTATE = "reinstate certificate"
    SETTLE_DISPUTE = "settle dispute"
    HEAR_APPEAL = "hear appeals"
    SETTLE_REPORT = "settle report of a false claim"
    RECOVER_ACCOUNT = "take away a lost second factor"
    NAME_STAFF = "name the staff"
    MANAGE_TEAM = "manage the team"
    PROVE_DOMAIN = "prove the domain"
    SET_WEBHOOKS = "set webhooks"
    SET_PROGRAMME = "set the programme"
    READ_AUDIT = "read the audit trail"
    LOOK_AS_VENDOR = "look at a vendor's workspace"


Role = Membership.Role

_READERS = frozenset({Permission.READ_PRIVATE_RUN, Permission.READ_DRAFT})
_UPLOADERS = _READERS | {Permission.UPLOAD_RUN}
_EDITORS = _UPLOADERS | {Permission.SHARE_RUN, Permission.EDIT_PRODUCT, Permission.SUBMIT}
_OWNERS = _EDITORS | {
    Permission.MANAGE_TEAM,
    Permission.PROVE_DOMAIN,
    Permission.SET_WEBHOOKS,
}

VENDOR_ROLES: dict[str, frozenset[Permission]] = {
    Role.OWNER: _OWNERS,
    Role.EDITOR: _EDITORS,
    Role.UPLOADER: _UPLOADERS,
    Role.VIEWER: _READERS,
}

_REVIEWERS = frozenset(
    {
        Permission.READ_PRIVATE_RUN,
        Permission.READ_DRAFT,
        Permission.REVIEW,
        Permission.GRANT_WAIVER,
        Permission.REVOKE,
        Permission.SUSPEND,
        Permission.REINSTATE,
        Permission.SETTLE_DISPUTE,
        Permission.HEAR_APPEAL,
        Permission.SETTLE_REPORT,
        Permission.LOOK_AS_VENDOR,
    }
)

STAFF_ROLES: dict[str, frozenset[Permission]] = {
    User.StaffRole.NONE: frozenset(),
    User.StaffRole.REVIEWER: _REVIEWERS,
    User.StaffRole.ADMIN: _REVIEWERS
    | {
        Permission.IMPORT_GUIDELINE,
        Permission.APPROVE_GUIDELINE,
        Permission.CONFIRM_DOMAIN,
        Permission.RECOVER_ACCOUNT,
        Permission.NAME_STAFF,
        Permission.SET_PROGRAMME,
        Permission.READ_AUDIT,
    },
}


def can(user: User | AnonymousUser, permission: Permission, vendor: Vendor | None = None) -> bool:
    """Staff roles hold everywhere, vendor roles for that vendor. Inactive people may do nothing."""
    if not isinstance(user, User) or not user.is_active:
        return False
    if permission in STAFF_ROLES[user.staff_role]:
        return True
    if vendor is None:
        return False
    role = (
        Membership.objects.filter(vendor=vendor, user=user).values_list("role", flat=True).first()
    )
    return role is not None and permission in VENDOR_ROLES[role]


def can_for_others(user: User | AnonymousUser, permission: Permission, vendor: Vendor) -> bool:
    """A staff permission that nobody uses on a vendor of their own (trust.md S25)."""
    return can(user, permission) and not is_member(user, vendor)


def is_member(user: User | AnonymousUser, vendor: Vendor) -> bool:
    return isinstance(user, User) and Membership.objects.filter(vendor=vendor, user=user).exists()


def may_review(user: User | AnonymousUser, vendor: Vendor) -> bool:
    return can_for_others(user, Permission.REVIEW, vendor)


def may_hear_appeal(
    user: User | AnonymousUser, vendor: Vendor, had_part: Collection[int | None]
) -> bool:
    """Somebody else than who decided, and than who brought it in (`had_part`, their keys)."""
    return can_for_others(user, Permission.HEAR_APPEAL, vendor) and user.pk not in had_part


def members_who(permission: Permission, vendor: Vendor) -> QuerySet[Membership]:
    """The memberships of a vendor whose role holds the permission."""
    roles = _roles_with(permission)
    return Membership.objects.filter(vendor=vendor, role__in=roles, user__is_active=True)


def vendors_where(user: User, permission: Permission) -> QuerySet[Vendor]:
    """Those where the person's role holds the permission."""
    memberships = user.memberships.filter(role__in=_roles_with(permission))
    return Vendor.objects.filter(pk__in=memberships.values("vendor"))


def _roles_with(permission: Permission) -> list[str]:
    return [role for role, held in VENDOR_ROLES.items() if permission in held]


def lacks_second_factor(user: User | AnonymousUser) -> bool:
    """True for staff and owners without the second factor that they must have (trust.md S24).

    A trial waives it, and says so on every page.
    """
    if not settings.SECOND_FACTOR_REQUIRED or not isinstance(user, User):
        return False
    must = bool(user.staff_role) or user.memberships.filter(role=Role.OWNER).exists()
    has = SecondFactor.objects.filter(user=user, confirmed_at__isnull=False)
    return must and not has.exists()


def vendor_for_uploads(user: User) -> Vendor | None:
    """The vendor that a person's runs belong to: the only one that they may upload for.

    A person with several such vendors, or none, uploads for themselves.
    """
    found = list(vendors_where(user, Permission.UPLOAD_RUN)[:2])
    return found[0] if len(found) == 1 else None
