"""Who belongs to the foundation's staff. No page names anybody: it is done on the server, so that a
staff admin's browser in wrong hands makes no further ones."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet

from marketplace.catalogue import audit
from marketplace.catalogue.models import User
from marketplace.catalogue.policy import Permission, can
from marketplace.catalogue.refusals import CatalogueRefused

_ADMIN = User.StaffRole.ADMIN


def staff() -> QuerySet[User]:
    """Everybody of it, admins first; also who may not sign in any more."""
    return User.objects.exclude(staff_role=User.StaffRole.NONE).order_by("staff_role", "email")


def name_staff(*, person: User, role: str, reason: str, by: User | None) -> User:
    """Give, change or take away (`role` "") a role. The same role again changes nothing.

    `by` is a staff admin. Only while there is none it may be None: somebody has to be the first.
    The last one stays. Raises CatalogueRefused."""
    if role not in User.StaffRole.values:
        raise CatalogueRefused("role-unknown", f"There is no role {role} of the staff.")
    if not reason.strip():
        raise CatalogueRefused("reason-missing", "Say why. The reason is kept in the audit trail.")
    with transaction.atomic():
        admins = _admins_held()
        if not (can(by, Permission.NAME_STAFF) if by is not None else not admins):
            raise CatalogueRefused("forbidden", "Only a staff admin does this. Say who: --by.")
        held = User.objects.select_for_update().get(pk=person.pk)
        if held.staff_role == role:
            return held
        if admins == [held.pk]:
            raise CatalogueRefused("last-admin", f"{held} is the last staff admin. Name another.")
        if not held.is_active and role:
            raise CatalogueRefused("person-inactive", f"{held} may not sign in any more.")
        before, held.staff_role = held.staff_role, role
        held.save(update_fields=["staff_role"])
        audit.record(
            "staff.role-changed",
            held,
            actor=audit.actor_of(by) if by is not None else audit.SYSTEM,
            role=role,
            before=before,
            reason=reason.strip()[:1000],
        )
    return held


def _admins_held() -> list[int]:
    """Those who may sign in, held until the transaction ends: two who go at once leave one."""
    rows = User.objects.select_for_update().filter(staff_role=_ADMIN, is_active=True)
    return list(rows.order_by("pk").values_list("pk", flat=True))
