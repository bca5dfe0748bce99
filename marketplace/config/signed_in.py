"""What holds for every request of a signed-in person: the device is noted, and who must have a
second factor sets it up before anything else."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from marketplace.catalogue.devices import note_device, note_unknown_device
from marketplace.catalogue.models import User
from marketplace.catalogue.policy import lacks_second_factor
from marketplace.config.clients import brings_session
from marketplace.config.middleware import AWAY, database_away
from marketplace.config.refusals import json_refusal
from marketplace.workspace.shared_logins import is_shared_login

logger = logging.getLogger(__name__)

Next = Callable[[HttpRequest], HttpResponse]

SEEN = "device_seen_at"
SEEN_EVERY_S = 300
#: The cookie of a browser that was signed in from: whose, the last few of them.
MARK = "hallmark_known"
MARKED_MOST = 8
MARK_S = 400 * 24 * 3600

#: What a person without the second factor still reaches: the way to it, and the way out.
ALLOWED = frozenset(
    {
        "second-factor",
        "second-factor-begin",
        "second-factor-confirm",
        "sign-out",
        "healthz",
        "readyz",
    }
)
#: Beside every deed, what shows more to a person than to a stranger.
_PRIVATE = ("/workspace/", "/staff/", "/upload/", "/runs/", "/api/", "/v1/", "/watching/")


class DevicesNoted:
    """Once at the sign-in, whose answer carries a new session key, then every five minutes."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        came_with = request.session.session_key
        answer = self.get_response(request)
        # Pages that everybody gets alike never touch the session, and stay that way (S27).
        try:
            if request.session.accessed and SESSION_KEY in request.session:
                self._note(request, answer, came_with)
        except AWAY:
            # The answer stands without it: it says itself that the database is away, or was made
            # before that.
            logger.error("database away: a device was not noted")
        return answer

    def _note(self, request: HttpRequest, answer: HttpResponse, came_with: str | None) -> None:
        session = request.session
        now = int(time.time())
        is_new = session.session_key is None or session.session_key != came_with
        if not is_new and now - session.get(SEEN, 0) < SEEN_EVERY_S:
            return
        if not isinstance(request.user, User):
            return
        if is_new:
            _mark_browser(request, answer, request.user)
        session[SEEN] = now
        if session.session_key is None:
            session.create()
        note_device(
            session_key=str(session.session_key),
            user_agent=request.headers.get("User-Agent", ""),
            by=request.user,
        )


def _mark_browser(request: HttpRequest, answer: HttpResponse, person: User) -> None:
    """A browser that a person signed in from keeps a mark, so that another one is noticed."""
    marked = str(request.get_signed_cookie(MARK, default="", salt=MARK)).split(".")
    if str(person.pk) in marked:
        return
    if not is_shared_login(person):
        note_unknown_device(user_agent=request.headers.get("User-Agent", ""), by=person)
    people = ".".join([*filter(None, marked), str(person.pk)][-MARKED_MOST:])
    answer.set_signed_cookie(
        MARK,
        people,
        salt=MARK,
        max_age=MARK_S,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


class SecondFactorFirst:
    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: object) -> HttpResponse | None:
        name = request.resolver_match.url_name if request.resolver_match else None
        reads = request.method in ("GET", "HEAD", "OPTIONS")
        if name in ALLOWED or (reads and not request.path.startswith(_PRIVATE)):
            return None
        if not brings_session(request):
            return None
        try:
            if not lacks_second_factor(request.user):
                return None
        except AWAY as error:
            return database_away(request, error)
        if request.path.startswith(("/api/", "/v1/")):
            title = "Your role needs a second factor. Sign in on the pages and set it up first."
            return json_refusal(request, 403, "second-factor-missing", title)
        messages.info(request, "Your role needs a second factor. Set it up before anything else.")
        answer = redirect("second-factor")
        answer.status_code = 303
        return answer
