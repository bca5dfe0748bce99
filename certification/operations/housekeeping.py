"""What goes after a while: anonymous runs after 30 days, finished queue entries after a week."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now

from certification.evidence import delete_evidence
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
    gone: list[str] = []
    with transaction.atomic():
        runs = list(expired.select_for_update(skip_locked=True).order_by("received_at")[:BATCH])
        for run in runs:
            audit.record(
                "run.deleted", run, actor="policy:anonymous-expiry", sha256=run.evidence_sha256
            )
            gone.append(run.evidence_sha256)
            run.delete()
        if len(runs) == BATCH:
            enqueue(QueueEntry.Kind.DELETE_EXPIRED_RUNS, f"after {runs[-1].pk}")
    for sha256 in set(gone):
        if not Run.objects.filter(evidence_sha256=sha256).exists():
            delete_evidence(sha256)
    return len(gone)


def forget_finished_entries() -> int:
    deleted, _ = QueueEntry.objects.filter(
        finished_at__lt=Now() - timedelta(days=KEPT_FINISHED_DAYS)
    ).delete()
    return deleted
