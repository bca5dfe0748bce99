"""Between the password and the code: who it is, kept in the session, and not signed in."""

from __future__ import annotations

import time
from dataclasses import dataclass

from django.contrib.auth import login
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from marketplace.catalogue.models import User

#: Of the two, the one that knows passwords; the other only counts failures.
BACKEND = "django.contrib.auth.backends.ModelBackend"
MINUTES = 10
_KEY = "half_signed_in"


@dataclass(frozen=True, slots=True)
class HalfSignedIn:
    """`next_path` was checked to be on our host; empty for the workspace."""

    person: User
    next_path: str


def remember_half(request: HttpRequest, person: User, next_path: str) -> None:
    """The session that held it is replaced, whoever set it."""
    request.session.cycle_key()
    request.session[_KEY] = {
        "person": person.pk,
        "password": person.get_session_auth_hash(),
        "until": int(time.time()) + MINUTES * 60,
        "next": next_path,
    }


def half_signed_in(request: HttpRequest) -> HalfSignedIn | None:
    """None where no password was given, too long ago, or another one holds since."""
    kept = request.session.get(_KEY)
    if not kept or kept["until"] < time.time():
        return None
    person = User.objects.filter(pk=kept["person"], is_active=True).first()
    if person is None:
        return None
    if not constant_time_compare(kept["password"], person.get_session_auth_hash()):
        return None
    return HalfSignedIn(person, kept["next"])


def sign_in_whole(request: HttpRequest, half: HalfSignedIn) -> None:
    """The session gets another key."""
    del request.session[_KEY]
    login(request, half.person, backend=BACKEND)
