"""Products as lists show them: what is certified, what is measured, what is only declared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext

from certification.engine.integration import EvidenceClass, Level
from certification.models import IntegrationStanding
from certification.queries import (
    StandingCertificate,
    certificates_of_each,
    leading,
    shown_standings,
)
from marketplace.catalogue.models import Product
from marketplace.catalogue.openstack import newest_first
from marketplace.catalogue.queries import declared_releases
from marketplace.site.integration_wording import level_with_class

DECLARED_SHOWN = 4


@dataclass(frozen=True, slots=True)
class ListedProduct:
    """`declared` are names of OpenStack releases, newest first; `measured` says what public
    evidence reaches (`Integrated, challenged`), empty without any."""

    product: Product
    lead: StandingCertificate | None
    in_force: int
    disputed: bool
    declared: list[str]
    measured: str
    figure: int

    @property
    def address(self) -> str:
        """As comparisons name it."""
        return f"{self.product.vendor.slug}/{self.product.slug}"


def rows_of(products: Sequence[Product]) -> list[ListedProduct]:
    """One for each, in the same order; read in three queries."""
    certificates = certificates_of_each(products)
    declared = declared_releases(Product.objects.filter(pk__in=certificates))
    measured = _measured(products)
    return [
        ListedProduct(
            product,
            leading(certificates[product.pk]),
            sum(one.in_force for one in certificates[product.pk]),
            any(one.in_force and one.open_disputes for one in certificates[product.pk]),
            newest_first(declared.get(product.pk, set()))[:DECLARED_SHOWN],
            _reached(measured[product.pk]) if product.pk in measured else "",
            measured[product.pk].figure if product.pk in measured else 0,
        )
        for product in products
    ]


def _measured(products: Sequence[Product]) -> dict[int, IntegrationStanding]:
    rows = shown_standings([one.pk for one in products])
    return {one.release.product_id: one for one in rows.select_related("release")}


def _reached(standing: IntegrationStanding) -> str:
    level = Level[standing.level.upper()]
    if level is Level.LISTED:
        return gettext("no level yet")
    return level_with_class(level, EvidenceClass(standing.evidence_class))
