"""The market in numbers: what was measured and what is certified, by product, never by run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from certification.models import Certificate
from certification.queries.measurements import every_measurement, shown_standings
from marketplace.catalogue.models import Category, Programme, programme_of

#: How often each way of meeting it occurs, by subject.
Modes = Mapping[str, Mapping[str, int]]


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
    found = every_measurement()
    return MeasuredMarket(
        products=len(found),
        concerns=_modes(one.concerns for one in found),
        axes=_modes(shown_standings().values_list("axes", flat=True)),
        levels=Counter(one.level for one in found),
        evidence=Counter(one.evidence for one in found),
        tried=_each(one.tried for one in found),
        passed=_each(one.passed for one in found),
    )


def certified_market(programme: Programme) -> CertifiedMarket:
    categories = [one for one in Category if programme_of(one) is programme]
    rows = list(
        Certificate.objects.in_force()
        .filter(release__product__category__in=categories)
        .values_list("target", "openstack_release", "assurance")
    )
    return CertifiedMarket(
        certificates=len(rows),
        targets=Counter(target for target, _, _ in rows),
        openstack=Counter(release for _, release, _ in rows),
        assurance=Counter(assurance for _, _, assurance in rows),
    )


def _modes(found: Iterable[Mapping[str, str]]) -> dict[str, Counter[str]]:
    counted: dict[str, Counter[str]] = {}
    for modes in found:
        for subject, mode in modes.items():
            counted.setdefault(subject, Counter())[mode] += 1
    return counted


def _each(sets: Iterable[Iterable[str]]) -> Counter[str]:
    return Counter(one for found in sets for one in found)
