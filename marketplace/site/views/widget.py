"""The badge of a product, ready to be pasted into its vendor's own pages."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from marketplace.catalogue.models import Product
from marketplace.catalogue.queries import find_product
from marketplace.site.badges import badge_of
from marketplace.site.context import host_url
from marketplace.site.widget import widget_of


@require_safe
def widget(request: HttpRequest, vendor: str, product: str) -> HttpResponse:
    """As with the badge: what was never certified has none."""
    try:
        found = find_product(vendor, product)
    except Product.DoesNotExist:
        raise Http404("There is no such product.") from None
    badge = badge_of(found)
    if badge is None:
        raise Http404("There is no badge for what was never certified.")
    drawn = widget_of(found, host_url(request))
    context = {"product": found, "one": badge.one, "widget": drawn, "snippets": drawn.snippets()}
    return render(request, "site/widget.html", context)
