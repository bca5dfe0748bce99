"""Changing a password, and finding back in without it."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode

from marketplace.catalogue import audit
from marketplace.catalogue.devices import end_all_devices
from marketplace.catalogue.limits import count_one
from marketplace.catalogue.models import User
from marketplace.catalogue.refusals import CatalogueRefused


@dataclass(frozen=True, slots=True)
class ResetLink:
    """The two parts of the address that Django's token machinery checks."""

    person: User
    uid: str
    token: str = field(repr=False)


def check_password(*, password: str, by: User) -> None:
    """Ask a signed-in person again, before a deed that a borrowed browser shall not do.

    Raises CatalogueRefused, TooMany.
    """
    count_one(
        deed="password asked again",
        who=f"user {by.pk}",
        most=settings.LIMITS_AN_HOUR["password"],
    )
    if not by.check_password(password):
        raise CatalogueRefused("password-wrong", "This is not your password.")


def change_password(*, old: str, new: str, by: User) -> User:
    """All sessions end; the one that asks begins anew. Raises CatalogueRefused, TooMany."""
    check_password(password=old, by=by)
    return _set_password(by, new, "password.changed", audit.actor_of(by))


def reset_link(email: str) -> ResetLink | None:
    """None for an address without an account."""
    found = User.objects.filter(email=email.strip().lower(), is_active=True).first()
    if found is None:
        return None
    uid = urlsafe_base64_encode(force_bytes(found.pk))
    return ResetLink(found, uid, default_token_generator.make_token(found))


def person_of_link(uid: str, token: str) -> User | None:
    """None where the link was used, is too old or was made up."""
    try:
        found = User.objects.filter(pk=int(urlsafe_base64_decode(uid)), is_active=True).first()
    except (ValueError, OverflowError):
        return None
    return found if found and default_token_generator.check_token(found, token) else None


def reset_password(*, uid: str, token: str, new: str) -> User:
    """The second factor stays: it is asked at the next sign-in. Raises CatalogueRefused."""
    with transaction.atomic():
        found = person_of_link(uid, token)
        if found is None:
            raise link_over()
        # Whoever waited for the row finds the link used.
        locked = User.objects.select_for_update().get(pk=found.pk)
        if not default_token_generator.check_token(locked, token):
            raise link_over()
        return _set_password(locked, new, "password.reset", audit.actor_of(locked))


def link_over() -> CatalogueRefused:
    return CatalogueRefused(
        "reset-over", "This link was used, or is too old. Ask for a new one by mail."
    )


def _set_password(person: User, new: str, verb: str, actor: str) -> User:
    try:
        validate_password(new, person)
    except ValidationError as fault:
        raise CatalogueRefused("password-weak", " ".join(fault.messages)) from None
    with transaction.atomic():
        person.set_password(new)
        person.save(update_fields=["password"])
        end_all_devices(person)
        audit.record(verb, person, actor=actor)
    return person
