"""Rows of some products: of those that are named, or of a range of ids."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Q


def of_products(field: str, products: Collection[int] | None) -> Q:
    """`field` leads to a product's id; None means all. A range costs the database nothing to read,
    a list of thousands does."""
    if products is None:
        return Q()
    if isinstance(products, range):
        return Q(**{f"{field}__gte": products.start, f"{field}__lt": products.stop})
    return Q(**{f"{field}__in": products})
