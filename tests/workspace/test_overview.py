"""The workspace at a glance."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models.functions import Now
from django.utils import timezone

from certification.models import Run
from certification.operations.certificates import suspend
from certification.operations.conversation import write
from certification.operations.intake import receive_run
from certification.operations.review import approve
from certification.operations.submissions import submit
from marketplace.catalogue.models import User, Vendor
from tests.api.people import ed25519_signer, make_token
from tests.factories import (
    in_force,
    join,
    judged,
    new_evidence,
    person,
    subunit,
    upload,
    vendor,
    work_off,
)
from tests.site.conftest import signed_in
from tests.site.reading import read
from tests.workspace.stories import story

pytestmark = pytest.mark.django_db


def test_it_shows_the_runs_of_the_vendor_with_their_verdicts(ann: User) -> None:
    bob = person("Bob")
    join(vendor("Kelp", owner=ann), bob, "viewer")
    in_force("2031.06", "a")
    run = judged(subunit(a="success"), by=ann)
    for member in (ann, bob):
        page = read(signed_in(member).get("/workspace/"))
        assert run.get_absolute_url() in page.links
        assert "Passes Compute 2031.06" in page.text


def test_the_runs_of_others_are_not_there(ann: User) -> None:
    theirs, anonymous = judged(by=person("Eve")), judged()
    page = read(signed_in(ann).get("/workspace/"))
    assert theirs.get_absolute_url() not in page.links
    assert anonymous.get_absolute_url() not in page.links
    assert "You belong to no vendor yet" in page.text


def test_keys_and_tokens_in_force_are_named(ann: User) -> None:
    key = ed25519_signer().register(ann)
    token, _ = make_token(ann)
    text = read(signed_in(ann).get("/workspace/")).text
    assert key.fingerprint[:16] in text
    assert token.label in text


@pytest.mark.slow
def test_many_runs_come_in_pages(ann: User) -> None:
    runs = [upload(new_evidence(), by=ann) for _ in range(21)]
    client = signed_in(ann)
    first, second = (read(client.get(f"/workspace/?page={n}")) for n in (1, 2))
    assert runs[-1].get_absolute_url() in first.links
    assert runs[0].get_absolute_url() not in first.links
    assert runs[0].get_absolute_url() in second.links


def test_what_waits_for_a_vendor_s_people_is_told_with_the_way_on() -> None:
    told = story()
    client = told.client
    assert "Prove the domain" in read(client.get("/workspace/")).text
    Vendor.objects.filter(pk=told.vendor.pk).update(domain_proven_at=Now())
    assert "Waits for you" not in read(client.get("/workspace/")).text

    draft = told.draft()
    page = read(client.get("/workspace/"))
    assert "It is not handed in yet." in page.text
    assert draft.get_absolute_url() in page.links
    submit(submission=draft, by=told.owner)
    assert "Waits for you" not in read(client.get("/workspace/")).text

    reviewer = person("Rev", staff_role="reviewer")
    write(submission=draft, by=reviewer, text="Which nodes were these?")
    page = read(client.get("/workspace/"))
    assert "The reviewer wrote to you." in page.text
    assert f"{draft.get_absolute_url()}#message" in page.links
    write(submission=draft, by=told.owner, text="Those in the hall.")
    assert "Waits for you" not in read(client.get("/workspace/")).text

    certificate = approve(submission=draft, by=reviewer, reason="It passes.")
    assert "Waits for you" not in read(client.get("/workspace/")).text
    suspend(certificate=certificate, by=reviewer, reason="The nodes were swapped.")
    page = read(client.get("/workspace/"))
    assert certificate.get_absolute_url() in page.links
    assert "The nodes were swapped." in page.text


def test_a_certificate_near_its_end_asks_for_a_new_run_until_one_is_on_the_way() -> None:
    told = story()
    received = receive_run(
        chunks=[subunit(a="success", b="success")],
        limit=1 << 20,
        via=Run.Via.PAGE,
        by=told.owner,
        at=timezone.now() - timedelta(days=330),
    )
    work_off()
    submission = told.submitted(Run.objects.get(pk=received.run.pk))
    approve(submission=submission, by=person("Rev", staff_role="reviewer"), reason="It passes.")
    assert "Send a new run of this release" in read(told.client.get("/workspace/")).text
    told.draft()
    assert "Send a new run" not in read(told.client.get("/workspace/")).text


def test_a_viewer_is_not_asked_for_what_only_others_may_do() -> None:
    told = story()
    told.draft()
    viewer = person("Vic")
    join(told.vendor, viewer, "viewer")
    assert "Waits for you" not in read(signed_in(viewer).get("/workspace/")).text
    stranger = person("Eve")
    assert "Waits for you" not in read(signed_in(stranger).get("/workspace/")).text
