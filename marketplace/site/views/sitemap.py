"""What search engines may find: robots.txt and the sitemap. A trial is kept out of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import escape
from django.views.decorators.http import require_safe

from certification.models import Certificate, Guideline
from marketplace.catalogue.models import Product
from marketplace.catalogue.queries import vendors_with_products
from marketplace.site.context import host_url

#: The protocol allows 50,000 addresses a file.
PER_FILE = 10_000
_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
_STANDING_PAGES = ("home", "products", "guidelines", "programme", "verify", "feeds")
_PRIVATE = ("/workspace/", "/staff/", "/watching/", "/sign-in/", "/sign-up/", "/api/")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    if settings.PRODUCTION:
        rules = [f"Disallow: {path}" for path in _PRIVATE]
        lines = ["User-agent: *", *rules, "", f"Sitemap: {host_url(request)}{reverse('sitemap')}"]
    else:
        lines = ["User-agent: *", "Disallow: /"]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """The index: one file for the standing pages, and so many for each kind of thing."""
    numbers = [("pages", 1)]
    for section, (_, rows) in _sections().items():
        files = -(-rows.count() // PER_FILE)
        numbers += [(section, number) for number in range(1, files + 1)]
    host = host_url(request)
    addresses = (f"{host}{reverse('sitemap-part', args=numbered)}" for numbered in numbers)
    return _document("sitemapindex", "sitemap", addresses)


@require_safe
def part(request: HttpRequest, section: str, number: int) -> HttpResponse:
    """Numbers count from 1."""
    host, start = host_url(request), (number - 1) * PER_FILE
    if (section, number) == ("pages", 1):
        return _document("urlset", "url", (host + reverse(name) for name in _STANDING_PAGES))
    name, rows = _sections().get(section, ("", None))
    found = list(rows[start : start + PER_FILE]) if rows is not None and number > 0 else []
    if not found:
        raise Http404("The sitemap has no such part.")
    return _document("urlset", "url", (host + reverse(name, args=arguments) for arguments in found))


def _sections() -> dict[str, tuple[str, QuerySet[Any, Any]]]:
    """The view that shows one of them, and the arguments of its address for each."""
    guidelines = Guideline.objects.order_by("document_id").values_list("document_id")
    return {
        "products": ("product", Product.objects.order_by("pk").values_list("vendor__slug", "slug")),
        "vendors": ("vendor", vendors_with_products().order_by("pk").values_list("slug")),
        "certificates": ("certificate", Certificate.objects.order_by("pk").values_list("number")),
        "guidelines": ("guideline", guidelines.distinct()),
    }


def _document(root: str, element: str, addresses: Iterable[str]) -> HttpResponse:
    answer = HttpResponse("".join(_written(root, element, addresses)), "application/xml")
    if not settings.PRODUCTION:
        answer["X-Robots-Tag"] = "noindex"
    return answer


def _written(root: str, element: str, addresses: Iterable[str]) -> Iterator[str]:
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{_NAMESPACE}">\n'
    for address in addresses:
        yield f"<{element}><loc>{escape(address)}</loc></{element}>\n"
    yield f"</{root}>\n"
