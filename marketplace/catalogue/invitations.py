"""People are invited to a vendor by mail, and accept with a link that works once."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from marketplace.catalogue import audit
from marketplace.catalogue.limits import count_one
from marketplace.catalogue.models import Invitation, Membership, User, Vendor
from marketplace.catalogue.programme_settings import programme_settings
from marketplace.catalogue.programme_vocabulary import Setting
from marketplace.catalogue.refusals import CatalogueRefused
from marketplace.catalogue.team import lock_team, require_owner, role_unknown


@dataclass(frozen=True, slots=True)
class Invited:
    """`secret` is the end of the link; it is told once and kept nowhere."""

    invitation: Invitation
    secret: str = field(repr=False)


def invitation_days() -> int:
    return programme_settings().number_of(Setting.INVITATION_DAYS)


def invite(  # noqa: PLR0913 - one keyword for each thing that is written down
    *,
    vendor: Vendor,
    email: str,
    role: str,
    by: User,
    secret: str = "",
    also: Callable[[Invitation], None] | None = None,
) -> Invited:
    """A second invitation of the same address ends the first. `secret` is made here unless it is
    given; `also` is done in the same transaction. Raises CatalogueRefused, TooMany."""
    address = _address(email)
    if role not in Membership.Role.values:
        raise role_unknown()
    require_owner(vendor, by)
    count_one(deed="invite", who=f"user {by.pk}", most=settings.LIMITS_AN_HOUR["invite"])
    secret = secret or secrets.token_urlsafe(32)
    with transaction.atomic():
        lock_team(vendor)
        require_owner(vendor, by)
        if Membership.objects.filter(vendor=vendor, user__email=address).exists():
            raise CatalogueRefused("member-already", f"{address} is a member of {vendor} already.")
        _open(vendor).filter(email=address).update(withdrawn_at=Now())
        made = Invitation.objects.create(
            vendor=vendor,
            email=address,
            role=role,
            digest=_digest(secret),
            invited_by=by,
            expires_at=Now() + timedelta(days=invitation_days()),
        )
        audit.record(
            "team.invited", vendor, actor=audit.actor_of(by), invitation=made.pk, role=role
        )
        if also is not None:
            also(made)
    made.refresh_from_db()
    return Invited(made, secret)


def withdraw_invitation(*, invitation: Invitation, by: User) -> None:
    """One that was accepted or withdrawn before stays as it is. Raises CatalogueRefused."""
    vendor = invitation.vendor
    with transaction.atomic():
        lock_team(vendor)
        require_owner(vendor, by)
        if _open(vendor).filter(pk=invitation.pk).update(withdrawn_at=Now()):
            audit.record(
                "team.invitation-withdrawn",
                vendor,
                actor=audit.actor_of(by),
                invitation=invitation.pk,
            )


def open_invitations(vendor: Vendor) -> QuerySet[Invitation]:
    """Those that may still be accepted, newest first."""
    rows = _open(vendor).select_related("invited_by").filter(expires_at__gt=Now())
    return rows.order_by("-invited_at", "-pk")


def invitation_of(secret: str) -> Invitation | None:
    """The one that this link still opens. None: unknown, used, withdrawn or too old."""
    rows = Invitation.objects.select_related("vendor", "invited_by")
    return rows.filter(
        digest=_digest(secret), accepted_at=None, withdrawn_at=None, expires_at__gt=Now()
    ).first()


def accept_invitation(*, secret: str, by: User) -> Membership:
    """Raises CatalogueRefused. An invitation is for one address: a forwarded link lets nobody in
    whom the owner did not mean."""
    known = invitation_of(secret)
    if known is None:
        raise invitation_over()
    if known.email != by.email.lower():
        raise CatalogueRefused(
            "invitation-address",
            f"This invitation is for {known.email}, and you are signed in as {by.email}. "
            "Sign in with that address, or ask for another invitation.",
        )
    with transaction.atomic():
        lock_team(known.vendor)
        if Membership.objects.filter(vendor=known.vendor, user=by).exists():
            raise CatalogueRefused("member-already", f"You are a member of {known.vendor} already.")
        won = _open(known.vendor).filter(pk=known.pk, expires_at__gt=Now())
        if not won.update(accepted_at=Now(), accepted_by=by):
            raise invitation_over()
        made = Membership.objects.create(vendor=known.vendor, user=by, role=known.role)
        audit.record(
            "team.joined",
            known.vendor,
            actor=audit.actor_of(by),
            invitation=known.pk,
            role=known.role,
        )
    return made


def invitation_over() -> CatalogueRefused:
    return CatalogueRefused(
        "invitation-over",
        "This invitation was used or withdrawn, or is too old. Ask for a new one.",
    )


def _open(vendor: Vendor) -> QuerySet[Invitation]:
    return Invitation.objects.filter(vendor=vendor, accepted_at=None, withdrawn_at=None)


def _address(text: str) -> str:
    address = text.strip().lower()
    try:
        validate_email(address)
    except ValidationError:
        raise CatalogueRefused("email-invalid", "Give a mail address, name@host.") from None
    return address


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
