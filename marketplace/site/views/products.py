"""One product, one vendor."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from certification.queries import listed_products, open_runs
from marketplace.catalogue.models import Product, Vendor
from marketplace.catalogue.queries import find_product, find_vendor
from marketplace.site.product_rows import rows_of
from marketplace.site.product_sheet import product_sheet


@require_safe
def product(request: HttpRequest, vendor: str, product: str) -> HttpResponse:
    try:
        found = find_product(vendor, product)
    except Product.DoesNotExist:
        raise Http404("There is no such product.") from None
    return product_page(request, found)


def product_page(
    request: HttpRequest, found: Product, template: str = "site/product.html", **more: Any
) -> HttpResponse:
    """`found` may say what is not published yet; then `template` must say so too."""
    sheet = product_sheet(found, reader=request.user, version=request.GET.get("release", ""))
    lead = sheet.lead
    shown = open_runs(lead, request.user) if lead else frozenset()
    context = more | {
        "sheet": sheet,
        "product": found,
        "run_is_public": lead is not None and lead.certificate.run_id in shown,
        "open_runs": shown,
    }
    return render(request, template, context)


@require_safe
def vendor(request: HttpRequest, vendor: str) -> HttpResponse:
    try:
        found = find_vendor(vendor)
    except Vendor.DoesNotExist:
        raise Http404("There is no such vendor.") from None
    rows = list(listed_products().filter(vendor=found).order_by("-is_certified", "name", "pk"))
    products = rows_of(rows)
    certified = sum(listed.in_force > 0 for listed in products)
    context = {"vendor": found, "products": products, "certified": certified}
    return render(request, "site/vendor.html", context)
