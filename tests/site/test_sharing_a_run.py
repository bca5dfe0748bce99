"""An owner makes a run public, and takes it back."""

from __future__ import annotations

import pytest
from django.test import Client

from certification.operations.sharing import ShareRefused, share_run
from tests.factories import join, judged, person, vendor, verbs
from tests.site.conftest import signed_in

pytestmark = pytest.mark.django_db


def test_the_owner_shares_and_takes_back_and_the_trail_knows() -> None:
    ann = person("Ann")
    vendor("Kelp", owner=ann)
    run = judged(by=ann)
    url = f"{run.get_absolute_url()}share"
    answer = signed_in(ann).post(url, {"public": "yes"})
    assert (answer.status_code, answer["Location"]) == (303, run.get_absolute_url())
    assert Client().get(run.get_absolute_url()).status_code == 200
    signed_in(ann).post(url, {"public": "yes"})
    signed_in(ann).post(url, {"public": "no"})
    assert Client().get(run.get_absolute_url()).status_code == 404
    assert verbs(run)[-2:] == ["run.shared", "run.unshared"]


def test_strangers_members_who_may_not_and_staff_do_not_share() -> None:
    ann, uploader, eve = person("Ann"), person("Uli"), person("Eve")
    reviewer = person("Rev", staff_role="reviewer")
    join(vendor("Kelp", owner=ann), uploader, "uploader")
    run = judged(by=ann)
    url = f"{run.get_absolute_url()}share"
    assert Client().post(url).status_code == 302
    assert signed_in(eve).post(url).status_code == 404
    assert signed_in(uploader).post(url).status_code == 403
    assert signed_in(reviewer).post(url).status_code == 403
    assert signed_in(ann).get(url).status_code == 405
    run.refresh_from_db()
    assert run.shared is False


def test_a_person_without_vendor_shares_their_own_run() -> None:
    ann = person("Ann")
    assert share_run(run=judged(by=ann), by=ann).shared is True


def test_an_anonymous_run_belongs_to_nobody() -> None:
    with pytest.raises(ShareRefused):
        share_run(run=judged(), by=person("Ann"))


def test_the_button_is_for_those_who_may() -> None:
    ann, bob = person("Ann"), person("Bob")
    join(vendor("Kelp", owner=ann), bob, "viewer")
    run = judged(by=ann)
    assert b"Share with everybody" in signed_in(ann).get(run.get_absolute_url()).content
    assert b"Share with everybody" not in signed_in(bob).get(run.get_absolute_url()).content
