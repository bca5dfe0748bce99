"""The components that a product's page has beside its certificates and evidence."""

from __future__ import annotations

from typing import Any

from django import template

from certification.queries import HistoryEntry
from marketplace.catalogue.models import Product
from marketplace.site.competing import competing_with
from marketplace.site.context import host_url
from marketplace.site.history_scale import history_scale
from marketplace.site.product_sheet import ProductSheet
from marketplace.site.readiness import readiness_of
from marketplace.site.widget import widget_of

register = template.Library()
Context = dict[str, Any]
#: HTML and Markdown; the badge's own page has all.
SNIPPETS_SHOWN = 2


@register.inclusion_tag("site/product_readiness.html", takes_context=True)
def product_readiness(context: Context, sheet: ProductSheet) -> Context:
    """How far the certified run, or the newest public one, is from what comes next."""
    found = readiness_of(sheet.product, sheet.certificates, context["request"].user)
    return {"ready": found, "evidence": sheet.evidence}


@register.inclusion_tag("site/product_competing.html")
def product_competing(product: Product) -> Context:
    """The most similar products, each with a comparison."""
    return {"product": product, "competing": competing_with(product)}


@register.inclusion_tag("site/history_scale.html")
def history_on_scale(history: list[HistoryEntry]) -> Context:
    """Certificates over time; the list of turns beside it is its table."""
    return {"scale": history_scale(history)}


@register.inclusion_tag("site/product_snippets.html", takes_context=True)
def badge_snippets(context: Context, product: Product) -> Context:
    """The badge to copy, in the forms that are asked for most."""
    drawn = widget_of(product, host_url(context["request"]))
    return {"product": product, "snippets": drawn.snippets()[:SNIPPETS_SHOWN]}
