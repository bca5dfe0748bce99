"""What goes after a while: anonymous runs after 30 days, finished queue entries after a week."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now

from certification.evidence import delete_evidence, lock_evidence
from certification.models import QueueEntry, Run
from certification.queue import enqueue
from marketplace.catalogue import audit

BATCH = 200
KEPT_FINISHED_DAYS = 7


def delete_expired_runs() -> int:
    """Delete anonymous runs older than 30 days with their evidence; gives how many went.

    Evidence that another run stands on stays. A full batch queues the next one.
    """
    expired = Run.objects.filter(
        uploaded_by=None, received_at__lt=Now() - timedelta(days=settings.ANONYMOUS_RUN_DAYS)
    )
    keys = list(expired.order_by("received_at", "pk").values_list("pk", flat=True)[:BATCH])
    deleted = sum(_delete(key) for key in keys)
    if len(keys) == BATCH:
        with transaction.atomic():
            enqueue(QueueEntry.Kind.DELETE_EXPIRED_RUNS, f"after {keys[-1]}")
    return deleted


@transaction.atomic
def _delete(key: UUID) -> bool:
    """The evidence goes before the commit: a crash between leaves a run to be deleted again, never
    evidence that nobody knows of."""
    run = Run.objects.select_for_update(skip_locked=True).filter(pk=key).first()
    if run is None:
        return False
    lock_evidence(run.evidence_sha256)
    audit.record("run.deleted", run, actor="policy:anonymous-expiry", sha256=run.evidence_sha256)
    run.delete()
    if not Run.objects.filter(evidence_sha256=run.evidence_sha256).exists():
        delete_evidence(run.evidence_sha256)
    return True


def forget_finished_entries() -> int:
    deleted, _ = QueueEntry.objects.filter(
        finished_at__lt=Now() - timedelta(days=KEPT_FINISHED_DAYS)
    ).delete()
    return deleted
