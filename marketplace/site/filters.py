"""What a list of products can be narrowed to: one filter set for page, API and export."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import F, QuerySet
from django.db.models.expressions import OrderBy

from certification.engine.guideline.targets import TITLES
from certification.models import Certificate
from certification.queries import certified_as, not_certified
from marketplace.catalogue.models import Category, Product
from marketplace.catalogue.openstack import RELEASES
from marketplace.catalogue.queries import declaring, matching, vendors_with_products

TEXT_MOST = 100
SORTINGS: dict[str, tuple[str | OrderBy, ...]] = {
    "standing": ("-is_certified", "name", "pk"),
    "newest": (F("last_certified_at").desc(nulls_last=True), "name", "pk"),
    "name": ("name", "pk"),
}


def vendor_choices() -> list[tuple[str, str]]:
    return list(vendors_with_products().values_list("slug", "name"))


class ProductFilter(django_filters.FilterSet):
    """Over the rows of `listed_products`. Several values of one facet widen it; facets narrow each
    other. `openstack` is what releases declare."""

    q = django_filters.CharFilter(method="with_text", max_length=TEXT_MOST, label="Text")
    category = django_filters.MultipleChoiceFilter(
        choices=Category.choices, distinct=False, label="Category"
    )
    target = django_filters.MultipleChoiceFilter(
        choices=list(TITLES.items()), method="in_common", label="Certified for"
    )
    openstack = django_filters.MultipleChoiceFilter(
        choices=[(release.name, release.title) for release in reversed(RELEASES)],
        method="declaring",
        label="OpenStack release, declared",
    )
    vendor = django_filters.MultipleChoiceFilter(
        field_name="vendor__slug", choices=vendor_choices, distinct=False, label="Vendor"
    )
    assurance = django_filters.MultipleChoiceFilter(
        choices=Certificate.Assurance.choices, method="in_common", label="Assurance"
    )
    certified = django_filters.ChoiceFilter(
        choices=[("yes", "Certified"), ("no", "Not certified")],
        method="in_common",
        label="Standing",
    )
    sort = django_filters.ChoiceFilter(
        choices=[
            ("standing", "certified first"),
            ("newest", "newest certificate"),
            ("name", "name"),
        ],
        method="in_common",
        label="Sorted by",
    )

    class Meta:
        model = Product
        fields: list[str] = []

    def filter_queryset(self, queryset: QuerySet[Product]) -> QuerySet[Product]:
        found = super().filter_queryset(queryset)
        wanted = self.form.cleaned_data
        targets, assurances = wanted.get("target") or [], wanted.get("assurance") or []
        if targets or assurances or wanted.get("certified") == "yes":
            found = certified_as(found, targets, assurances)
        if wanted.get("certified") == "no":
            found = not_certified(found)
        return found.order_by(*SORTINGS[wanted.get("sort") or "standing"])

    def with_text(self, queryset: QuerySet[Product], _name: str, value: str) -> QuerySet[Product]:
        return matching(queryset, value)

    def declaring(
        self, queryset: QuerySet[Product], _name: str, value: list[str]
    ) -> QuerySet[Product]:
        return declaring(queryset, value)

    def in_common(self, queryset: QuerySet[Product], _name: str, _value: Any) -> QuerySet[Product]:
        """Left to `filter_queryset`, which looks at these together."""
        return queryset
