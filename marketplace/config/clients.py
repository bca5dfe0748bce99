"""Whose address a request comes from, and whether anybody may be signed in."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest


def address_of(request: HttpRequest) -> str:
    """In production the one that the buffering proxy writes last into X-Forwarded-For; what stands
    before it a client may have made up. Without the proxy's word, and in a trial, the peer's."""
    if settings.PRODUCTION:
        forwarded = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
        if forwarded:
            return forwarded
    return str(request.META.get("REMOTE_ADDR", ""))


def brings_session(request: HttpRequest) -> bool:
    """Without a session's cookie nobody is signed in, and nothing need be looked up."""
    return settings.SESSION_COOKIE_NAME in request.COOKIES
