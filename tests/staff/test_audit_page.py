"""The audit trail to read: filtered, page after page, as a file, by an index."""

from __future__ import annotations

import csv
import random
from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from marketplace.catalogue import audit
from marketplace.catalogue.audit_trail import (
    Wanted,
    mark_of,
    trail_page,
    trail_query,
    trail_rows,
)
from marketplace.catalogue.models import AuditEvent, User
from marketplace.workspace.audit_things import things_of
from marketplace.workspace.views.staff import audit as audit_views
from tests.factories import join, person
from tests.site.conftest import signed_in
from tests.site.reading import read
from tests.workspace.stories import Story, story

pytestmark = pytest.mark.django_db
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)


def shown(client: Client, query: str = "") -> str:
    answer = client.get(f"/staff/audit/{query}")
    assert answer.status_code == 200
    return read(answer).text


def test_each_event_says_who_did_what_to_which_thing_and_why(admin: User, told: Story) -> None:
    certificate = told.certified()
    client = signed_in(admin)
    page = read(client.get("/staff/audit/"))
    for words in (
        "certificate.issued",
        certificate.number,
        "It passes.",
        "the service",
        str(told.release),
        "product.created",
        "Ann",
    ):
        assert words in page.text
    assert f"/staff/certificates/{certificate.number}/" in page.links
    assert all(
        client.get(link).status_code == 200 for link in set(page.links) if "/staff/s" in link
    )


def test_filters_hold_together(admin: User, told: Story) -> None:
    certificate = told.certified()
    story("Reed")
    client = signed_in(admin)
    today = timezone.now().date()
    for query, there, not_there in (
        (f"?actor={told.owner.email}", "submission.drafted", "submission.approved"),
        ("?actor=system", "run.verified", "submission.drafted"),
        ("?verb=vendor.created", "Reed", "product.created"),
        ("?kind=certificate", certificate.number, "submission.drafted"),
        (f"?kind=submission&object_id={certificate.submission_id}", "drafted", "run.verified"),
        ("?about=kelp", "certificate.issued", "Reed"),
        ("?about=Reed", "Reed Cloud", "Kelp"),
        (f"?words={certificate.number}", "certificate.issued", "submission.drafted"),
        ("?words=passes&about=Kelp", "submission.approved", "certificate.issued"),
        (f"?since={today}&until={today}&verb=submission.approved", "It passes.", "drafted"),
        (f"?until={today - timedelta(days=1)}", "Nothing fits these filters.", "drafted"),
    ):
        text = shown(client, query).partition("Events")[2]
        assert there in text, query
        assert not_there not in text, query


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("actor=nobody@people.example", "actor-unknown"),
        ("about=Nobody", "vendor-unknown"),
        ("object_id=7", "kind-missing"),
        ("since=2026-02-01&until=2026-01-01", "days-swapped"),
        ("since=yesterday", "valid date"),
        ("kind=nonsense", "not one of the available choices"),
    ],
)
def test_a_filter_that_cannot_be_read_shows_nothing(admin: User, query: str, code: str) -> None:
    client = signed_in(admin)
    for path in ("/staff/audit/", "/staff/audit.csv"):
        answer = client.get(f"{path}?{query}")
        assert answer.status_code == 400
        text = read(answer).text
        assert code in text and "Mend the filters" in text


def test_only_admins_read_it_and_never_of_their_own(
    admin: User, reviewer: User, told: Story
) -> None:
    told.certified()
    assert signed_in(reviewer).get("/staff/audit/").status_code == 404
    assert told.client.get("/staff/audit.csv").status_code == 404
    assert Client().get("/staff/audit/").status_code == 302
    join(told.vendor, admin, "viewer")
    text = shown(signed_in(admin))
    assert "person.signed-up" in text or "guideline.approved" in text
    for hidden in ("certificate.issued", "submission.drafted", "product.created"):
        assert hidden not in text
    assert "Nothing fits" in shown(signed_in(admin), "?about=kelp")


