"""The component that shows what a vendor says of a product beyond what was tested."""

from __future__ import annotations

from typing import Any

from django import template

from marketplace.catalogue.models import Product
from marketplace.site.product_facts import product_facts as facts_of

register = template.Library()


@register.inclusion_tag("site/product_facts.html")
def product_facts(product: Product) -> dict[str, Any]:
    return {"product": product, "facts": facts_of(product)}
