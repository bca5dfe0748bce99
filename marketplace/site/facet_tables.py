"""Which products have which value of each facet, read once for a page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from django.http import QueryDict

from certification.queries import Measurement, every_certification, every_measurement
from certification.queries.measurements import MET
from marketplace.catalogue.models import Product
from marketplace.catalogue.queries import declared_releases
from marketplace.site.measured_choices import CONCERN_GROUPS, WORKS_WITH

Table = Mapping[str, set[int]]
_Tables = defaultdict[str, defaultdict[str, set[int]]]


def tables_of(asked: QueryDict) -> Mapping[str, Table]:
    """Product ids by facet and value. Target and assurance hang together: one certificate must
    have both, so `asked` says which of the other are wanted."""
    tables: _Tables = defaultdict(lambda: defaultdict(set))
    everything = _add_products(tables)
    _add_declared(tables)
    certified = _add_certified(tables, asked)
    tables["certified"]["yes"] = certified
    tables["certified"]["no"] = everything - certified
    for one in every_measurement():
        _add_measured(tables, one)
    return tables


def _add_products(tables: _Tables) -> set[int]:
    products = list(Product.objects.values_list("pk", "category", "vendor__slug"))
    for product, category, vendor in products:
        tables["category"][category].add(product)
        tables["vendor"][vendor].add(product)
    return {product for product, _, _ in products}


def _add_declared(tables: _Tables) -> None:
    for product, names in declared_releases(Product.objects.all()).items():
        for release in names:
            tables["openstack"][release].add(product)


def _add_certified(tables: _Tables, asked: QueryDict) -> set[int]:
    targets, assurances = asked.getlist("target"), asked.getlist("assurance")
    certified = set()
    for one in every_certification():
        certified.add(one.product_id)
        if not assurances or one.assurance in assurances:
            tables["target"][one.target].add(one.product_id)
        if not targets or one.target in targets:
            tables["assurance"][one.assurance].add(one.product_id)
    return certified


def _add_measured(tables: _Tables, one: Measurement) -> None:
    product = one.product_id
    tables["level"][one.level].add(product)
    tables["evidence"][one.evidence].add(product)
    for service in one.services:
        tables["integrates"][service].add(product)
    for release in one.tried:
        tables["tried"][release].add(product)
    for value, (_, capability) in WORKS_WITH.items():
        if capability in one.passed:
            tables["works"][value].add(product)
    for concern, mode in one.concerns.items():
        if mode in MET:
            tables["without"][concern].add(product)
    for value, concerns in CONCERN_GROUPS.items():
        if one.is_without_own(concerns):
            tables["without"][value].add(product)