def many(number: int) -> list[AuditEvent]:
    """So many events, several at the very same time."""
    chance = random.Random(7)
    return AuditEvent.objects.bulk_create(
        AuditEvent(
            at=BEGAN + timedelta(seconds=step // 3),
            actor=f"user:{chance.randrange(40)}",
            verb=chance.choice(["key.registered", "run.received", "run.verified", "token.issued"]),
            object_type="run" if step % 5 else "certificate",
            object_id=str(chance.randrange(200)),
            facts={"reason": f"word{chance.randrange(300)}", "step": step},
        )
        for step in range(number)
    )


def test_pages_follow_each_other_without_gap_or_repeat() -> None:
    made = many(100)
    wanted = Wanted(until=BEGAN.date())
    page = trail_page(wanted, size=7)
    seen = list(page.events)
    while page.older:
        # What is written meanwhile is newer, and moves nothing.
        AuditEvent.objects.create(
            at=BEGAN + timedelta(hours=1), actor="system", verb="run.verified", object_type="run"
        )
        page = trail_page(wanted, after=page.older, size=7)
        seen += page.events
    assert [event.pk for event in seen] == [event.pk for event in reversed(made)]
    assert [event.pk for event in trail_rows(wanted, most=30, at_once=7)] == [
        event.pk for event in trail_rows(wanted, most=30)
    ]
    newest = trail_page(wanted, size=1).events[0]
    for mark in ("nonsense", f"{9 * 10**17}-1"):
        assert trail_page(wanted, after=mark, size=1).events == [newest]
    assert trail_page(Wanted(until=date.max, actor=newest.actor), size=1).events


def test_each_filter_is_answered_by_an_index(admin: User, told: Story) -> None:
    many(4000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE catalogue_auditevent")
    middle = trail_page(Wanted(), size=2000).events[-1]
    for wanted in (
        Wanted(),
        Wanted(since=BEGAN.date(), until=BEGAN.date()),
        Wanted(actor="user:7"),
        Wanted(verb="run.received"),
        Wanted(kind="certificate"),
        Wanted(kind="run", object_id="3"),
        Wanted(words="word7"),
    ):
        for after in ("", mark_of(middle)):
            plan = trail_query(wanted, after=after)[:51].explain()
            assert "Seq Scan" not in plan, (wanted, after, plan)
            assert "audit_by" in plan, plan
    for kind, keys in things_of([told.vendor]).items():
        rows = trail_query(Wanted()).filter(object_type=kind, object_id__in=keys)[:51]
        assert "Seq Scan on catalogue_auditevent" not in rows.explain(), kind


def test_who_takes_the_file_away_stands_in_the_trail(admin: User, told: Story) -> None:
    """The file itself does not hold that event; the next one does. A refusal is no taking."""
    client = signed_in(admin)
    asked = f"?verb=vendor.created&actor={told.owner.email}&since=2026-01-01"
    taken = client.get(f"/staff/audit.csv{asked}").content.decode()
    rows = len(list(csv.reader(StringIO(taken, newline="")))) - 1
    [event] = AuditEvent.objects.filter(verb="audit.taken-away")
    assert (event.actor, event.object_id) == (f"user:{admin.pk}", str(admin.pk))
    assert event.facts == {
        "filters": [f"actor=user:{told.owner.pk}", "verb=vendor.created", "since=2026-01-01"],
        "rows": rows,
    }
    assert rows == AuditEvent.objects.filter(verb="vendor.created").count() == 1
    text = shown(client, "?verb=audit.taken-away")
    assert "taken away" in text and "rows: 1" in text
    assert told.owner.email not in str(event.facts)
    assert "audit.taken-away" in client.get("/staff/audit.csv").content.decode()
    assert client.get("/staff/audit.csv?since=2026-02-01&until=2026-01-01").status_code == 400
    assert told.client.get("/staff/audit.csv").status_code == 404
    assert client.head("/staff/audit.csv").status_code == 405
    assert AuditEvent.objects.filter(verb="audit.taken-away").count() == 2


def test_the_file_holds_what_the_filters_leave_and_no_formula(
    admin: User, told: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    with transaction.atomic():
        audit.record(
            "setting.changed", told.vendor, actor="system", reason="=1+1", **{"from": 3, "to": 4}
        )
    client = signed_in(admin)
    answer = client.get("/staff/audit.csv?verb=setting.changed")
    assert answer["Content-Disposition"] == 'attachment; filename="hallmark-audit.csv"'
    heading, row = csv.reader(StringIO(answer.content.decode(), newline=""))
    assert heading == ["at", "actor", "deed", "kind", "key", "reason", "from", "to", "facts"]
    assert row[1:] == [
        "system",
        "setting.changed",
        "vendor",
        str(told.vendor.pk),
        "'=1+1",
        "3",
        "4",
        "",
    ]
    assert "3 → 4" in shown(client, "?verb=setting.changed")
    monkeypatch.setattr(audit_views, "CSV_AN_HOUR", 1)
    refused = client.get("/staff/audit.csv")
    assert refused.status_code == 429 and int(refused["Retry-After"]) > 0
    assert signed_in(person("Jun", staff_role="admin")).get("/staff/audit.csv").status_code == 200
