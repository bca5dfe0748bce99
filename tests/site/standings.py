"""Standings as the judging of bundles leaves them, put there directly: what lists and sums read."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from certification.models import Guideline, IntegrationStanding
from marketplace.catalogue.models import ProductRelease

_USUAL: dict[str, Any] = {
    "level": "connected",
    "evidence_class": 1,
    "figure": 50,
    "evaluation_digest": "0" * 64,
    "document": {},
}


def stands(release: ProductRelease, **about: Any) -> IntegrationStanding:
    """Without a document: pages of one product are tested with true bundles."""
    guideline = Guideline.objects.order_by("pk").first()
    assert guideline is not None
    return IntegrationStanding.objects.create(
        release=release,
        guideline=guideline,
        newest_run_at=timezone.now(),
        **_USUAL | about,
    )
