"""The components that show a vendor's own words: its story, its logo, since when it says what."""

from __future__ import annotations

from typing import Any

from django import template

from marketplace.catalogue.models import Product
from marketplace.site.declared_wording import origin_lines
from marketplace.site.story import story_html

register = template.Library()
Context = dict[str, Any]


@register.inclusion_tag("site/product_story.html", takes_context=True)
def product_story(context: Context, product: Product) -> Context:
    """The story, if the vendor tells one, and since when each field says what it says. A preview
    holds what nobody has published, so it has no such dates."""
    return {
        "product": product,
        "story": story_html(product.story) if product.story else "",
        "lines": [] if context.get("draft") else origin_lines(product, inside=False),
        "inside": False,
    }


@register.inclusion_tag("site/product_origins.html")
def product_origins(product: Product) -> Context:
    """The same dates inside, with values and people."""
    return {"lines": origin_lines(product, inside=True), "inside": True}


@register.inclusion_tag("site/product_logo.html")
def product_logo(sha256: str, words: str = "") -> Context:
    """`words` for who cannot see it; none where the name stands beside it."""
    return {"sha256": sha256, "words": words}
