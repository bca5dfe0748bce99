"""The market in numbers: what was measured and what is certified, by product, never by run."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db.models import Count

from certification.models import Certificate
from certification.queries.measurements import every_measurement, shown_standings
from marketplace.catalogue.models import Category, Programme, programme_of

#: How often each way of meeting it occurs, by subject.
Modes = Mapping[str, Counter[str]]


@dataclass(frozen=True, slots=True)
class MeasuredMarket:
    """Over all measured products, one standing each. `levels` are levels reached, certified or not;
    `passed` counts products by capability."""

    products: int
    concerns: Modes
    axes: Modes
    levels: Mapping[str, int]
    evidence: Mapping[str, int]
    tried: Mapping[str, int]
    passed: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class CertifiedMarket:
    """Certificates in force of one programme, counted by what each says."""

    certificates: int
    targets: Mapping[str, int] = field(default_factory=dict)
    openstack: Mapping[str, int] = field(default_factory=dict)
    assurance: Mapping[str, int] = field(default_factory=dict)


def measured_market() -> MeasuredMarket:
    """In two passes, neither of which keeps what it has counted."""
    products = 0
    concerns: Modes = defaultdict(Counter)
    levels, evidence, tried, passed = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    for one in every_measurement():
        products += 1
        levels[one.level] += 1
        evidence[one.evidence] += 1
        tried.update(one.tried)
        passed.update(one.passed)
        for concern, mode in one.concerns.items():
            concerns[concern][mode] += 1
    axes: Modes = defaultdict(Counter)
    for modes in shown_standings().values_list("axes", flat=True).iterator():
        for axis, mode in modes.items():
            axes[axis][mode] += 1
    return MeasuredMarket(products, concerns, axes, levels, evidence, tried, passed)


def certified_market(programme: Programme) -> CertifiedMarket:
    categories = [one for one in Category if programme_of(one) is programme]
    rows = Certificate.objects.in_force().filter(release__product__category__in=categories)
    grouped = rows.order_by().values_list("target", "openstack_release", "assurance")
    targets, openstack, assurance = Counter[str](), Counter[str](), Counter[str]()
    for target, release, degree, number in grouped.annotate(number=Count("pk")):
        targets[target] += number
        openstack[release] += number
        assurance[degree] += number
    return CertifiedMarket(targets.total(), targets, openstack, assurance)
