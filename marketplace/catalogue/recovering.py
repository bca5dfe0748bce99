"""A person lost the second factor and all recovery codes. Two of the staff take it away, with a
wait between them; the person is told at once, and a right code of the factor ends it."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from marketplace.catalogue import audit
from marketplace.catalogue.devices import end_all_devices
from marketplace.catalogue.models import SecondFactor, SecondFactorRecovery, User
from marketplace.catalogue.policy import Permission, can
from marketplace.catalogue.refusals import CatalogueRefused
from marketplace.catalogue.second_factor import has_second_factor


def begin_recovery(*, person: User, reason: str, by: User) -> SecondFactorRecovery:
    """Raises CatalogueRefused."""
    _require(person, by)
    if not reason.strip():
        raise CatalogueRefused("reason-missing", "Say how you know that it is this person.")
    if not has_second_factor(person):
        raise CatalogueRefused("second-factor-none", f"{person} has no second factor.")
    wait = timedelta(hours=settings.RECOVERY_WAIT_HOURS)
    try:
        with transaction.atomic():
            made = SecondFactorRecovery.objects.create(
                person=person, reason=reason.strip()[:1000], begun_by=by, due_at=Now() + wait
            )
            made.refresh_from_db()
            audit.record(
                "second-factor.recovery-begun",
                person,
                actor=audit.actor_of(by),
                due_at=made.due_at.isoformat(),
            )
    except IntegrityError:
        raise CatalogueRefused("recovery-open", "A recovery was begun already.") from None
    return made


def finish_recovery(*, person: User, by: User) -> None:
    """The factor goes, all sessions end, and whoever must have one sets up another at the next
    sign-in. Raises CatalogueRefused."""
    _require(person, by)
    with transaction.atomic():
        row = _open(person)
        if row.begun_by_id == by.pk:
            raise CatalogueRefused("second-person-needed", "You began it; a second person ends it.")
        if not can(row.begun_by, Permission.RECOVER_ACCOUNT):
            raise CatalogueRefused(
                "recovery-beginner-left",
                "Who began it is no staff admin any more. Call it off, and begin anew.",
            )
        due = SecondFactorRecovery.objects.filter(pk=row.pk, due_at__lte=Now())
        if not due.update(ended_at=Now(), finished_by=by):
            raise CatalogueRefused(
                "recovery-early", f"Wait until {row.due_at:%-d %B %Y %H:%M} UTC."
            )
        SecondFactor.objects.filter(user=person).delete()
        end_all_devices(person)
        audit.record("second-factor.recovered", person, actor=audit.actor_of(by), recovery=row.pk)


def call_off_recovery(*, person: User, by: User) -> None:
    """Raises CatalogueRefused."""
    _require(person, by)
    with transaction.atomic():
        SecondFactorRecovery.objects.filter(pk=_open(person).pk).update(ended_at=Now())
        audit.record("second-factor.recovery-stopped", person, actor=audit.actor_of(by))


def _open(person: User) -> SecondFactorRecovery:
    """Held until the transaction ends: a right code at the same moment is first or last."""
    rows = SecondFactorRecovery.objects.select_for_update().filter(person=person, ended_at=None)
    row = rows.first()
    if row is None:
        raise CatalogueRefused("recovery-none", f"No recovery of {person} was begun.")
    return row


def _require(person: User, by: User) -> None:
    if not can(by, Permission.RECOVER_ACCOUNT) or by.pk == person.pk:
        raise CatalogueRefused("forbidden", "Only staff admins do this, for somebody else.")
