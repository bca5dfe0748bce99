"""The rows of the lists that can be taken away.

They are made in portions, so that a list of any length passes through little memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

from django.db.models import QuerySet

from certification.models import Certificate, Guideline
from certification.queries import StandingCertificate, leading
from certification.queries.certificates import short_certificates, short_certificates_of_each
from marketplace.catalogue.models import Product
from marketplace.catalogue.openstack import newest_first
from marketplace.catalogue.queries import declared_releases
from marketplace.site.exports import Row

PORTION = 500
T = TypeVar("T")

PRODUCT_COLUMNS = (
    "vendor",
    "product",
    "name",
    "vendor_name",
    "category",
    "sentence",
    "open_source",
    "regions",
    "deployment",
    "facts",
    "certified",
    "standing",
    "certified_release",
    "target",
    "guideline",
    "assurance",
    "valid_until",
    "certificate",
    "openstack_releases_declared",
    "address",
)
CERTIFICATE_COLUMNS = (
    "certificate",
    "vendor",
    "product",
    "release",
    "target",
    "guideline",
    "guideline_sha256",
    "openstack_release",
    "assurance",
    "standing",
    "in_force",
    "disputed",
    "issued_at",
    "valid_until",
    "reason",
    "statement_sha256",
    "evidence_sha256",
    "joined_evidence_sha256",
    "address",
)
GUIDELINE_COLUMNS = (
    "guideline",
    "version",
    "add_on",
    "schema",
    "state",
    "announced",
    "approved_at",
    "superseded_at",
    "sha256",
    "address",
)


def product_rows(products: QuerySet[Product]) -> Iterator[Row]:
    for portion in _portions(products.iterator(chunk_size=PORTION)):
        certificates = short_certificates_of_each(portion)
        declared = declared_releases(Product.objects.filter(pk__in=certificates))
        for product in portion:
            lead = leading(certificates[product.pk])
            yield _product_row(product, lead, declared.get(product.pk, set()))


def _product_row(product: Product, lead: StandingCertificate | None, declared: set[str]) -> Row:
    """What is not in force gives its standing and number, and no target."""
    certificate = lead.certificate if lead else None
    in_force = certificate if lead and lead.in_force else None
    return {
        "vendor": product.vendor.slug,
        "product": product.slug,
        "name": product.name,
        "vendor_name": product.vendor.name,
        "category": product.category,
        "sentence": product.sentence,
        "open_source": product.open_source,
        "regions": product.regions,
        "deployment": product.deployment,
        "facts": product.facts,
        "certified": in_force is not None,
        "standing": lead.standing.value if lead else "",
        "certified_release": in_force.release.version if in_force else "",
        "target": in_force.target if in_force else "",
        "guideline": in_force.guideline.document_id if in_force else "",
        "assurance": in_force.assurance if in_force else "",
        "valid_until": in_force.valid_until.isoformat() if in_force else "",
        "certificate": certificate.number if certificate else "",
        "openstack_releases_declared": newest_first(declared),
        "address": product.get_absolute_url(),
    }


def certificate_rows(certificates: QuerySet[Certificate]) -> Iterator[Row]:
    """Newest first."""
    numbers = certificates.order_by("-issued_at", "-number").values_list("pk", flat=True)
    for portion in _portions(numbers.iterator(chunk_size=PORTION)):
        for one in short_certificates(portion):
            yield _certificate_row(one)


def _certificate_row(one: StandingCertificate) -> Row:
    certificate, product = one.certificate, one.certificate.release.product
    return {
        "certificate": certificate.number,
        "vendor": product.vendor.slug,
        "product": product.slug,
        "release": certificate.release.version,
        "target": certificate.target,
        "guideline": certificate.guideline.document_id,
        "guideline_sha256": certificate.guideline.digest,
        "openstack_release": certificate.openstack_release,
        "assurance": certificate.assurance,
        "standing": one.standing.value,
        "in_force": one.in_force,
        "disputed": one.open_disputes > 0,
        "issued_at": certificate.issued_at.isoformat(),
        "valid_until": certificate.valid_until.isoformat(),
        "reason": certificate.state_reason,
        "statement_sha256": certificate.statement_sha256,
        "evidence_sha256": certificate.run.evidence_sha256,
        "joined_evidence_sha256": [
            run.evidence_sha256 for run in one.runs if run != certificate.run
        ],
        "address": certificate.get_absolute_url(),
    }


def guideline_rows(guidelines: Iterable[Guideline]) -> Iterator[Row]:
    for one in guidelines:
        yield {
            "guideline": one.document_id,
            "version": one.version,
            "add_on": one.add_on,
            "schema": one.schema,
            "state": one.state,
            "announced": one.announced,
            "approved_at": one.approved_at.isoformat() if one.approved_at else "",
            "superseded_at": one.superseded_at.isoformat() if one.superseded_at else "",
            "sha256": one.digest,
            "address": one.get_absolute_url(),
        }


def _portions(rows: Iterable[T]) -> Iterator[list[T]]:
    found = iter(rows)
    while portion := list(islice(found, PORTION)):
        yield portion
