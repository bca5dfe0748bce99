"""What every answer gets: a strict content policy, and a clear word when the database is away."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.views import defaults

from marketplace.config.refusals import json_refusal

logger = logging.getLogger(__name__)

Next = Callable[[HttpRequest], HttpResponse]

POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)


DATABASE_AWAY = "The database does not answer. Nothing was stored; try again in 5 s."
#: How a database that does not answer shows itself.
AWAY = (OperationalError, InterfaceError)


class ContentSecurityPolicy:
    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        return response


class DatabaseAway:
    """R7: while the database is away every answer is 503 with Retry-After, never half a deed."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return database_away(request, error) if isinstance(error, AWAY) else None


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's last answer. What the middleware itself asks of the database fails beyond all views:
    that is the database's absence, too, and no fault of ours."""
    error = sys.exc_info()[1]
    if isinstance(error, AWAY):
        return database_away(request, error)
    return defaults.server_error(request)


def database_away(request: HttpRequest, error: Exception) -> HttpResponse:
    """For what asks the database before a view does, too: Django tells no other part of it."""
    logger.error("database away on %s: %s", request.path, type(error).__name__)
    answer = json_refusal(request, 503, "database-away", DATABASE_AWAY)
    answer["Retry-After"] = "5"
    return answer
