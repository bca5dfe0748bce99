"""What every page needs: the demo flag, the navigation, and how many notices are new."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext, gettext_noop

from marketplace.catalogue.models import User
from marketplace.catalogue.policy import Permission, can
from marketplace.notices.inbox import unread_count


@dataclass(frozen=True, slots=True)
class NavEntry:
    """`current` is the value of `aria-current`: `page`, `true` (a page below it), or empty."""

    words: str
    url: str
    current: str


_SECTIONS = (
    (gettext_noop("Products"), "products"),
    (gettext_noop("Compare"), "compare"),
    (gettext_noop("Guidelines"), "guidelines"),
    (gettext_noop("Verify"), "verify"),
    (gettext_noop("Upload results"), "upload"),
    (gettext_noop("Workspace"), "workspace"),
)


def host_url(request: HttpRequest) -> str:
    """What stands before a path: the configured address, else the one that was asked."""
    return settings.PUBLIC_URL or f"{request.scheme}://{request.get_host()}"


def site(request: HttpRequest) -> dict[str, Any]:
    return {
        "is_demo": settings.DEMO,
        "anonymous_days": settings.ANONYMOUS_RUN_DAYS,
        "host_url": host_url(request),
        # Asked for only where the masthead greets somebody: other pages touch no session (S27).
        "notices_new": SimpleLazyObject(lambda: _notices_new(request)),
        "nav": [
            _entry(gettext(words), reverse(name), request.path)
            for words, name in _sections(request)
        ],
    }


def _notices_new(request: HttpRequest) -> int:
    user = getattr(request, "user", None)
    return unread_count(user) if isinstance(user, User) else 0


def _sections(request: HttpRequest) -> tuple[tuple[str, str], ...]:
    """Staff reach their own pages from everywhere; an answer made too early knows no user."""
    user = getattr(request, "user", None)
    if user is not None and can(user, Permission.REVIEW):
        return (*_SECTIONS, (gettext("Review"), "staff-queue"))
    return _SECTIONS


def _entry(words: str, url: str, path: str) -> NavEntry:
    current = "page" if path == url else "true" if path.startswith(url) else ""
    return NavEntry(words, url, current)
