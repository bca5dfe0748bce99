"""A proven domain is looked at again, and lapses when its proof stays away."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from importlib import import_module

import dns.rcode
import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from pytest_django import Settings

from certification.models import QueueEntry
from certification.operations import domains
from certification.operations.domain_looks import queue_due_looks
from certification.operations.domains import prove_domain
from certification.scheduler import PERIOD_S
from marketplace.catalogue.domain_proofs import note_miss
from marketplace.catalogue.domains import claim_domain
from marketplace.catalogue.models import AuditEvent, DomainProof, User, Vendor
from marketplace.catalogue.vendors import confirm_domain
from tests.factories import person, vendor, work_off
from tests.name_server import NameServer
from tests.notices.telling import forget_events, subjects, tell_all
from tests.site.conftest import signed_in
from tests.site.reading import read

pytestmark = pytest.mark.django_db
NAME = "_hallmark.kelp.example"
LOOKS = ("vendor.domain-missed", "vendor.domain-lapsed", "vendor.domain-seen-again")


@pytest.fixture
def name_server(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[NameServer]:
    monkeypatch.setattr(domains, "DNS_LIFETIME_S", 0.1)
    running = NameServer()
    settings.DNS_SERVERS = [running.address]
    yield running
    running.stop()


@pytest.fixture
def owner() -> User:
    return person("Ann")


@pytest.fixture
def kelp(owner: User, name_server: NameServer) -> Vendor:
    """Its domain is proven by the DNS."""
    made = vendor("Kelp", owner=owner)
    claim = claim_domain(vendor=made, domain="kelp.example", by=owner)
    name_server.texts[NAME] = [claim.expected]
    prove_domain(claim=claim, way="dns", by=owner)
    name_server.asked.clear()
    forget_events()
    made.refresh_from_db()
    return made


def later(**by: float) -> None:
    """So much time passes."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE catalogue_domainproof SET due_at = due_at - %s, missed_since = "
            "missed_since - %s, seen_at = seen_at - %s",
            [timedelta(**by)] * 3,
        )


def look() -> list[tuple[str, object]]:
    """What the scheduler's round and the workers put into the trail."""
    before = AuditEvent.objects.latest("pk").pk
    queue_due_looks()
    work_off()
    rows = AuditEvent.objects.filter(pk__gt=before, verb__in=LOOKS).order_by("pk")
    return [(row.verb.partition("domain-")[2], row.facts.get("misses")) for row in rows]


def is_proven(of: Vendor) -> bool:
    of.refresh_from_db()
    return of.domain_proven_at is not None and of.domain == "kelp.example"


def test_it_is_looked_at_every_thirty_days(kelp: Vendor, name_server: NameServer) -> None:
    later(days=29)
    assert look() == [] and name_server.asked == []
    later(days=1)
    assert look() == [] and name_server.asked == [f"{NAME}."]
    proof = DomainProof.objects.get()
    assert proof.due_at > timezone.now() + timedelta(days=29, hours=23)
    assert proof.seen_at > timezone.now() - timedelta(minutes=1)
    assert look() == [] and len(name_server.asked) == 1
    assert is_proven(kelp)
    assert PERIOD_S[QueueEntry.Kind.LOOK_AT_DOMAINS] <= 3600


def test_three_misses_over_fourteen_days_end_it(
    kelp: Vendor, owner: User, name_server: NameServer
) -> None:
    del name_server.texts[NAME]
    later(days=30)
    assert look() == [("missed", 1)]
    tell_all()
    assert subjects(owner) == ["The proof of kelp.example is missing"]
    later(days=7)
    assert look() == [("missed", 2)] and is_proven(kelp)
    tell_all()
    assert len(subjects(owner)) == 1
    later(days=7)
    assert look() == [("missed", 3), ("lapsed", None)]
    assert not is_proven(kelp) and kelp.domain == ""
    tell_all()
    assert subjects(owner)[-1].startswith("The domain kelp.example is no longer proven for Kelp")
    assert not DomainProof.objects.exists()
    page = read(signed_in(owner).get(f"/workspace/vendors/{kelp.slug}/domain/")).text
    assert "Prove that a domain is yours" in page
    later(days=30)
    assert look() == []


