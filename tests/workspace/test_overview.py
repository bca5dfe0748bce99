"""The workspace at a glance."""

from __future__ import annotations

import pytest

from marketplace.catalogue.models import User
from tests.api.people import ed25519_signer, make_token
from tests.factories import in_force, join, judged, new_evidence, person, subunit, upload, vendor
from tests.site.conftest import signed_in
from tests.site.reading import read

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
