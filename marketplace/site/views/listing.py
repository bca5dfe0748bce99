"""The list of products: narrowed, sorted, and where a comparison is put together."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe

from certification.queries import listed_products
from marketplace.site.comparison_choice import Chosen, chosen_in
from marketplace.site.facets import chips_of, facets_of, rescues_of
from marketplace.site.filters import ProductFilter
from marketplace.site.product_rows import rows_of

PER_PAGE = 20


@require_safe
def product_list(request: HttpRequest) -> HttpResponse:
    found = ProductFilter(request.GET, listed_products())
    page = Paginator(found.qs, PER_PAGE).get_page(request.GET.get("page"))
    facets = facets_of(request.GET)
    rows = rows_of(list(page.object_list))
    chosen = chosen_in(request.GET)
    context = {
        "filter": found,
        "page": page,
        "products": rows,
        "facets": facets,
        "chips": chips_of(request.GET, facets),
        "rescues": [] if rows else rescues_of(request.GET, facets),
        "query": _continued(request.GET, "page"),
        "api_query": _continued(request.GET, "page", "p"),
        "chosen": chosen,
        "chosen_elsewhere": _elsewhere(chosen, {row.address for row in rows}),
        "comparing": True,
    }
    return render(request, "site/products.html", context)


def _continued(asked: QueryDict, *but: str) -> str:
    """The address of this list without these, to be continued."""
    kept = asked.copy()
    for name in but:
        kept.pop(name, None)
    return f"{kept.urlencode()}&" if kept else ""


def _elsewhere(chosen: Chosen, here: set[str]) -> list[str]:
    """Chosen for a comparison, and not among the rows of this page."""
    return [one for one in chosen.addresses if one not in here]
