"""Badges, as a picture and as data."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from marketplace.catalogue.models import Product
from marketplace.catalogue.queries import find_product
from marketplace.site.badges import Badge, badge_of
from marketplace.site.kept_answers import KeptAnswers
from marketplace.site.market import recent

#: A revocation has to show within five minutes (trust.md S27).
CACHE_SECONDS = 120
#: By the market's version: a change of any product or certificate draws them anew.
_drawn = KeptAnswers()


def _badge(vendor: str, product: str) -> Badge:
    try:
        found = badge_of(find_product(vendor, product))
    except Product.DoesNotExist:
        found = None
    if found is None:
        raise Http404("There is no badge for what was never certified.")
    return found


def _public(answer: HttpResponse) -> HttpResponse:
    answer["Cache-Control"] = f"public, max-age={CACHE_SECONDS}"
    answer["Access-Control-Allow-Origin"] = "*"
    return answer


@require_safe
def svg(_request: HttpRequest, vendor: str, product: str) -> HttpResponse:
    key = f"{recent().version} {settings.DEMO} {vendor}/{product}"
    drawn = _drawn.get(key)
    if drawn is None:
        drawn = _badge(vendor, product).to_svg().encode()
        _drawn.put(key, drawn)
    return _public(HttpResponse(drawn, content_type="image/svg+xml"))


@require_safe
def json(_request: HttpRequest, vendor: str, product: str) -> HttpResponse:
    return _public(JsonResponse(_badge(vendor, product).to_document()))
