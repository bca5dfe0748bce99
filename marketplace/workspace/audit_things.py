"""Whose things the events of the trail are about: all of a vendor, by kind of object."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import CharField, QuerySet
from django.db.models.functions import Cast

from certification.models import Certificate, Run, Submission, Waiver
from marketplace.catalogue.audit_trail import Things
from marketplace.catalogue.models import Product, ProductRelease, Vendor
from marketplace.notices.models import Webhook


def things_of(vendors: Iterable[Vendor]) -> Things:
    """Empty for no vendor."""
    wanted = [one.pk for one in vendors]
    if not wanted:
        return {}
    of_release = {"release__product__vendor__in": wanted}
    found: tuple[QuerySet[Any], ...] = (
        Vendor.objects.filter(pk__in=wanted),
        Product.objects.filter(vendor__in=wanted),
        ProductRelease.objects.filter(product__vendor__in=wanted),
        Submission.objects.filter(**of_release),
        Certificate.objects.filter(**of_release),
        Waiver.objects.filter(**of_release),
        Run.objects.filter(vendor__in=wanted),
        Webhook.objects.filter(vendor__in=wanted),
    )
    return {
        rows.model._meta.model_name or "": rows.order_by()
        .annotate(key=Cast("pk", CharField()))
        .values_list("key", flat=True)
        for rows in found
    }
