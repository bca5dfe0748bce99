"""Products of the Integrated programme by what was measured of them, for lists, facets and sums.

Of a product with several measured releases one speaks for it: the same that its page shows first.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from django.db.models import (
    Case,
    DateField,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce

from certification.engine.integration import ConcernMode, EvidenceClass, Level
from certification.models import Certificate, IntegrationStanding
from certification.queries.among import of_products
from marketplace.catalogue.models import Product

#: OpenStack serves it, as installed or with an option set: its tests came to a result.
MET = frozenset({ConcernMode.SERVED.value, ConcernMode.OPTIONAL.value})
_NO_STACK_OF_ITS_OWN = MET | {ConcernMode.NOT_APPLICABLE.value}


@dataclass(frozen=True, slots=True)
class Measurement:
    """What stands for one product. `level` and `evidence` are words, `concerns` modes by id,
    `passed` capabilities, `tried` names of OpenStack releases."""

    product_id: int
    level: str
    evidence: str
    services: Collection[str]
    passed: Collection[str]
    tried: Collection[str]
    concerns: Mapping[str, str]

    def is_without_own(self, concerns: Collection[str]) -> bool:
        """None of them is parallel or unproved, and one at least was measured."""
        modes = {self.concerns.get(one, "") for one in concerns}
        return not modes.isdisjoint(MET) and modes <= _NO_STACK_OF_ITS_OWN


@dataclass(frozen=True, slots=True)
class Asked:
    """What a product must have been measured to be. Of `levels`, `evidence` and `tried` one value
    is enough, of the others all are asked for; `without` holds groups of concerns."""

    services: Collection[str] = ()
    without: Collection[tuple[str, ...]] = ()
    passed: Collection[str] = ()
    levels: Collection[str] = ()
    tried: Collection[str] = ()
    evidence: Collection[str] = ()

    @property
    def anything(self) -> bool:
        return any(
            (self.services, self.without, self.passed, self.levels, self.tried, self.evidence)
        )


def shown_standings(products: Collection[int] | None = None) -> QuerySet[IntegrationStanding]:
    """One for each measured product, or of these: of the release with the highest certificate in
    force, else of the newest that was measured."""
    measured = IntegrationStanding.objects.filter(of_products("release__product", products))
    one_each = (
        measured.annotate(
            certified=Coalesce(_highest_certified(), 0),
            day=Coalesce("release__released_on", Cast("release__created_at", DateField())),
        )
        .order_by("release__product", "-certified", "-day", "-release__created_at", "-release")
        .distinct("release__product")
    )
    return IntegrationStanding.objects.filter(pk__in=one_each.values("pk")).defer("document")


def _highest_certified() -> Subquery:
    rank = Case(
        *(When(target=level.word, then=Value(int(level))) for level in Level),
        default=Value(0),
        output_field=IntegerField(),
    )
    certified = Certificate.objects.in_force().filter(release=OuterRef("release"))
    return Subquery(certified.annotate(rank=rank).order_by("-rank").values("rank")[:1])


def measured_as(products: QuerySet[Product], asked: Asked) -> QuerySet[Product]:
    """Those that public evidence shows to be so; claims count nowhere."""
    if not asked.anything:
        return products
    rows = shown_standings()
    if asked.services:
        rows = rows.filter(services__contains=list(asked.services))
    if asked.passed:
        rows = rows.filter(passed__contains=list(asked.passed))
    if asked.levels:
        rows = rows.filter(level__in=asked.levels)
    if asked.tried:
        rows = rows.filter(measured_on__overlap=list(asked.tried))
    if asked.evidence:
        rows = rows.filter(evidence_class__in=[int(_class(word)) for word in asked.evidence])
    for concerns in asked.without:
        rows = rows.filter(_without_own(concerns))
    return products.filter(pk__in=rows.values("release__product"))


def _without_own(concerns: Collection[str]) -> Q:
    """As `Measurement.is_without_own` says of one."""
    measured = Q()
    for one in concerns:
        measured |= Q(**{f"concerns__{one}__in": sorted(MET)})
    for one in concerns:
        measured &= Q(**{f"concerns__{one}__in": sorted(_NO_STACK_OF_ITS_OWN)})
    return measured


def every_measurement(products: Collection[int] | None = None) -> Iterator[Measurement]:
    """One for each measured product, or for each of these: the standing that is shown. They pass
    through little memory, however many they are."""
    rows = shown_standings(products).values_list(
        "release__product",
        "level",
        "evidence_class",
        "services",
        "passed",
        "measured_on",
        "concerns",
    )
    words = {int(one): one.word for one in EvidenceClass}
    for product, level, evidence, services, passed, tried, concerns in rows.iterator():
        yield Measurement(
            product_id=product,
            level=level,
            evidence=words[evidence],
            services=services,
            passed=passed,
            tried=tried,
            concerns=concerns,
        )


def _class(word: str) -> EvidenceClass:
    return EvidenceClass[word.upper().replace("-", "_")]
