"""The list of products, one product, one vendor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from certification.models import Run
from certification.queries import (
    StandingCertificate,
    certificates_of_each,
    leading,
    listed_products,
)
from marketplace.catalogue.models import Product, Vendor
from marketplace.catalogue.openstack import newest_first
from marketplace.catalogue.queries import declared_releases, find_product, find_vendor
from marketplace.site.facets import chips_of, facets_of
from marketplace.site.filters import ProductFilter
from marketplace.site.product_sheet import product_sheet

PER_PAGE = 20
DECLARED_SHOWN = 4


@dataclass(frozen=True, slots=True)
class ListedProduct:
    """`declared` are names of OpenStack releases, newest first."""

    product: Product
    lead: StandingCertificate | None
    in_force: int
    disputed: bool
    declared: list[str]


@require_safe
def product_list(request: HttpRequest) -> HttpResponse:
    found = ProductFilter(request.GET, listed_products())
    page = Paginator(found.qs, PER_PAGE).get_page(request.GET.get("page"))
    facets = facets_of(request.GET)
    context = {
        "filter": found,
        "page": page,
        "products": _listed(list(page.object_list)),
        "facets": facets,
        "chips": chips_of(request.GET, facets),
        "query": _query(request),
    }
    return render(request, "site/products.html", context)


def _query(request: HttpRequest) -> str:
    """The address of this list without its page number, to be continued."""
    kept = request.GET.copy()
    kept.pop("page", None)
    return f"{kept.urlencode()}&" if kept else ""


def _listed(products: Sequence[Product]) -> list[ListedProduct]:
    certificates = certificates_of_each(products)
    declared = declared_releases(Product.objects.filter(pk__in=certificates))
    return [
        ListedProduct(
            product,
            leading(certificates[product.pk]),
            sum(one.in_force for one in certificates[product.pk]),
            any(one.in_force and one.open_disputes for one in certificates[product.pk]),
            newest_first(declared.get(product.pk, set()))[:DECLARED_SHOWN],
        )
        for product in products
    ]


@require_safe
def product(request: HttpRequest, vendor: str, product: str) -> HttpResponse:
    try:
        found = find_product(vendor, product)
    except Product.DoesNotExist:
        raise Http404("There is no such product.") from None
    sheet = product_sheet(found, reader=request.user, version=request.GET.get("release", ""))
    context = {
        "sheet": sheet,
        "product": found,
        "run_is_public": sheet.lead is not None and _may_see_run(request, sheet.lead),
    }
    return render(request, "site/product.html", context)


def _may_see_run(request: HttpRequest, lead: StandingCertificate) -> bool:
    runs = Run.objects.visible_to(request.user)
    return runs.filter(pk=lead.certificate.run_id).exists()


@require_safe
def vendor(request: HttpRequest, vendor: str) -> HttpResponse:
    try:
        found = find_vendor(vendor)
    except Vendor.DoesNotExist:
        raise Http404("There is no such vendor.") from None
    rows = list(listed_products().filter(vendor=found).order_by("-is_certified", "name", "pk"))
    products = _listed(rows)
    certified = sum(listed.in_force > 0 for listed in products)
    context = {"vendor": found, "products": products, "certified": certified}
    return render(request, "site/vendor.html", context)
