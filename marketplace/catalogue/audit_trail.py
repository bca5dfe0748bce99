"""The audit trail as staff read it: newest first, page after page, by an index for each filter.

A page begins after the last event of the page before (its time and key), so the millionth event is
as near as the first, and nothing is skipped or seen twice while others write.
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.db import transaction
from django.db.models import BooleanField, Func, Q, QuerySet

from marketplace.catalogue import audit
from marketplace.catalogue.models import AuditEvent, User
from marketplace.catalogue.models.audit import words_in

#: Keys of things by kind of object, as the trail writes them; each a query of texts.
Things = Mapping[str, QuerySet[Any, str]]
#: No later than the year 5138: a time beyond the calendar is none.
_MARK = re.compile(r"([0-9]{1,17})-([0-9]{1,18})")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which events. Empty fields filter nothing; days are in UTC and belong to it. `about` are the
    things of a vendor; `hidden` those of the reader's own vendors."""

    actor: str = ""
    verb: str = ""
    kind: str = ""
    object_id: str = ""
    since: date | None = None
    until: date | None = None
    words: str = ""
    about: Things | None = None
    hidden: Things = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TrailPage:
    """`older` begins the next page; empty on the last one."""

    events: list[AuditEvent]
    older: str


def trail_page(wanted: Wanted, *, after: str = "", size: int) -> TrailPage:
    """`after` is the mark of an earlier page; one that cannot be read begins at the newest."""
    found = _newest(wanted, after, size + 1)
    events = found[:size]
    return TrailPage(events, mark_of(events[-1]) if len(found) > size else "")


def trail_rows(wanted: Wanted, *, most: int, at_once: int = 1000) -> Iterator[AuditEvent]:
    """The newest `most`, read in portions."""
    after = ""
    while most > 0:
        page = trail_page(wanted, after=after, size=min(at_once, most))
        yield from page.events
        most -= len(page.events)
        after = page.older
        if not after:
            return


def take_trail(wanted: Wanted, *, filters: Sequence[str], most: int, by: User) -> list[AuditEvent]:
    """The newest `most`, to be carried off; the trail itself says who took what. `filters` are
    `name=value`, as they were asked for."""
    with transaction.atomic():
        found = list(trail_rows(wanted, most=most))
        audit.record(
            "audit.taken-away",
            by,
            actor=audit.actor_of(by),
            filters=list(filters),
            rows=len(found),
        )
    return found


def mark_of(event: AuditEvent) -> str:
    """Microseconds since 1970, and the key."""
    return f"{(event.at - _EPOCH) // timedelta(microseconds=1)}-{event.pk}"


def trail_query(wanted: Wanted, *, after: str = "") -> QuerySet[AuditEvent]:
    """All but `about`, which is several queries."""
    rows = AuditEvent.objects.filter(_plain(wanted)).order_by("-at", "-id")
    if wanted.words:
        rows = rows.filter(_has_words(wanted.words))
    for kind, keys in wanted.hidden.items():
        rows = rows.exclude(object_type=kind, object_id__in=keys)
    place = _MARK.fullmatch(after)
    if place is not None:
        at = _EPOCH + timedelta(microseconds=int(place[1]))
        # The first condition alone would do; with it an index over time finds the place at once.
        rows = rows.filter(at__lte=at).filter(Q(at__lt=at) | Q(id__lt=int(place[2])))
    return rows


def _newest(wanted: Wanted, after: str, most: int) -> list[AuditEvent]:
    rows = trail_query(wanted, after=after)
    if wanted.about is None:
        return list(rows[:most])
    # One query for each kind: an OR over all of them could not use the index by object.
    each = [
        rows.filter(object_type=kind, object_id__in=keys)[:most]
        for kind, keys in wanted.about.items()
    ]
    merged: Iterable[AuditEvent] = heapq.merge(
        *each, key=lambda event: (event.at, event.pk), reverse=True
    )
    return [event for event, _ in zip(merged, range(most), strict=False)]


def _plain(wanted: Wanted) -> Q:
    same = {
        "actor": wanted.actor,
        "verb": wanted.verb,
        "object_type": wanted.kind,
        "object_id": wanted.object_id,
    }
    found = Q(**{name: value for name, value in same.items() if value})
    if wanted.since is not None:
        found &= Q(at__gte=datetime.combine(wanted.since, time.min, tzinfo=UTC))
    if wanted.until is not None:
        found &= Q(at__lte=datetime.combine(wanted.until, time.max, tzinfo=UTC))
    return found


def _has_words(words: str) -> Func:
    """Every word, in the facts of the event: reasons, names, digests, numbers of certificates."""
    query = SearchQuery(words, config="simple", search_type="websearch")
    return _Matches(words_in("facts"), query)


class _Matches(Func):
    """`vector @@ query`, written so that the index over the words answers it."""

    arg_joiner = " @@ "
    template = "%(expressions)s"
    output_field = BooleanField()
