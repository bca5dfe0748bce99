"""Somebody sends evidence: the bytes are kept, and run, trail and work are there together."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import IntegrityError, connection
from django.db.models import Model

from certification.evidence import EvidenceEmpty, EvidenceTooLarge, delete_evidence, read_evidence
from certification.models import QueueEntry, Run
from certification.operations import intake
from certification.operations.intake import EvidenceTakenAway, Receipt, receive_run
from marketplace.catalogue.models import AuditEvent, SigningKey, User
from tests.factories import LIMIT, entry_of, join, person, vendor, verbs

pytestmark = pytest.mark.django_db


def send(raw: bytes, by: User | None = None) -> Receipt:
    return receive_run(chunks=[raw], limit=LIMIT, via=Run.Via.API, by=by)


def test_an_anonymous_run_is_received() -> None:
    receipt = receive_run(
        chunks=[b"some ", b"evidence"], limit=LIMIT, via=Run.Via.REFSTACK, by=None, cpid="c-1"
    )
    run = receipt.run
    assert receipt.created
    assert run.state == Run.State.RECEIVED
    assert run.evidence_sha256 == hashlib.sha256(b"some evidence").hexdigest()
    assert (run.evidence_bytes, run.uploaded_via, run.cpid) == (13, "refstack", "c-1")
    assert run.is_anonymous
    assert (run.vendor, run.shared, run.copied_bytes, run.signed_with) == (None, False, False, None)
    assert b"".join(read_evidence(run.evidence_sha256)) == b"some evidence"

    event = AuditEvent.objects.get(object_id=str(run.pk))
    assert (event.verb, event.actor) == ("run.received", "anonymous")
    assert event.facts["evidence_sha256"] == run.evidence_sha256
    assert (event.facts["evidence_bytes"], event.facts["via"]) == (13, "refstack")
    entry = entry_of(run)
    assert (entry.starts, entry.leased_until, entry.finished_at) == (0, None, None)


def test_a_persons_run_is_theirs() -> None:
    ann = person()
    run = send(b"x", ann).run
    assert (run.uploaded_by, run.vendor) == (ann, None)
    assert AuditEvent.objects.get(object_id=str(run.pk)).actor == f"user:{ann.pk}"


@pytest.mark.parametrize("role", ["owner", "editor", "uploader"])
def test_a_members_run_is_the_vendors(role: str) -> None:
    ann, kelp = person(), vendor()
    join(kelp, ann, role)
    assert send(b"x", ann).run.vendor == kelp


def test_a_viewer_uploads_for_themselves() -> None:
    ann = person()
    vendor(viewer=ann)
    assert send(b"x", ann).run.vendor is None


def test_who_uploads_for_two_vendors_uploads_for_themselves() -> None:
    ann = person()
    vendor(owner=ann)
    vendor(uploader=ann)
    assert send(b"x", ann).run.vendor is None


def test_a_signature_stays_with_the_run() -> None:
    ann = person()
    key = SigningKey.objects.create(
        user=ann, fingerprint="f" * 64, algorithm="ssh-ed25519", public_key="k"
    )
    run = receive_run(chunks=[b"x"], limit=LIMIT, via=Run.Via.REFSTACK, by=ann, signed_with=key).run
    assert Run.objects.get(pk=run.pk).signed_with == key


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("run 1.subunit", "run 1.subunit"),
        ("../../etc/passwd", ".._.._etc_passwd"),
        ("<script>.gz", "_script_.gz"),
        ("naïve\r\n.gz", "na_ve_.gz"),
        ("a" * 200 + ".gz", "a" * 117 + ".gz"),
    ],
)
def test_a_file_name_is_made_harmless(given: str, kept: str) -> None:
    run = receive_run(chunks=[b"x"], limit=LIMIT, via=Run.Via.PAGE, by=None, file_name=given).run
    assert run.file_name == kept


@pytest.mark.parametrize("signed_in", [True, False])
def test_the_same_owner_gets_the_same_run_again(signed_in: bool) -> None:
    ann = person() if signed_in else None
    first, second = send(b"twice", ann), send(b"twice", ann)
    assert (first.created, second.created) == (True, False)
    assert second.run == first.run
    assert not second.run.copied_bytes
    assert verbs(first.run) == ["run.received"]
    assert QueueEntry.objects.count() == 1


def test_the_same_bytes_of_somebody_else_are_a_flagged_run_of_its_own() -> None:
    first = send(b"copied", person("Ann")).run
    receipt = send(b"copied", person("Bob"))
    assert receipt.created
    assert receipt.run != first
    assert receipt.run.copied_bytes
    first.refresh_from_db()
    assert not first.copied_bytes
    assert str(first.pk) not in str(AuditEvent.objects.get(object_id=str(receipt.run.pk)).facts)


def test_an_anonymous_copy_is_flagged_and_a_copy_of_an_anonymous_run_too() -> None:
    assert not send(b"copied", person()).run.copied_bytes
    assert send(b"copied").run.copied_bytes
    assert send(b"copied", person()).run.copied_bytes


def test_two_people_of_one_vendor_are_no_strangers() -> None:
    ann, bob = person("Ann"), person("Bob")
    vendor(owner=ann, uploader=bob)
    assert send(b"ours", ann).run != send(b"ours", bob).run
    assert not Run.objects.filter(copied_bytes=True).exists()


def test_the_same_person_in_a_new_vendor_copies_nobody() -> None:
    ann = person()
    send(b"mine", ann)
    join(vendor(), ann, "owner")
    again = send(b"mine", ann)
    assert again.created
    assert not again.run.copied_bytes


@pytest.mark.parametrize(
    ("chunks", "refusal"), [([], EvidenceEmpty), ([b"x" * (LIMIT + 1)], EvidenceTooLarge)]
)
def test_a_refused_upload_leaves_no_trace(chunks: list[bytes], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        receive_run(chunks=chunks, limit=LIMIT, via=Run.Via.PAGE, by=None)
    assert not Run.objects.exists()
    assert not QueueEntry.objects.exists()
    assert not AuditEvent.objects.exists()


def assert_nothing_came_of(raw: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        send(raw)
    assert not Run.objects.exists()
    assert not AuditEvent.objects.exists()
    assert not QueueEntry.objects.exists()


@pytest.mark.parametrize("model", [Run, AuditEvent, QueueEntry])
def test_run_trail_and_work_come_together_or_not_at_all(model: type[Model]) -> None:
    """The database refuses one of the three rows; then none of them is there."""
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {model._meta.db_table} ADD CONSTRAINT refuse CHECK (false)")
    assert_nothing_came_of(b"x", IntegrityError)


def test_evidence_that_expires_while_it_comes_in_is_asked_for_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Housekeeping deleted equal bytes after they were found to be there, before the commit."""

    def lock(sha256: str) -> None:
        delete_evidence(sha256)

    monkeypatch.setattr(intake, "lock_evidence", lock)
    assert_nothing_came_of(b"x", EvidenceTakenAway)


def at_once(*deeds: Callable[[], Receipt]) -> list[Receipt]:
    """Each in a thread and on a connection of its own, let go at the same moment."""
    receipts: list[Receipt] = []
    gate = threading.Barrier(len(deeds))

    def run(deed: Callable[[], Receipt]) -> None:
        try:
            gate.wait(5)
            receipts.append(deed())
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[deed]) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    return receipts


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_two_uploads_at_once_are_one_run(evidence_folder: Path) -> None:
    receipts = at_once(*[lambda: send(b"at once")] * 4)
    assert len(receipts) == 4
    assert [receipt.created for receipt in receipts].count(True) == 1
    assert len({receipt.run.pk for receipt in receipts}) == 1
    assert verbs(Run.objects.get()) == ["run.received"]
    assert QueueEntry.objects.count() == 1


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_of_two_owners_at_once_one_is_the_copy() -> None:
    owners = [person() for _ in range(4)]
    receipts = at_once(*[lambda owner=owner: send(b"at once", owner) for owner in owners])
    assert [receipt.created for receipt in receipts] == [True] * 4
    assert Run.objects.filter(copied_bytes=False).count() == 1
