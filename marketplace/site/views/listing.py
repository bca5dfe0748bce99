"""The list of products: narrowed, sorted, and where a comparison is put together."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe

from marketplace.catalogue.models import Product
from marketplace.site.comparison_choice import Chosen, chosen_in
from marketplace.site.facets import chips_of, facets_of, rescues_of
from marketplace.site.filters import TEXT_MOST, ProductFilter
from marketplace.site.listed import Listed
from marketplace.site.narrowing import Narrowing
from marketplace.site.product_rows import rows_of
from marketplace.site.search.finding import find_near
from marketplace.site.verifying import number_in

PER_PAGE = 20


@require_safe
def product_list(request: HttpRequest) -> HttpResponse:
    found = ProductFilter(request.GET, Product.objects.none())
    narrowing = Narrowing.of(request.GET)
    listed = Listed(narrowing, request.GET.get("sort", ""))
    page = Paginator(listed, PER_PAGE).get_page(request.GET.get("page"))
    facets = facets_of(request.GET, narrowing)
    rows = rows_of(list(page.object_list))
    chosen = chosen_in(request.GET)
    text = narrowing.text
    context = {
        "filter": found,
        "page": page,
        "products": rows,
        "facets": facets,
        "chips": chips_of(request.GET, facets),
        "rescues": [] if rows else rescues_of(request.GET, facets, narrowing),
        "certificate_number": number_in(request.GET.get("q", "")),
        "by_code": bool(rows) and text is not None and text.by_code,
        "marked": text.marked if text else (),
        "meant": _meant(request.GET, narrowing),
        "query": _continued(request.GET, "page"),
        "api_query": _continued(request.GET, "page", "p"),
        "chosen": chosen,
        "chosen_elsewhere": _elsewhere(chosen, {row.address for row in rows}),
        "comparing": True,
    }
    return render(request, "site/products.html", context)


def _meant(asked: QueryDict, narrowing: Narrowing) -> tuple[str, str] | None:
    """The text as it was probably meant, and the address of its list: corrected where a word is
    nowhere as written, the nearest where nothing was found at all."""
    text = narrowing.text
    if text is None:
        return None
    words = text.instead if text.levels else find_near(asked.get("q", ""), narrowing.market)
    if not words:
        return None
    kept = asked.copy()
    kept.pop("page", None)
    kept["q"] = words[:TEXT_MOST]
    return words, kept.urlencode()


def _continued(asked: QueryDict, *but: str) -> str:
    """The address of this list without these, to be continued."""
    kept = asked.copy()
    for name in but:
        kept.pop(name, None)
    return f"{kept.urlencode()}&" if kept else ""


def _elsewhere(chosen: Chosen, here: set[str]) -> list[str]:
    """Chosen for a comparison, and not among the rows of this page."""
    return [one for one in chosen.addresses if one not in here]
