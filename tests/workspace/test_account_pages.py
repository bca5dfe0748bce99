"""Pages about people are sound: outline, labels, live links, nothing inline; and keys and tokens
say when they were used and when they end."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from marketplace.catalogue import second_factor
from marketplace.catalogue.access import issue_token, note_key_used
from marketplace.catalogue.domains import claim_domain
from marketplace.catalogue.invitations import invite
from marketplace.catalogue.models import User
from marketplace.catalogue.passwords import reset_link
from tests.api.people import ed25519_signer
from tests.factories import person, vendor
from tests.site.conftest import signed_in
from tests.site.reading import read
from tests.workspace.test_every_page import check
from tests.workspace.test_second_factor import enrolled

pytestmark = pytest.mark.django_db
PERSONAL = ("second-factor/", "sessions/", "password/", "keys/", "tokens/")


def test_an_owner_s_pages_are_sound(ann: User) -> None:
    kelp = vendor("Kelp", owner=ann, viewer=person("Vic"))
    invited = invite(vendor=kelp, email="new@kelp.example", role="viewer", by=ann)
    claim_domain(vendor=kelp, domain="kelp.example", by=ann)
    client = signed_in(ann)
    for path in (f"vendors/{kelp.slug}/team/", f"vendors/{kelp.slug}/domain/", *PERSONAL):
        check(client, f"/workspace/{path}")
    check(client, f"/invitations/{invited.secret}/")
    check(Client(), f"/invitations/{invited.secret}/")


def test_the_second_factor_s_page_is_sound_in_each_state(ann: User) -> None:
    second_factor.begin(by=ann)
    check(signed_in(ann), "/workspace/second-factor/")
    enrolled(ann)
    check(signed_in(ann), "/workspace/second-factor/")


def test_pages_for_the_forgetful_are_sound(ann: User) -> None:
    check(Client(), "/password/forgotten/")
    link = reset_link(ann.email)
    assert link is not None
    check(Client(), f"/password/reset/{link.uid}/{link.token}/")


def test_a_key_says_when_it_was_used(ann: User) -> None:
    key = ed25519_signer().register(ann)
    client = signed_in(ann)
    assert "never" in read(client.get("/workspace/keys/")).text
    note_key_used(key=key)
    assert "never" not in read(client.get("/workspace/keys/")).text


@pytest.mark.parametrize(("days", "warns"), [(10, True), (20, False)])
def test_a_token_warns_before_it_ends(ann: User, days: int, warns: bool) -> None:
    ends = timezone.now() + timedelta(days=days)
    issue_token(label="build", scope="read", expires_at=ends, by=ann)
    page = read(signed_in(ann).get("/workspace/tokens/"))
    assert ("Ends soon" in page.text) is warns