def test_what_comes_back_counts_from_the_beginning(kelp: Vendor, name_server: NameServer) -> None:
    texts = name_server.texts.pop(NAME)
    later(days=30)
    look()
    later(days=7)
    assert look() == [("missed", 2)]
    name_server.texts[NAME] = texts
    later(days=7)
    assert look() == [("seen-again", 2)]
    name_server.texts[NAME] = ["something else"]
    later(days=30)
    assert look() == [("missed", 1)] and is_proven(kelp)


def test_three_misses_within_fewer_days_do_not_end_it(
    kelp: Vendor, name_server: NameServer
) -> None:
    del name_server.texts[NAME]
    later(days=30)
    look()
    for misses in (2, 3):
        DomainProof.objects.update(due_at=timezone.now())
        assert look() == [("missed", misses)]
    assert is_proven(kelp)
    later(days=14)
    assert look()[-1] == ("lapsed", None)


@pytest.mark.parametrize("fault", ["silent", "servfail"])
def test_servers_that_do_not_answer_are_asked_again_before_it_counts(
    kelp: Vendor, name_server: NameServer, fault: str
) -> None:
    name_server.silent = fault == "silent"
    name_server.fault = None if fault == "silent" else dns.rcode.SERVFAIL
    later(days=30)
    assert look() == []
    later(minutes=59)
    assert look() == []
    later(minutes=1)
    assert look() == []
    later(hours=6)
    assert look() == [("missed", 1)]
    assert DomainProof.objects.get().unanswered == 0
    name_server.silent, name_server.fault = False, None
    later(days=7)
    assert look() == [("seen-again", 1)] and is_proven(kelp)


def test_a_second_look_at_once_counts_nothing(kelp: Vendor, name_server: NameServer) -> None:
    later(days=30)
    proof = DomainProof.objects.select_related("vendor").get()
    note_miss(proof, code="dns-missing")
    note_miss(proof, code="dns-missing")
    assert DomainProof.objects.get().misses == 1


def test_another_claim_does_not_end_the_looking(
    kelp: Vendor, owner: User, name_server: NameServer
) -> None:
    claim_domain(vendor=kelp, domain="reed.example", by=owner)
    later(days=30)
    assert look() == [] and name_server.asked == [f"{NAME}."]
    del name_server.texts[NAME]
    later(days=30)
    assert look() == [("missed", 1)]
    page = read(signed_in(owner).get(f"/workspace/vendors/{kelp.slug}/domain/")).text
    assert "was not found the last time (dns-missing)" in page and "Put it back: " in page
    assert DomainProof.objects.get().expected in page


def test_the_word_of_the_staff_is_not_looked_up(kelp: Vendor, name_server: NameServer) -> None:
    confirm_domain(vendor=kelp, domain="kelp.example", by=person("Maren", staff_role="admin"))
    assert not DomainProof.objects.exists() and is_proven(kelp)


def test_proving_it_again_ends_the_misses(
    kelp: Vendor, owner: User, name_server: NameServer
) -> None:
    texts = name_server.texts.pop(NAME)
    later(days=30)
    look()
    name_server.texts[NAME] = texts
    signed_in(owner).post(f"/workspace/vendors/{kelp.slug}/domain/prove/", {"way": "dns"})
    assert DomainProof.objects.get().misses == 0


def test_misses_without_a_beginning_cannot_be_stored(kelp: Vendor) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        DomainProof.objects.update(misses=1)


def test_those_proven_before_are_looked_at_too(kelp: Vendor, owner: User) -> None:
    """But not those that staff confirmed since."""
    migration = import_module("marketplace.catalogue.migrations.0015_proofs_looked_at_again")
    kept = DomainProof.objects.values("domain", "token", "way", "misses").get()
    for confirmed in (False, True):
        if confirmed:
            confirm_domain(
                vendor=kelp, domain="kelp.example", by=person("Maren", staff_role="admin")
            )
        DomainProof.objects.all().delete()
        with connection.cursor() as cursor:
            cursor.execute(migration.PROVEN_SO_FAR)
        found = list(DomainProof.objects.values("domain", "token", "way", "misses"))
        assert found == ([] if confirmed else [kept])
