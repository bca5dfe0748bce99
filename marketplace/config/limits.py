"""How often an address or a person may sign in, sign up, upload, search and take lists away
(trust.md S24)."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from marketplace.catalogue.limits import TooMany, count_one, network_of
from marketplace.catalogue.models import User
from marketplace.config.clients import address_of, brings_session
from marketplace.config.middleware import AWAY, database_away
from marketplace.config.refusals import json_refusal

Next = Callable[[HttpRequest], HttpResponse]

#: The names of addresses whose POST is counted, and as what.
COUNTED = {
    "sign-in": "sign-in",
    "sign-in-code": "sign-in",
    "sign-up": "sign-up",
    "password-forgotten": "password-forgotten",
    "password-reset": "password-forgotten",
    "upload": "upload",
    "api-runs": "upload",
    "refstack-results": "upload",
}
#: Reading that costs: whole lists as files. The limits are far above what a person does.
EXPORTS = frozenset(
    {
        "products-file",
        "vendor-products-file",
        "certificates-file",
        "requirements-file",
        "compare-file",
        "shortlist-file",
        "sitemap-part",
        "statistics-table",
    }
)
#: Where a text is searched for, if one is given.
SEARCHES = frozenset({"products", "catalogue", "api-products"})
#: Whose callers are programs.
_IN_JSON = frozenset({"api-runs", "refstack-results", "catalogue", "api-products"})


class HourlyLimits:
    """Counts before the view sees the request, so before the body of an upload is read."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: object) -> HttpResponse | None:
        name = request.resolver_match.url_name if request.resolver_match else None
        if name is None:
            return None
        try:
            counted = _counted_as(name, request)
            if counted is None:
                return None
            deed, who = counted
            count_one(deed=deed, who=who, most=settings.LIMITS_AN_HOUR[deed])
        except TooMany as refused:
            return _answer(request, refused, in_json=name in _IN_JSON)
        except AWAY as error:
            return database_away(request, error)
        return None


def _counted_as(name: str, request: HttpRequest) -> tuple[str, str] | None:
    """What counts for whom; None where nothing is counted."""
    if request.method == "POST":
        return _deed(name, request) if name in COUNTED else None
    if name in EXPORTS:
        return "export", network_of(address_of(request))
    if name in SEARCHES and request.GET.get("q", "").strip():
        return "search", network_of(address_of(request))
    return None


def _deed(name: str, request: HttpRequest) -> tuple[str, str]:
    """A signed-in person's uploads count for the person, wherever they come from. A token or a
    signature is checked by the view, which refuses the upload where it is wrong."""
    deed = COUNTED[name]
    address = network_of(address_of(request))
    if deed != "upload":
        return deed, address
    if brings_session(request) and isinstance(request.user, User):
        return deed, f"user {request.user.pk}"
    named = request.headers.get("Authorization", "").lower().startswith("bearer ") or (
        name == "refstack-results" and "X-Signature" in request.headers
    )
    return (deed if named else "upload-anonymous"), address


def _answer(request: HttpRequest, refused: TooMany, *, in_json: bool) -> HttpResponse:
    if in_json:
        answer: HttpResponse = json_refusal(request, 429, refused.code, str(refused))
    else:
        minutes = -(-refused.retry_after_s // 60)
        context = {"refused": refused, "minutes": minutes}
        answer = render(request, "site/too_many.html", context, status=429)
    answer["Retry-After"] = str(refused.retry_after_s)
    answer["Cache-Control"] = "no-store"
    return answer
