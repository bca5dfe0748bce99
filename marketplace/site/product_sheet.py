"""Everything that the page of a product shows, gathered once."""

from __future__ import annotations

from dataclasses import dataclass

from certification.eligibility import explain_submission
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
from marketplace.catalogue.models import Product, ProductRelease
from marketplace.catalogue.queries import releases_of
from marketplace.site.certificate_wording import product_sentence
from marketplace.site.certified_evidence import CertifiedEvidence, shown_evidence
from marketplace.site.release_matrix import Matrix, release_matrix


@dataclass(frozen=True, slots=True)
class ProductSheet:
    """`lead` is the certificate to show first; `evidence` only while it is in force."""

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

    @property
    def disputed(self) -> bool:
        return any(dispute.settled_at is None for dispute in self.disputes)

    @property
    def in_force(self) -> list[StandingCertificate]:
        return [one for one in self.certificates if one.in_force]


def product_sheet(product: Product) -> ProductSheet:
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
        evidence=shown_evidence(explained) if explained else None,
        evidence_gone=shown is not None and explained is None,
        waivers=waivers_of(shown.certificate) if shown else [],
        disputes=list(disputes_of(certificates)),
        history=history_of(certificates),
    )


def explained_or_gone(one: StandingCertificate) -> Evaluation | None:
    """The evaluation that the certificate rests on, judged anew; None if the evidence is gone or
    spoiled."""
    try:
        return explain_submission(one.certificate.submission)
    except (EvidenceGone, EvidenceUnreadable):
        return None
