"""The list of products with its facets as data, a page at a time: what a program needs to offer the
same list."""

from __future__ import annotations

import hashlib

import msgspec
from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_safe

from marketplace.catalogue.models import Product
from marketplace.site.facets import facets_of
from marketplace.site.filters import ProductFilter
from marketplace.site.kept_answers import KeptAnswers
from marketplace.site.listed import Listed
from marketplace.site.market import Market, recent
from marketplace.site.narrowing import Narrowing

PER_PAGE = 25


@require_safe
def catalogue(request: HttpRequest) -> HttpResponseBase:
    """Same filters as the page; `page` counts from 1. 304 to who has this page already."""
    market = recent()
    key = _key(market, request.META.get("QUERY_STRING", ""))
    answer = get_conditional_response(request, etag=f'"{key}"')
    if answer is None:
        body = _kept.get(key)
        if body is None:
            narrowing = Narrowing.of(request.GET, market)
            if narrowing.faulty:
                return _refused(ProductFilter(request.GET, Product.objects.none()))
            body = _page(request, narrowing)
            _kept.put(key, body)
        answer = HttpResponse(body, content_type="application/json")
    answer["ETag"] = f'"{key}"'
    answer["Cache-Control"] = "no-cache"
    answer["Access-Control-Allow-Origin"] = "*"
    return answer


def _key(market: Market, query: str) -> str:
    """What this page is made of: the market as it stands, the question, the language of titles."""
    made_of = f"{market.version} {settings.DEMO} {get_language()} {query}"
    return hashlib.sha256(made_of.encode()).hexdigest()[:32]


def _page(request: HttpRequest, narrowing: Narrowing) -> bytes:
    listed = Listed(narrowing, request.GET.get("sort", ""))
    page = Paginator(range(len(listed)), PER_PAGE).get_page(request.GET.get("page"))
    start = page.start_index() - 1 if len(listed) else 0
    return msgspec.json.encode(
        {
            "simulated": settings.DEMO,
            "count": len(listed),
            "page": page.number,
            "pages": page.paginator.num_pages,
            "products": [
                msgspec.Raw(narrowing.market.rows[one])
                for one in listed.ids(start, start + PER_PAGE)
            ],
            "facets": [
                {
                    "name": facet.name,
                    "title": facet.words,
                    "unshown": facet.unshown,
                    "choices": [
                        {"value": one.value, "title": one.words, "products": one.products}
                        for one in facet.choices
                    ],
                }
                for facet in facets_of(request.GET, narrowing)
            ],
        }
    )


def _refused(filters: ProductFilter) -> JsonResponse:
    faults = {name: [str(fault) for fault in found] for name, found in filters.errors.items()}
    title = gettext("These filters are not known: {listed}.").format(
        listed=", ".join(sorted(faults))
    )
    return JsonResponse({"code": "filter-unknown", "title": title, "faults": faults}, status=400)


_kept = KeptAnswers()


def forget() -> None:
    """As after a start."""
    global _kept  # noqa: PLW0603 - one store for the process, whose lock nobody else holds
    _kept = KeptAnswers()
