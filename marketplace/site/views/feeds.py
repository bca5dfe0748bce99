"""Atom feeds, and the page that lists what can be taken away."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.views.decorators.http import require_safe

from certification.models import Guideline
from certification.queries import find_guideline, guideline_shelves
from marketplace.catalogue.models import Category, Product, Vendor
from marketplace.catalogue.queries import find_product, find_vendor
from marketplace.site.context import host_url
from marketplace.site.feeds.atom import FeedPage
from marketplace.site.feeds.entries import entries_of
from marketplace.site.feeds.happenings import Part, happenings

PER_PAGE = 50
#: Older happenings are found through the files; a feed is for what is new.
PAGES_MOST = 200
CACHE_SECONDS = 120
#: What an empty feed was last changed: before anything happened here.
BEGUN_AT = datetime(2026, 11, 1, tzinfo=UTC)


@require_safe
def feeds(request: HttpRequest) -> HttpResponse:
    """Where everything that can be taken away is listed."""
    context = {"categories": Category.choices, "shelves": guideline_shelves()}
    return render(request, "site/feeds.html", context)


@require_safe
def market(request: HttpRequest) -> HttpResponseBase:
    return _feed(request, Part(), "Hallmark: the market", reverse("home"))


@require_safe
def category(request: HttpRequest, category: str) -> HttpResponseBase:
    if category not in Category.values:
        raise Http404("There is no such category.")
    page = f"{reverse('products')}?category={category}"
    return _feed(request, Part(category=category), f"Hallmark: {Category(category).label}", page)


@require_safe
def vendor(request: HttpRequest, vendor: str) -> HttpResponseBase:
    try:
        found = find_vendor(vendor)
    except Vendor.DoesNotExist:
        raise Http404("There is no such vendor.") from None
    page = reverse("vendor", args=[found.slug])
    return _feed(request, Part(vendor=found), f"Hallmark: {found.name}", page)


@require_safe
def product(request: HttpRequest, vendor: str, product: str) -> HttpResponseBase:
    try:
        found = find_product(vendor, product)
    except Product.DoesNotExist:
        raise Http404("There is no such product.") from None
    title = f"Hallmark: {found.name} by {found.vendor.name}"
    return _feed(request, Part(product=found), title, found.get_absolute_url())


@require_safe
def guideline(request: HttpRequest, document_id: str) -> HttpResponseBase:
    try:
        found = find_guideline(document_id)
    except Guideline.DoesNotExist:
        raise Http404("There is no such guideline.") from None
    part = Part(guideline=found.document_id)
    title = f"Hallmark: guideline {found.document_id}"
    return _feed(request, part, title, found.get_absolute_url())


def _feed(request: HttpRequest, part: Part, title: str, alternate: str) -> HttpResponseBase:
    number = _number(request)
    happened = happenings(part, (number - 1) * PER_PAGE, PER_PAGE + 1)
    if number > 1 and not happened:
        raise Http404("The feed has no such page.")
    page = FeedPage(
        title=f"Demo. {title}" if settings.DEMO else title,
        path=request.path,
        alternate=alternate,
        entries=entries_of(happened[:PER_PAGE]),
        number=number,
        has_next=len(happened) > PER_PAGE and number < PAGES_MOST,
        host_url=host_url(request),
        simulated=settings.DEMO,
        begun_at=BEGUN_AT,
    )
    return _if_new(request, page)


def _if_new(request: HttpRequest, page: FeedPage) -> HttpResponseBase:
    """The feed, or 304 to a reader who has these bytes."""
    body = page.to_atom()
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    changed = int(page.updated_at.timestamp())
    answer = HttpResponse(body, content_type="application/atom+xml; charset=utf-8")
    answer["ETag"] = etag
    answer["Last-Modified"] = http_date(changed)
    answer["Cache-Control"] = f"public, max-age={CACHE_SECONDS}"
    found = get_conditional_response(request, etag=etag, last_modified=changed, response=answer)
    return found or answer


def _number(request: HttpRequest) -> int:
    asked = request.GET.get("page", "1")
    if not asked.isascii() or not asked.isdigit() or not 1 <= int(asked[:6]) <= PAGES_MOST:
        raise Http404("The feed has no such page.")
    return int(asked)
