"""Our own guidelines in a trial: 2026.11 approved by the two demo admins, 2027.05 announced."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from certification.dictionary import grow_dictionary
from certification.guidelines import shipped_bytes, shipped_inventories
from certification.models import Guideline
from certification.operations.guidelines import (
    Document,
    announce_draft,
    approve_guideline,
    import_guidelines,
)
from marketplace.catalogue import audit
from marketplace.catalogue.models import User

#: Older than the oldest certificate of the demo market, whatever the guideline is called.
IN_FORCE_DAYS = 600
IN_FORCE = "2026.11"
NEXT = "2027.05"


def load_guidelines(*, admins: list[User]) -> list[Guideline]:
    """Idempotent: what is in force or announced stays as it is."""
    grow_dictionary(sorted(key for tests in shipped_inventories().values() for key in tests))
    documents = [
        Document(f"powered-{name}.json", shipped_bytes(name), "shipped with Hallmark")
        for name in (IN_FORCE, NEXT)
    ]
    imported, _ = import_guidelines(documents=documents, actor=audit.SYSTEM)
    in_force, following = (one.guideline for one in imported)
    if in_force.state == Guideline.State.DRAFT:
        for admin in admins:
            if not in_force.approvals.filter(person=admin).exists():
                in_force = approve_guideline(
                    guideline=in_force,
                    by=admin,
                    reason="Approved for the trial.",
                    at=timezone.now() - timedelta(days=IN_FORCE_DAYS),
                )
    if following.state == Guideline.State.DRAFT and not following.announced:
        following = announce_draft(guideline=following, by=admins[0])
    return [in_force, following]
