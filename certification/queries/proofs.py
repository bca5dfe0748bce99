"""What certificates prove, and how old the newest evidence of each product is: for search, facets
and requirements over the whole market."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Value, When
from django.db.models.fields import BooleanField
from django.db.models.functions import Now

from certification.engine.guideline.model import CapabilityStatus
from certification.judging import compiled_guideline
from certification.models import Certificate, Guideline, IntegrationStanding
from certification.queries.among import of_products
from marketplace.catalogue.models import Product


@dataclass(frozen=True, slots=True)
class Proof:
    """One certificate, whatever became of it. `guideline_id` is a row, no name."""

    product_id: int
    number: str
    guideline_id: int
    target: str
    openstack_release: str
    assurance: str
    in_force: bool
    valid_until: datetime
    issued_at: datetime
    evidence_at: datetime


@dataclass(frozen=True, slots=True)
class Covered:
    """What a target of a guideline requires. `tests` are names, aliases and idempotent ids."""

    document_id: str
    capabilities: Collection[str]
    tests: Collection[str]


def every_proof(products: Collection[int] | None = None) -> list[Proof]:
    """Of these products, or of all."""
    in_force = Q(state=Certificate.State.ACTIVE, valid_until__gt=Now())
    certificates = Certificate.objects.filter(of_products("release__product", products))
    rows = certificates.annotate(
        stands=Case(
            When(in_force, then=Value(True)), default=Value(False), output_field=BooleanField()
        )
    ).values_list(
        "release__product",
        "number",
        "guideline",
        "target",
        "openstack_release",
        "assurance",
        "stands",
        "valid_until",
        "issued_at",
        "run__received_at",
    )
    return [Proof(*row) for row in rows]


def covered_by(pairs: Iterable[tuple[int, str]]) -> dict[tuple[int, str], Covered]:
    """By guideline and target; a target that the guideline no longer has is left out."""
    wanted = set(pairs)
    guidelines = Guideline.objects.in_bulk({guideline for guideline, _ in wanted})
    found = {}
    for guideline_id, target in wanted:
        compiled = compiled_guideline(guidelines[guideline_id])
        aim = compiled.targets.get(target)
        if aim is None:
            continue
        required = [one for one in aim.capabilities if one.status is CapabilityStatus.REQUIRED]
        names: set[str] = set()
        for index in {index for one in required for index, _ in one.tests}:
            test = compiled.tests[index]
            names.update((test.name, *test.aliases, test.idempotent_id))
        found[guideline_id, target] = Covered(
            guidelines[guideline_id].document_id,
            tuple(one.id for one in required),
            sorted(names - {""}),
        )
    return found


def newest_measurements(products: Collection[int] | None = None) -> dict[int, datetime]:
    """When the newest measured run of each product ended or came in, by product."""
    rows = IntegrationStanding.objects.filter(of_products("release__product", products))
    return dict(rows.order_by("newest_run_at").values_list("release__product", "newest_run_at"))


def with_evidence_since(products: QuerySet[Product], since: datetime) -> QuerySet[Product]:
    """Those with a certificate in force or a measurement whose evidence is not older."""
    certified = Certificate.objects.in_force().filter(
        release__product=OuterRef("pk"), run__received_at__gte=since
    )
    measured = IntegrationStanding.objects.filter(
        release__product=OuterRef("pk"), newest_run_at__gte=since
    )
    return products.filter(Exists(certified) | Exists(measured))
