"""A proven domain is looked at again: it may be sold, lost, or given up.

Every 30 days the proof is looked for where it was seen; once it is missed, every 7 days. It lapses
when it was missed three times in a row, over 14 days at least. The vendor hears of the first miss.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce, Now

from marketplace.catalogue import audit
from marketplace.catalogue.models import DomainClaim, DomainProof, Vendor

LOOK_DAYS, MISSED_LOOK_DAYS = 30, 7
LAPSE_MISSES, LAPSE_DAYS = 3, 14
#: A server that does not answer says nothing of the proof, and the fault may be on our side: it is
#: asked again so many hours later, before that counts as a miss.
NO_ANSWER_HOURS = (1, 6)
_NOT_MISSED = {"misses": 0, "missed_since": None, "last_miss": "", "unanswered": 0}


def keep_proof(*, vendor: Vendor, claim: DomainClaim, way: str) -> None:
    """It was seen just now, in the transaction of that deed."""
    seen = {
        "domain": claim.domain,
        "token": claim.token,
        "way": way,
        "seen_at": Now(),
        "due_at": Now() + timedelta(days=LOOK_DAYS),
    }
    DomainProof.objects.update_or_create(vendor=vendor, defaults=seen | _NOT_MISSED)


def forget_proof(vendor: Vendor) -> None:
    """The domain rests on something else now."""
    DomainProof.objects.filter(vendor=vendor).delete()


def proof_of(vendor: Vendor) -> DomainProof | None:
    return DomainProof.objects.filter(vendor=vendor).first()


def due_proofs(most: int) -> list[int]:
    """Keys of those to look at now, the longest due first."""
    rows = DomainProof.objects.filter(due_at__lte=Now()).order_by("due_at", "pk")
    return list(rows.values_list("pk", flat=True)[:most])


def find_due_proof(key: int) -> DomainProof | None:
    return DomainProof.objects.select_related("vendor").filter(pk=key, due_at__lte=Now()).first()


def lapses_at(proof: DomainProof) -> datetime | None:
    """The earliest moment, if it is not seen again; None where it was not missed."""
    return proof.missed_since + timedelta(days=LAPSE_DAYS) if proof.missed_since else None


def note_seen(proof: DomainProof) -> None:
    """Of a look that was due; whoever comes second changes nothing."""
    with transaction.atomic():
        row = _hold(proof)
        if row is None:
            return
        DomainProof.objects.filter(pk=row.pk).update(
            seen_at=Now(),
            due_at=Now() + timedelta(days=LOOK_DAYS),
            **_NOT_MISSED,
        )
        if row.misses:
            _record("vendor.domain-seen-again", row, misses=row.misses)


def note_no_answer(proof: DomainProof, *, code: str) -> None:
    """It is looked for again soon; at the third time without an answer, that is a miss."""
    if proof.unanswered >= len(NO_ANSWER_HOURS):
        note_miss(proof, code=code)
        return
    wait = timedelta(hours=NO_ANSWER_HOURS[proof.unanswered])
    due = DomainProof.objects.filter(pk=proof.pk, token=proof.token, due_at__lte=Now())
    due.update(unanswered=F("unanswered") + 1, due_at=Now() + wait)


def note_miss(proof: DomainProof, *, code: str) -> None:
    """`code` says why it was not seen. At the third in a row the domain is not proven any more,
    unless the first was less than 14 days ago; certificates stay as they are."""
    with transaction.atomic():
        row = _hold(proof)
        if row is None:
            return
        DomainProof.objects.filter(pk=row.pk).update(
            misses=F("misses") + 1,
            missed_since=Coalesce("missed_since", Now()),
            last_miss=code,
            unanswered=0,
            due_at=Now() + timedelta(days=MISSED_LOOK_DAYS),
        )
        _record("vendor.domain-missed", row, misses=row.misses + 1, code=code)
        over = DomainProof.objects.filter(
            pk=row.pk,
            misses__gte=LAPSE_MISSES,
            missed_since__lte=Now() - timedelta(days=LAPSE_DAYS),
        )
        if over.exists():
            _lapse(row)


def _lapse(row: DomainProof) -> None:
    proven = Vendor.objects.filter(pk=row.vendor_id, domain=row.domain)
    proven.update(domain="", domain_proven_at=None)
    _record("vendor.domain-lapsed", row)
    row.delete()


def _hold(proof: DomainProof) -> DomainProof | None:
    """The row as it is now, kept from others; None where the proof is another one meanwhile, or was
    looked at."""
    rows = DomainProof.objects.select_for_update(of=("self",)).select_related("vendor")
    return rows.filter(pk=proof.pk, token=proof.token, due_at__lte=Now()).first()


def _record(verb: str, row: DomainProof, **facts: object) -> None:
    audit.record(verb, row.vendor, actor=audit.SYSTEM, domain=row.domain, way=row.way, **facts)
