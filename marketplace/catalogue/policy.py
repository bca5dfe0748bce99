"""Who may do what: the one place for permissions."""

from __future__ import annotations

from enum import StrEnum

from django.contrib.auth.models import AnonymousUser

from marketplace.catalogue.models import Membership, User, Vendor


class Permission(StrEnum):
    UPLOAD_RUN = "upload run"
    READ_PRIVATE_RUN = "read private run"
    SHARE_RUN = "share run"
    IMPORT_GUIDELINE = "import guideline"
    APPROVE_GUIDELINE = "approve guideline"


Role = Membership.Role

VENDOR_ROLES: dict[str, frozenset[Permission]] = {
    Role.OWNER: frozenset(
        {Permission.UPLOAD_RUN, Permission.READ_PRIVATE_RUN, Permission.SHARE_RUN}
    ),
    Role.EDITOR: frozenset(
        {Permission.UPLOAD_RUN, Permission.READ_PRIVATE_RUN, Permission.SHARE_RUN}
    ),
    Role.UPLOADER: frozenset({Permission.UPLOAD_RUN, Permission.READ_PRIVATE_RUN}),
    Role.VIEWER: frozenset({Permission.READ_PRIVATE_RUN}),
}

STAFF_ROLES: dict[str, frozenset[Permission]] = {
    User.StaffRole.NONE: frozenset(),
    User.StaffRole.REVIEWER: frozenset({Permission.READ_PRIVATE_RUN}),
    User.StaffRole.ADMIN: frozenset(
        {
            Permission.READ_PRIVATE_RUN,
            Permission.IMPORT_GUIDELINE,
            Permission.APPROVE_GUIDELINE,
        }
    ),
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


def vendor_for_uploads(user: User) -> Vendor | None:
    """The vendor that a person's runs belong to: the only one that they may upload for.

    A person with several such vendors, or none, uploads for themselves.
    """
    uploaders = [role for role, held in VENDOR_ROLES.items() if Permission.UPLOAD_RUN in held]
    found = list(Vendor.objects.filter(memberships__user=user, memberships__role__in=uploaders)[:2])
    return found[0] if len(found) == 1 else None
