"""Rows that were never saved, one for each state, for the gallery of components."""

from __future__ import annotations

from datetime import datetime, timedelta

from certification.models import Certificate, Guideline, Run
from certification.queries import HistoryEntry, Standing, StandingCertificate, Turn
from marketplace.catalogue.models import Category, Product, ProductRelease, Vendor

_DIGEST = "0123456789abcdef" * 4


def runs(at: datetime) -> list[Run]:
    return [
        Run(
            evidence_sha256=_DIGEST,
            evidence_bytes=1_250_000,
            file_name="results.subunit",
            state=state,
            received_at=at,
            tests_passed=1500,
            events=4500,
        )
        for state in Run.State
    ]


def guidelines(at: datetime) -> list[Guideline]:
    """Each state, and the two kinds of draft: announced to vendors, and only imported."""
    rows = [
        Guideline(
            document_id=f"2026.{month:02d}",
            state=state,
            schema="2.0",
            digest=_DIGEST,
            approved_at=at if state == Guideline.State.APPROVED else None,
        )
        for month, state in enumerate(Guideline.State, start=1)
    ]
    return [*rows, Guideline(document_id="2027.05", digest=_DIGEST, announced=True)]


def certificates_in_every_standing(at: datetime) -> list[StandingCertificate]:
    return [
        StandingCertificate(_certificate(at, number), standing, at, open_disputes=0)
        for number, standing in enumerate(Standing, start=1)
    ]


def turns(at: datetime) -> list[HistoryEntry]:
    """Each turn of a certificate in force, and an issue that no longer holds."""
    stands, *_, ended = certificates_in_every_standing(at)
    entries = [HistoryEntry(at, turn, stands) for turn in Turn]
    return [*entries, HistoryEntry(at, Turn.ISSUED, ended)]


def products() -> list[Product]:
    """One of each programme, without any certificate."""
    kinds = (Category.PUBLIC_CLOUD, Category.BACKUP, Category.TRAINING)
    vendor = Vendor(name="Sample", slug="sample")
    return [Product(vendor=vendor, name=kind.label, slug=kind, category=kind) for kind in kinds]


def _certificate(at: datetime, number: int) -> Certificate:
    release = ProductRelease(product=products()[0], version="5.2")
    kinds = list(Certificate.Assurance)
    return Certificate(
        number=f"HM-2026-{number:06d}",
        release=release,
        guideline=Guideline(document_id="2026.11", digest=_DIGEST),
        run=Run(evidence_sha256=_DIGEST, received_at=at - timedelta(days=60 * number)),
        target="platform",
        assurance=kinds[number % len(kinds)],
        issued_at=at - timedelta(days=60 * number),
        state_changed_at=at,
        valid_until=at + timedelta(days=40 if number == 2 else 300),
    )
