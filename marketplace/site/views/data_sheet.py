"""A product on one sheet of paper: what a buyer puts into a file."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from marketplace.catalogue.models import Product
from marketplace.catalogue.queries import find_product
from marketplace.site.product_sheet import product_sheet

#: So that it stays one page, two at most.
RELEASES_MOST, GUIDELINES_MOST, SERVICES_MOST = 4, 5, 16


@require_safe
def data_sheet(request: HttpRequest, vendor: str, product: str) -> HttpResponse:
    """The same for every reader: what is printed is passed on."""
    try:
        found = find_product(vendor, product)
    except Product.DoesNotExist:
        raise Http404("There is no such product.") from None
    sheet = product_sheet(found, reader=AnonymousUser())
    context = {
        "sheet": sheet,
        "product": found,
        "lead": sheet.lead,
        "guidelines": sheet.matrix.guidelines[-GUIDELINES_MOST:],
        "rows": [
            (row.release, row.cells[-GUIDELINES_MOST:]) for row in sheet.matrix.rows[:RELEASES_MOST]
        ],
        "releases_more": max(len(sheet.releases) - RELEASES_MOST, 0),
        "services_most": f":{SERVICES_MOST}",
        "as_of": timezone.now(),
    }
    return render(request, "site/data_sheet.html", context)
