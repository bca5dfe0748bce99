"""Our own guidelines in a trial: Powered and Integration 2026.11 approved by the two demo admins,
2027.05 announced."""

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
INTEGRATION = "integration.2026.11"
SHIPPED = (IN_FORCE, NEXT, INTEGRATION)


def load_guidelines(*, admins: list[User]) -> list[Guideline]:
    """Powered and Integration in force, and the announced one, in the order of `SHIPPED`.

    Idempotent: what is in force or announced stays as it is."""
    grow_dictionary(sorted(key for tests in shipped_inventories().values() for key in tests))
    documents = [
        Document(f"{name}.json", shipped_bytes(name), "shipped with Hallmark") for name in SHIPPED
    ]
    imported, _ = import_guidelines(documents=documents, actor=audit.SYSTEM)
    rows = {one.guideline.document_id: one.guideline for one in imported}
    for name in (IN_FORCE, INTEGRATION):
        rows[name] = _approved(rows[name], admins)
    following = rows[NEXT]
    if following.state == Guideline.State.DRAFT and not following.announced:
        rows[NEXT] = announce_draft(guideline=following, by=admins[0])
    return [rows[name] for name in SHIPPED]


def _approved(guideline: Guideline, admins: list[User]) -> Guideline:
    if guideline.state != Guideline.State.DRAFT:
        return guideline
    for admin in admins:
        if not guideline.approvals.filter(person=admin).exists():
            guideline = approve_guideline(
                guideline=guideline,
                by=admin,
                reason="Approved for the trial.",
                at=timezone.now() - timedelta(days=IN_FORCE_DAYS),
            )
    return guideline
