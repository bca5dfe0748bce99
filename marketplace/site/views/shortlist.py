"""The shortlist of this browser: shown, changed, taken away."""

from __future__ import annotations

from http import HTTPStatus

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from certification.queries import listed_products
from marketplace.catalogue.models import Product
from marketplace.catalogue.queries import find_product
from marketplace.site import comparison_choice
from marketplace.site.context import host_url
from marketplace.site.export_rows import PRODUCT_COLUMNS, product_rows
from marketplace.site.exports import Export, to_csv
from marketplace.site.markdown_tables import markdown_table
from marketplace.site.product_rows import rows_of
from marketplace.site.shortlist import (
    MOST,
    Shortlist,
    ShortlistRefused,
    keep_shortlist,
    read_shortlist,
    shortlisted,
)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def shortlist(request: HttpRequest) -> HttpResponse:
    """POST puts the product `add` on it or takes `remove` off; 404 where there is none such. GET
    with `add` asks first: product pages lead here, which are the same for everybody (S27) and so
    have no form of their own."""
    kept = read_shortlist(request)
    if request.method != "POST":
        return _page(request, kept, offered=_offered(request))
    try:
        changed = _changed(request, kept)
    except ShortlistRefused as refused:
        return _page(request, kept, refused)
    answer = HttpResponseRedirect(reverse("shortlist"), status=HTTPStatus.SEE_OTHER)
    keep_shortlist(answer, changed, secure=bool(settings.SESSION_COOKIE_SECURE))
    return answer


@never_cache
@require_safe
def shortlist_file(request: HttpRequest, form: str) -> HttpResponse:
    """CSV with the columns of every list of products, or a table in Markdown."""
    ids = [one.pk for one in shortlisted(read_shortlist(request))]
    rows = {str(row["address"]): row for row in product_rows(listed_products().filter(pk__in=ids))}
    if form == "md":
        return _named(markdown_table("Shortlist", rows.values(), host_url(request)), "md")
    export = Export(
        name="shortlist",
        columns=PRODUCT_COLUMNS,
        rows=rows.values(),
        address=request.path,
        filters={},
        simulated=settings.DEMO,
        host_url=host_url(request),
    )
    return _named("".join(to_csv(export)), "csv")


def _changed(request: HttpRequest, kept: Shortlist) -> Shortlist:
    if address := request.POST.get("add"):
        return kept.adding(_product_at(address))
    if address := request.POST.get("remove"):
        return kept.without(_product_at(address))
    raise ShortlistRefused(
        "shortlist-unclear", gettext("Say which product to put on it or to take off it.")
    )


def _offered(request: HttpRequest) -> Product | None:
    address = request.GET.get("add")
    return _found(address) if address else None


def _product_at(address: str) -> int:
    return _found(address).pk


def _found(address: str) -> Product:
    vendor, _, slug = address[:200].partition("/")
    try:
        return find_product(vendor.replace("\0", ""), slug.replace("\0", ""))
    except Product.DoesNotExist:
        raise Http404("There is no such product.") from None


def _page(
    request: HttpRequest,
    kept: Shortlist,
    refused: ShortlistRefused | None = None,
    offered: Product | None = None,
) -> HttpResponse:
    rows = rows_of(shortlisted(kept))
    context = {
        "products": rows,
        "refused": refused,
        "offered": offered,
        "offered_is_on_it": offered is not None and offered.pk in kept.products,
        "most": MOST,
        "compare_fewest": comparison_choice.FEWEST,
        "compare_most": comparison_choice.MOST,
    }
    status = HTTPStatus.BAD_REQUEST if refused else HTTPStatus.OK
    return render(request, "site/shortlist.html", context, status=status)


def _named(text: str, form: str) -> HttpResponse:
    media = {"md": "text/markdown; charset=utf-8", "csv": "text/csv; charset=utf-8; header=present"}
    answer = HttpResponse(text, content_type=media[form])
    simulated = "simulated-" if settings.DEMO else ""
    answer["Content-Disposition"] = f'attachment; filename="hallmark-{simulated}shortlist.{form}"'
    return answer
