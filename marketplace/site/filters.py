"""What a list of products can be narrowed to: one filter set for page, API and export."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import django_filters
from django.db.models import F, QuerySet
from django.db.models.expressions import OrderBy
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy
from django_filters.fields import MultipleChoiceField

from certification.engine.guideline.targets import TITLES
from certification.models import Certificate
from certification.queries import Asked, certified_as, measured_as, not_certified
from certification.queries.proofs import with_evidence_since
from marketplace.catalogue.models import Category, Deployment, Product, Region
from marketplace.catalogue.openstack import RELEASES
from marketplace.catalogue.queries import declaring
from marketplace.site import measured_choices
from marketplace.site.facet_tables import FRESH_DAYS, first_fresh
from marketplace.site.fact_choices import choices_of, says_one_of
from marketplace.site.market import current
from marketplace.site.nearness import Among, level_among
from marketplace.site.search.finding import Found, find

TEXT_MOST = 100
#: `nearest` means the standing where no text is searched for.
SORTINGS: dict[str, tuple[str | OrderBy, ...]] = {
    "nearest": ("-is_certified", "name", "pk"),
    "standing": ("-is_certified", "name", "pk"),
    "newest": (F("last_certified_at").desc(nulls_last=True), "name", "pk"),
    "name": ("name", "pk"),
}


_RELEASES = [(release.name, release.title) for release in reversed(RELEASES)]


def vendor_choices() -> list[tuple[str, str]]:
    vendors = current().vendors
    return list(zip(vendors.slugs, vendors.titles, strict=True))[1:]


class _VendorField(MultipleChoiceField):
    """There may be thousands of them: nobody goes through all to find one."""

    def valid_value(self, value: str) -> bool:
        return value != "" and value in current().vendors.slugs


class _VendorFilter(django_filters.MultipleChoiceFilter):
    field_class = _VendorField


class ProductFilter(django_filters.FilterSet):
    """Over the rows of `listed_products`. Facets narrow each other. Several values of one facet
    widen it, but of `integrates`, `without` and `works` each narrows. `openstack` is what releases
    declare; from `level` to `evidence` all is measured."""

    q = django_filters.CharFilter(
        method="with_text", max_length=TEXT_MOST, label=gettext_lazy("Text")
    )
    category = django_filters.MultipleChoiceFilter(
        choices=Category.choices, distinct=False, label=gettext_lazy("Category")
    )
    target = django_filters.MultipleChoiceFilter(
        choices=list(TITLES.items()), method="in_common", label=gettext_lazy("Certified for")
    )
    level = django_filters.MultipleChoiceFilter(
        choices=measured_choices.level_choices,
        method="in_common",
        label=gettext_lazy("Level measured"),
    )
    integrates = django_filters.MultipleChoiceFilter(
        choices=measured_choices.service_choices,
        method="in_common",
        label=gettext_lazy("Integrates with, measured"),
    )
    without = django_filters.MultipleChoiceFilter(
        choices=measured_choices.without_choices,
        method="in_common",
        label=gettext_lazy("No parallel stack for"),
    )
    works = django_filters.MultipleChoiceFilter(
        choices=measured_choices.works_choices,
        method="in_common",
        label=gettext_lazy("Works with, measured"),
    )
    tried = django_filters.MultipleChoiceFilter(
        choices=_RELEASES, method="in_common", label=gettext_lazy("OpenStack release, tried")
    )
    evidence = django_filters.MultipleChoiceFilter(
        choices=measured_choices.evidence_choices,
        method="in_common",
        label=gettext_lazy("Evidence of the level"),
    )
    openstack = django_filters.MultipleChoiceFilter(
        choices=_RELEASES, method="declaring", label=gettext_lazy("OpenStack release, declared")
    )
    vendor = _VendorFilter(
        field_name="vendor__slug",
        choices=vendor_choices,
        distinct=False,
        label=gettext_lazy("Vendor"),
    )
    assurance = django_filters.MultipleChoiceFilter(
        choices=Certificate.Assurance.choices, method="in_common", label=gettext_lazy("Assurance")
    )
    region = django_filters.MultipleChoiceFilter(
        choices=Region.choices,
        field_name="regions",
        method="overlapping",
        label=gettext_lazy("Region, declared"),
    )
    deployment = django_filters.MultipleChoiceFilter(
        choices=Deployment.choices,
        method="overlapping",
        label=gettext_lazy("Where it runs, declared"),
    )
    hypervisor = django_filters.MultipleChoiceFilter(
        choices=choices_of("hypervisor"),
        method="saying",
        label=gettext_lazy("Hypervisor, declared"),
    )
    pricing = django_filters.MultipleChoiceFilter(
        choices=choices_of("pricing"), method="saying", label=gettext_lazy("Pricing, declared")
    )
    support = django_filters.MultipleChoiceFilter(
        choices=choices_of("support"),
        method="saying",
        label=gettext_lazy("Support hours, declared"),
    )
    open_source = django_filters.MultipleChoiceFilter(
        choices=[("yes", gettext_lazy("Open source")), ("no", gettext_lazy("Not stated"))],
        method="open_or_not",
        label=gettext_lazy("Source, declared"),
    )
    fresh = django_filters.MultipleChoiceFilter(
        choices=[
            (value, format_lazy(gettext_lazy("{days} days"), days=days))
            for value, days in FRESH_DAYS.items()
        ],
        method="fresh_enough",
        label=gettext_lazy("Newest evidence within"),
    )
    certified = django_filters.ChoiceFilter(
        choices=[("yes", gettext_lazy("Certified")), ("no", gettext_lazy("Not certified"))],
        method="in_common",
        label=gettext_lazy("Standing"),
    )
    sort = django_filters.ChoiceFilter(
        choices=[
            ("nearest", gettext_lazy("nearest to the text")),
            ("standing", gettext_lazy("certified first")),
            ("newest", gettext_lazy("newest certificate")),
            ("name", gettext_lazy("name")),
        ],
        method="in_common",
        label=gettext_lazy("Sorted by"),
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
        found = measured_as(found, _measured(wanted))
        sort = wanted.get("sort") or "nearest"
        text = self.found_by_text
        first = [level_among(text.levels)] if text and text.levels and sort == "nearest" else []
        return found.order_by(*first, *SORTINGS[sort])

    @cached_property
    def found_by_text(self) -> Found | None:
        """None where no text is searched for."""
        text = self.form.cleaned_data.get("q", "") if self.is_bound else ""
        return find(text) if text.strip() else None

    def with_text(self, queryset: QuerySet[Product], _name: str, _value: str) -> QuerySet[Product]:
        found = self.found_by_text
        return queryset if found is None else queryset.filter(Among(found.products))

    def overlapping(
        self, queryset: QuerySet[Product], name: str, value: list[str]
    ) -> QuerySet[Product]:
        return queryset.filter(**{f"{name}__overlap": value}) if value else queryset

    def saying(self, queryset: QuerySet[Product], name: str, value: list[str]) -> QuerySet[Product]:
        return queryset.filter(says_one_of(name, value)) if value else queryset

    def open_or_not(
        self, queryset: QuerySet[Product], _name: str, value: list[str]
    ) -> QuerySet[Product]:
        return queryset.filter(open_source__in=[one == "yes" for one in value])

    def fresh_enough(
        self, queryset: QuerySet[Product], _name: str, value: list[str]
    ) -> QuerySet[Product]:
        days = max(FRESH_DAYS[one] for one in value)
        return with_evidence_since(queryset, first_fresh(days, timezone.now()))

    def declaring(
        self, queryset: QuerySet[Product], _name: str, value: list[str]
    ) -> QuerySet[Product]:
        return declaring(queryset, value)

    def in_common(self, queryset: QuerySet[Product], _name: str, _value: Any) -> QuerySet[Product]:
        """Left to `filter_queryset`, which looks at these together."""
        return queryset


def _measured(wanted: Mapping[str, Any]) -> Asked:
    """What the facets of measured products ask; `wanted` is clean."""
    return Asked(
        services=wanted.get("integrates") or (),
        without=[measured_choices.concerns_meant(one) for one in wanted.get("without") or ()],
        passed=[measured_choices.WORKS_WITH[one][1] for one in wanted.get("works") or ()],
        levels=wanted.get("level") or (),
        tried=wanted.get("tried") or (),
        evidence=wanted.get("evidence") or (),
    )
