"""From the trail to notices: each event is told in one transaction, and then no longer untold."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import timedelta

from django.db import InterfaceError, OperationalError, transaction
from django.db.models.functions import Now

from marketplace.catalogue.models import AuditEvent
from marketplace.notices.models import UntoldEvent
from marketplace.notices.tellers import TELLERS
from marketplace.notices.telling import Telling, tell

logger = logging.getLogger(__name__)

BATCH = 200
#: How long an event waits that could not be told: doubled each time, to an hour at most.
FIRST_WAIT_S = 30
LONGEST_WAIT_S = 3600


def tell_events() -> bool:
    """Tell the next events, the oldest first; true if more may wait. Two at once take different
    ones. One that cannot be told waits, and keeps none of the others from being told."""
    due = UntoldEvent.objects.filter(due_at__lte=Now()).order_by("event_id")
    ids = list(due.values_list("event_id", flat=True)[:BATCH])
    quiet = _concern_nobody(ids)
    if quiet:
        UntoldEvent.objects.filter(pk__in=quiet).delete()
    for event_id in ids:
        if event_id in quiet:
            continue
        try:
            _tell_one(event_id)
        except (OperationalError, InterfaceError):
            raise  # the database is away: the whole round is made again
        except Exception as fault:
            logger.exception("event %d could not be told", event_id)
            _put_off(event_id, type(fault).__name__)
    return len(ids) == BATCH


def _concern_nobody(ids: Sequence[int]) -> set[int]:
    """Those of them that are for nobody: most are, and a transaction for each would cost more than
    the deeds did. Where a teller breaks off, each event that has one is told alone."""
    events = list(AuditEvent.objects.filter(pk__in=ids))
    quiet = {event.pk for event in events if event.verb not in TELLERS}
    try:
        with transaction.atomic():
            return quiet | {event.pk for event in events if not tellings_of(event)}
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        logger.exception("%d events are told one by one", len(ids) - len(quiet))
        return quiet


def _tell_one(event_id: int) -> None:
    with transaction.atomic():
        rows = UntoldEvent.objects.select_for_update(skip_locked=True)
        untold = rows.filter(pk=event_id).first()
        if untold is None:
            return
        event = AuditEvent.objects.get(pk=event_id)
        tell(tellings_of(event), but=_person(event.actor))
        untold.delete()


def tellings_of(event: AuditEvent) -> Sequence[Telling]:
    """Nothing for a verb that concerns nobody."""
    teller = TELLERS.get(event.verb)
    return teller(event) if teller else ()


def _person(actor: str) -> int | None:
    kind, _, key = actor.partition(":")
    return int(key) if kind == "user" else None


def _put_off(event_id: int, why: str) -> None:
    with transaction.atomic():
        row = UntoldEvent.objects.select_for_update().filter(pk=event_id).first()
        if row is None:
            return
        wait = min(FIRST_WAIT_S * 2 ** min(row.tries, 20), LONGEST_WAIT_S)
        row.tries = min(row.tries + 1, 32_000)
        row.last_error = why
        row.save(update_fields=["tries", "last_error"])
        UntoldEvent.objects.filter(pk=event_id).update(due_at=Now() + timedelta(seconds=wait))
