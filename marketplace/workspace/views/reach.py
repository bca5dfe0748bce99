"""What a member of a vendor reaches in the workspace. Others learn nothing of it: 404; a member
whose role does not go that far: 403."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext

from marketplace.catalogue.models import Product, ProductRelease, User, Vendor
from marketplace.catalogue.policy import Permission, can


def vendor_of(person: User, slug: str) -> Vendor:
    """Raises Http404 for who is no member."""
    return get_object_or_404(Vendor, slug=slug, memberships__user=person)


def product_of(person: User, product_id: int) -> Product:
    """Raises Http404."""
    products = Product.objects.select_related("vendor")
    return get_object_or_404(products, pk=product_id, vendor__memberships__user=person)


def release_of(person: User, release_id: int) -> ProductRelease:
    """Raises Http404."""
    releases = ProductRelease.objects.select_related("product__vendor")
    return get_object_or_404(releases, pk=release_id, product__vendor__memberships__user=person)


def require(person: User, permission: Permission, vendor: Vendor) -> None:
    """Raises PermissionDenied."""
    if not can(person, permission, vendor):
        raise PermissionDenied(
            gettext("Your role at {vendor} does not go that far: {permission}.").format(
                vendor=vendor, permission=permission
            )
        )
