"""What became of certificates, from their rows and the audit trail."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from certification.queries.certificates import Standing, StandingCertificate, changed_at
from marketplace.catalogue.models import AuditEvent


class Turn(StrEnum):
    ISSUED = "issued"
    SUSPENDED = "suspended"
    REINSTATED = "reinstated"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """`reason` is public."""

    at: datetime
    turn: Turn
    one: StandingCertificate
    reason: str = ""


_VERBS = {"certificate.suspended": Turn.SUSPENDED, "certificate.active": Turn.REINSTATED}
_ENDS = {
    Standing.SUSPENDED: Turn.SUSPENDED,
    Standing.EXPIRED: Turn.EXPIRED,
    Standing.SUPERSEDED: Turn.SUPERSEDED,
    Standing.REVOKED: Turn.REVOKED,
}


def history_of(certificates: Iterable[StandingCertificate]) -> list[HistoryEntry]:
    """Newest first. The row says how it stands and since when; the trail what it went through."""
    known = {str(one.certificate.pk): one for one in certificates}
    entries = [HistoryEntry(one.certificate.issued_at, Turn.ISSUED, one) for one in known.values()]
    entries += [
        HistoryEntry(changed_at(one), _ENDS[one.standing], one, one.certificate.state_reason)
        for one in known.values()
        if one.standing in _ENDS
    ]
    entries += _turns(known)
    return sorted(entries, key=lambda entry: entry.at, reverse=True)


def _turns(known: dict[str, StandingCertificate]) -> Iterable[HistoryEntry]:
    """Suspensions that are over, and reinstatements."""
    events = AuditEvent.objects.filter(
        object_type="certificate", object_id__in=known, verb__in=_VERBS
    ).order_by("pk")
    newest = {event.object_id: event.pk for event in events}
    for event in events:
        one, turn = known[event.object_id], _VERBS[event.verb]
        lasts = turn is Turn.SUSPENDED and newest[event.object_id] == event.pk
        if lasts and one.standing is Standing.SUSPENDED:
            continue
        yield HistoryEntry(event.at, turn, one, str(event.facts.get("reason", "")))
