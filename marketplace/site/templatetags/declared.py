"""The components that show a vendor's own words: its story, its logo, since when it says what."""

from __future__ import annotations

from typing import Any

from django import template

from marketplace.catalogue.models import Product
from marketplace.site.declared_wording import origin_lines
from marketplace.site.story import story_html

register = template.Library()
Context = dict[str, Any]


@register.inclusion_tag("site/product_story.html")
def product_story(product: Product) -> Context:
    """Nothing where the vendor tells none."""
    return {"product": product, "story": story_html(product.story) if product.story else ""}


@register.inclusion_tag("site/product_origins.html")
def product_origins(product: Product, inside: bool = False) -> Context:
    """Since when each declared field says it, and who published it; `inside` with the person."""
    return {
        "product": product,
        "lines": origin_lines(product, inside=inside),
        "inside": inside,
    }


@register.inclusion_tag("site/product_logo.html")
def product_logo(sha256: str, words: str = "") -> Context:
    """`words` for who cannot see it; none where the name stands beside it."""
    return {"sha256": sha256, "words": words}
