"""Looking again at domains that are proven, because the clock says so."""

from __future__ import annotations

from django.db import transaction

from certification.models import QueueEntry
from certification.operations.domains import look_for
from certification.operations.work import take_on
from certification.queue import enqueue_each, finish
from marketplace.catalogue.domain_proofs import (
    due_proofs,
    find_due_proof,
    note_miss,
    note_no_answer,
    note_seen,
)
from marketplace.catalogue.models import DomainProof
from marketplace.catalogue.refusals import CatalogueRefused

#: In one round of the scheduler.
LOOKS_MOST = 500
#: What says nothing of the proof itself.
NO_ANSWER = frozenset({"dns-time-out", "dns-failed", "host-unknown", "no-answer", "time-out"})


def take_on_looks() -> None:
    """Once, when the process starts."""
    take_on(QueueEntry.Kind.LOOK_AT_DOMAINS, _look_at_domains)
    take_on(QueueEntry.Kind.LOOK_AT_DOMAIN, _look_at_domain)


def queue_due_looks() -> int:
    """One entry for each, so that a slow server holds up its own alone; gives how many are due."""
    keys = due_proofs(LOOKS_MOST)
    with transaction.atomic():
        enqueue_each(QueueEntry.Kind.LOOK_AT_DOMAIN, [str(key) for key in keys])
    return len(keys)


def look_again(*, entry: QueueEntry) -> None:
    """No transaction is open while the answer is waited for."""
    proof = find_due_proof(int(entry.subject))
    code = _look(proof) if proof is not None else ""
    with transaction.atomic():
        finish(entry)
        if proof is None:
            return
        if not code:
            note_seen(proof)
        elif code in NO_ANSWER:
            note_no_answer(proof, code=code)
        else:
            note_miss(proof, code=code)


def _look(proof: DomainProof) -> str:
    """Why it was not seen; empty where it was."""
    try:
        look_for(proof, way=proof.way)
    except CatalogueRefused as refused:
        return refused.code
    return ""


def _look_at_domains(entry: QueueEntry) -> None:
    queue_due_looks()
    finish(entry)


def _look_at_domain(entry: QueueEntry) -> None:
    look_again(entry=entry)
