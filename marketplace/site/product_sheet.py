"""Everything that the page of a product shows, gathered once."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser

from certification.eligibility import explain_submission, level_of_submission
from certification.engine.bundle import BundleRefused
from certification.engine.integration import LevelEvaluation
from certification.engine.joining import RunsNotJoined
from certification.engine.report import EvidenceUnreadable
from certification.engine.verdict import Evaluation
from certification.evidence import EvidenceGone
from certification.models import Dispute, Waiver
from certification.queries import (
    HistoryEntry,
    StandingCertificate,
    certificates_of_product,
    disputes_of,
    history_of,
    leading,
    waivers_of,
)
from marketplace.catalogue.models import Product, ProductRelease, Programme
from marketplace.catalogue.queries import releases_of
from marketplace.site.certificate_wording import product_sentence
from marketplace.site.certified_evidence import CertifiedEvidence, shown_evidence
from marketplace.site.integration_certificate import integrated_sentence
from marketplace.site.integration_sheet import IntegrationSheet, Reader, integration_sheet
from marketplace.site.release_matrix import Matrix, release_matrix


@dataclass(frozen=True, slots=True)
class ProductSheet:
    """`lead` is the certificate to show first; `evidence` only while it is in force.
    `integration` is there for products on top of OpenStack, `evidence` and `matrix` serve the
    others."""

    product: Product
    releases: list[ProductRelease]
    certificates: list[StandingCertificate]
    lead: StandingCertificate | None
    sentence: str
    matrix: Matrix
    evidence: CertifiedEvidence | None
    evidence_gone: bool
    waivers: list[Waiver]
    disputes: list[Dispute]
    history: list[HistoryEntry]
    integration: IntegrationSheet | None = None

    @property
    def disputed(self) -> bool:
        return any(dispute.settled_at is None for dispute in self.disputes)

    @property
    def in_force(self) -> list[StandingCertificate]:
        return [one for one in self.certificates if one.in_force]


def product_sheet(
    product: Product, *, reader: Reader | None = None, version: str = ""
) -> ProductSheet:
    """`reader` may open more than the public runs. `version`: the release that was asked for."""
    if product.programme is Programme.INTEGRATED:
        return _integrated(product, reader or AnonymousUser(), version)
    certificates, releases = certificates_of_product(product), releases_of(product)
    lead = leading(certificates)
    shown = lead if lead is not None and lead.in_force else None
    explained = explained_or_gone(shown) if shown else None
    return ProductSheet(
        product=product,
        releases=releases,
        certificates=certificates,
        lead=lead,
        sentence=product_sentence(product, lead, explained),
        matrix=release_matrix(releases, certificates),
        evidence=shown_evidence(explained) if isinstance(explained, Evaluation) else None,
        evidence_gone=shown is not None and explained is None,
        waivers=_waivers(certificates),
        disputes=list(disputes_of(certificates)),
        history=history_of(certificates),
    )


def _waivers(certificates: list[StandingCertificate]) -> list[Waiver]:
    """Those that any certificate in force leans on, each once."""
    found = [each for one in certificates if one.in_force for each in waivers_of(one.certificate)]
    return list({each.pk: each for each in found}.values())


def _integrated(product: Product, reader: Reader, version: str) -> ProductSheet:
    """A product that we measured without its vendor never shows a certificate."""
    certificates = [] if product.measured_by_us else certificates_of_product(product)
    releases, lead = releases_of(product), leading(certificates)
    integration = integration_sheet(releases, certificates, reader=reader, version=version)
    return ProductSheet(
        product=product,
        releases=releases,
        certificates=certificates,
        lead=lead,
        sentence=integrated_sentence(product, lead, integration.measured),
        matrix=Matrix((), ()),
        evidence=None,
        evidence_gone=False,
        waivers=[],
        disputes=list(disputes_of(certificates)),
        history=history_of(certificates),
        integration=integration,
    )


def explained_or_gone(one: StandingCertificate) -> Evaluation | LevelEvaluation | None:
    """The evaluation that the certificate rests on, judged anew; None if the evidence is gone or
    spoiled. That of a level is a set of bundles and never goes the way of single tests."""
    submission = one.certificate.submission
    try:
        if submission.guideline.is_integration:
            return level_of_submission(submission)
        return explain_submission(submission)
    except (EvidenceGone, EvidenceUnreadable, BundleRefused, RunsNotJoined):
        return None
