"""When an integration certificate lapses, with what the database knows of it."""

from __future__ import annotations

from datetime import UTC, date, datetime

from certification.engine.integration.lapse import (
    CertifiedFacts,
    Lapse,
    first_lapse,
    is_new_major,
)
from certification.joined_claims import runs_of_submission
from certification.levels import evidence_run
from certification.models import Certificate
from marketplace.catalogue.models import ProductRelease
from marketplace.catalogue.openstack import find_release, unmaintained_from


def lapse_of(certificate: Certificate) -> Lapse:
    """The first way in which it will lapse, or has. Raises BundleRefused, EvidenceGone."""
    submission = certificate.submission
    runs = runs_of_submission(submission)
    tried = {evidence_run(run, submission.release).openstack_release for run in runs} - {""}
    superseded = submission.guideline.superseded_at
    return first_lapse(
        CertifiedFacts(
            runs_ended_on=tuple(_day(run.received_at) for run in runs),
            guideline_superseded_on=_day(superseded) if superseded else None,
            maintained_until={name: _maintained_until(name) for name in tried},
            new_major_version_on=_new_major_version_on(certificate.release),
        )
    )


def _day(moment: datetime) -> date:
    return moment.astimezone(UTC).date()


def _maintained_until(name: str) -> date | None:
    """The day on which its maintenance ends, one way or the other; None where nobody knows."""
    release = find_release(name)
    if release is None:
        return None
    return unmaintained_from(release) or release.end_of_life_on


def _new_major_version_on(release: ProductRelease) -> date | None:
    """When the first later major version of the product came out, as far as it is listed."""
    later = [
        one.released_on or _day(one.created_at)
        for one in release.product.releases.all()
        if is_new_major(release.version, one.version)
    ]
    return min(later, default=None)
