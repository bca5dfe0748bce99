"""Which share of the listed clouds is shown to offer what Native asks for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext

from certification.engine.guideline.model import CapabilityStatus
from certification.engine.integration import IntegrationRules, Level, Need
from certification.engine.probe import ProbeRefused, read_probe
from certification.judging import compiled_guideline
from certification.models import Certificate, Guideline, ProbeReport
from marketplace.catalogue.models import Category, Product, Programme, programme_of
from marketplace.site.integration_wording import service_type_title

#: Service types by the name of the project that guidelines of platforms use.
_TYPES = {
    "nova": "compute",
    "keystone": "identity",
    "glance": "image",
    "neutron": "network",
    "cinder": "block-storage",
    "swift": "object-store",
    "designate": "dns",
    "heat": "orchestration",
    "manila": "shared-file-system",
    "octavia": "load-balancer",
    "barbican": "key-manager",
}


@dataclass(frozen=True, slots=True)
class Offer:
    """`shown` of `listed` clouds are known to offer one of the axis' services."""

    axis: str
    services: str
    shown: int
    listed: int

    @property
    def words(self) -> str:
        if not self.shown:
            return gettext("not known")
        percent = (200 * self.shown + self.listed) // (2 * self.listed)
        return gettext("{shown} of {listed}, {percent} per cent").format(
            shown=self.shown, listed=self.listed, percent=percent
        )


def offers(rules: IntegrationRules) -> list[Offer]:
    """For each axis of which Native requires something and which stands for a service. Known are
    certificates in force and the public probes of a cloud; a cloud that showed neither counts as
    not shown to offer it, never as without it."""
    clouds = _listed_clouds()
    offered = _by_certificate(clouds)
    _add_probes(clouds, offered)
    return [
        Offer(
            axis=axis.title,
            services=gettext(" or ").join(
                service_type_title(one) for one in _asked(axis.service, axis.also)
            ),
            shown=sum(not axis.services.isdisjoint(found) for found in offered.values()),
            listed=len(clouds),
        )
        for axis in rules.axes.values()
        if axis.services and _native_requires(rules, axis.id)
    ]


def _asked(service: str, also: tuple[str, ...]) -> tuple[str, ...]:
    return (service, *also)


def _native_requires(rules: IntegrationRules, axis: str) -> bool:
    wanted = (rules.capabilities[name] for name in rules.capabilities_of(axis))
    return any(one.needs[Level.NATIVE] is Need.REQUIRED for one in wanted)


def _listed_clouds() -> dict[int, frozenset[str]]:
    """Name and slug, without case, of each product that is a cloud."""
    clouds = [one for one in Category if programme_of(one) is Programme.POWERED]
    found = Product.objects.filter(category__in=clouds).values_list("pk", "name", "slug")
    return {pk: frozenset({name.casefold(), slug.casefold()}) for pk, name, slug in found}


def _by_certificate(clouds: Iterable[int]) -> dict[int, set[str]]:
    offered: dict[int, set[str]] = defaultdict(set)
    rows = Certificate.objects.in_force().filter(release__product__in=list(clouds))
    of_target: dict[tuple[int, str], frozenset[str]] = {}
    for product, guideline, target in rows.values_list(
        "release__product", "guideline", "target"
    ).distinct():
        key = guideline, target
        if key not in of_target:
            of_target[key] = _services_of_target(*key)
        offered[product] |= of_target[key]
    return offered


def _services_of_target(guideline: int, target: str) -> frozenset[str]:
    compiled = compiled_guideline(Guideline.objects.defer("document").get(pk=guideline))
    required = (
        one.project.lower()
        for one in compiled.target(target).capabilities
        if one.status is CapabilityStatus.REQUIRED
    )
    return frozenset(_TYPES[project] for project in required if project in _TYPES)


def _add_probes(clouds: dict[int, frozenset[str]], offered: dict[int, set[str]]) -> None:
    """A public run names the cloud that it was made on as its vendor calls it in public."""
    by_name = {name: pk for pk, names in clouds.items() for name in names}
    probes = ProbeReport.objects.filter(run__shared=True).exclude(run__bundle__cloud="")
    for cloud, document in probes.values_list("run__bundle__cloud", "document").iterator():
        product = by_name.get(cloud.casefold())
        if product is None:
            continue
        try:
            offered[product].update(read_probe(bytes(document)).services)
        except ProbeRefused:
            continue
