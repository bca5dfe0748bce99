"""What search engines may find: robots.txt and the sitemap. A trial is kept out of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import F, QuerySet, Window
from django.db.models.functions import RowNumber
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import escape
from django.views.decorators.http import require_safe

from certification.models import Certificate, Guideline
from marketplace.catalogue.models import Product, Vendor
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
    host = host_url(request)
    addresses = [f"{host}{reverse('sitemap-part', args=['pages'])}"]
    for name, section in _sections().items():
        address = f"{host}{reverse('sitemap-part', args=[name])}"
        addresses += [f"{address}?{urlencode({'after': key})}" for key in section.ends()]
        if section.rows.exists():
            addresses.append(address)
    return _document("sitemapindex", "sitemap", addresses)


@require_safe
def part(request: HttpRequest, section: str) -> HttpResponse:
    """Those that follow the key in `after`, or the first: a later file costs no more than they."""
    host, after = host_url(request), request.GET.get("after", "")
    if section == "pages" and not after:
        return _document("urlset", "url", (host + reverse(name) for name in _STANDING_PAGES))
    known = _sections().get(section)
    found = known.following(after) if known else []
    if known is None or not found:
        raise Http404("The sitemap has no such part.")
    addresses = (host + reverse(known.view, args=arguments) for arguments in found)
    return _document("urlset", "url", addresses)


@dataclass(frozen=True, slots=True)
class _Section:
    """Things of one kind: the view that shows one of them, the columns that its address is made of,
    and the unique column that they are in the order of."""

    view: str
    rows: QuerySet[Any]
    arguments: tuple[str, ...]
    key: str

    def ends(self) -> list[Any]:
        """The keys that a further file begins after."""
        numbered = self.rows.annotate(place=Window(RowNumber(), order_by=F(self.key).asc()))
        keys = numbered.annotate(left=F("place") % PER_FILE).filter(left=0).order_by(self.key)
        return [key for key in keys.values_list(self.key, flat=True) if self.following(str(key), 1)]

    def following(self, after: str, most: int | None = None) -> list[tuple[str, ...]]:
        rows = self.rows
        if after:
            if self.key == "pk" and not (after.isascii() and after.isdigit() and len(after) < 19):
                return []
            rows = rows.filter(**{f"{self.key}__gt": after.replace("\0", "")})
        return list(rows.order_by(self.key).values_list(*self.arguments)[: most or PER_FILE])


def _sections() -> dict[str, _Section]:
    products, key = Product.objects.all(), "document_id"
    vendors = Vendor.objects.filter(pk__in=Product.objects.values("vendor"))
    one_of_each = Guideline.objects.order_by(key, "pk").distinct(key)
    guidelines = Guideline.objects.filter(pk__in=one_of_each.values("pk"))
    return {
        "products": _Section("product", products, ("vendor__slug", "slug"), "pk"),
        "vendors": _Section("vendor", vendors, ("slug",), "pk"),
        "certificates": _Section("certificate", Certificate.objects.all(), ("number",), "number"),
        "guidelines": _Section("guideline", guidelines, (key,), key),
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
