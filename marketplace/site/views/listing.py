"""The list of products: narrowed, sorted, and where a comparison is put together."""

from __future__ import annotations

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe

from certification.queries import listed_products
from marketplace.catalogue.models import Product
from marketplace.site.comparison_choice import Chosen, chosen_in
from marketplace.site.facets import chips_of, facets_of, rescues_of
from marketplace.site.filters import TEXT_MOST, ProductFilter
from marketplace.site.narrowing import Narrowing
from marketplace.site.product_rows import rows_of
from marketplace.site.search import Found, find_near

PER_PAGE = 20


@require_safe
def product_list(request: HttpRequest) -> HttpResponse:
    found = ProductFilter(request.GET, listed_products())
    narrowing = Narrowing.of(request.GET)
    page = _page(found.qs, narrowing.shown().bit_count(), request.GET.get("page"))
    facets = facets_of(request.GET, narrowing)
    rows = rows_of(list(page.object_list))
    chosen = chosen_in(request.GET)
    text = found.found_by_text
    context = {
        "filter": found,
        "page": page,
        "products": rows,
        "facets": facets,
        "chips": chips_of(request.GET, facets),
        "rescues": [] if rows else rescues_of(request.GET, facets, narrowing),
        "marked": text.marked if text else (),
        "meant": _meant(request.GET, text),
        "query": _continued(request.GET, "page"),
        "api_query": _continued(request.GET, "page", "p"),
        "chosen": chosen,
        "chosen_elsewhere": _elsewhere(chosen, {row.address for row in rows}),
        "comparing": True,
    }
    return render(request, "site/products.html", context)


def _page(rows: QuerySet[Product], count: int, number: str | None) -> Page[Product]:
    """The facets have counted the rows already, so nobody asks for their number again."""
    paginator = Paginator(rows, PER_PAGE)
    paginator.count = count
    return paginator.get_page(number)


def _meant(asked: QueryDict, text: Found | None) -> tuple[str, str] | None:
    """The text as it was probably meant, and the address of its list: corrected where a word is
    nowhere as written, the nearest where nothing was found at all."""
    if text is None:
        return None
    words = text.instead if text.levels else find_near(asked.get("q", ""))
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
