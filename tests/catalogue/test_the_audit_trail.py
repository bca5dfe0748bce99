"""Deeds are appended to the trail in their own transaction, and never changed."""

from __future__ import annotations

import pytest
from django.db import Error, IntegrityError, connection, transaction

from marketplace.catalogue import audit
from marketplace.catalogue.models import AuditEvent
from tests.factories import person, vendor

pytestmark = pytest.mark.django_db


def test_a_deed_is_recorded_with_who_what_and_facts() -> None:
    ann, kelp = person(), vendor()
    event = audit.record("vendor.named", kelp, actor=audit.actor_of(ann), name="Kelp", places=2)
    kept = AuditEvent.objects.get()
    assert kept == event
    assert (kept.actor, kept.verb) == (f"user:{ann.pk}", "vendor.named")
    assert (kept.object_type, kept.object_id) == ("vendor", str(kelp.pk))
    assert kept.facts == {"name": "Kelp", "places": 2}
    assert kept.at is not None


def test_nobody_in_particular_is_anonymous() -> None:
    assert audit.actor_of(None) == "anonymous"


@pytest.mark.parametrize("actor", ["anonymous", "system", "user:7", "policy:anonymous-expiry"])
def test_actors_are_people_rules_and_the_service(actor: str) -> None:
    assert audit.record("tried", vendor(), actor=actor).actor == actor


@pytest.mark.parametrize("actor", ["", "Ann", "user:", "user:x", "policy:", "root", "user:7 x"])
def test_no_other_actor_is_recorded(actor: str) -> None:
    with pytest.raises(IntegrityError, match="audit_actor_named"), transaction.atomic():
        audit.record("tried", vendor(), actor=actor)


def test_the_trail_is_never_changed() -> None:
    audit.record("tried", vendor(), actor=audit.SYSTEM)
    before = AuditEvent.objects.values().get()
    with pytest.raises(Error, match="never changed"), transaction.atomic():
        AuditEvent.objects.update(verb="undone")
    with pytest.raises(Error, match="never changed"), transaction.atomic():
        AuditEvent.objects.all().delete()
    with pytest.raises(Error, match="never changed"), transaction.atomic():
        connection.cursor().execute("DELETE FROM catalogue_auditevent")
    assert AuditEvent.objects.values().get() == before


def test_a_deed_that_is_rolled_back_leaves_no_trail() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        audit.record("tried", vendor(), actor=audit.SYSTEM)
        raise RuntimeError
    assert not AuditEvent.objects.exists()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_outside_of_a_deed_nothing_is_recorded() -> None:
    with pytest.raises(RuntimeError, match="in the transaction of the deed"):
        audit.record("tried", vendor(), actor=audit.SYSTEM)
    assert not AuditEvent.objects.exists()
