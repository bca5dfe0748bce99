"""A staff admin confirms that a domain is a vendor's."""

from __future__ import annotations

import pytest
from django.test import Client

from marketplace.catalogue.models import User
from tests.factories import join
from tests.site.conftest import signed_in
from tests.site.reading import read
from tests.workspace.stories import Story

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
LIST = "/staff/vendors/"


def confirm(client: Client, told: Story, domain: str = "Kelp.example.") -> int:
    slug = told.vendor.slug
    return client.post(f"{LIST}{slug}/domain/", {f"{slug}-domain": domain}).status_code


def test_it_is_confirmed_and_no_longer_a_reason_for_a_person(told: Story, admin: User) -> None:
    assert "Not proven" in read(signed_in(admin).get(LIST)).text
    assert confirm(signed_in(admin), told) == 303
    told.vendor.refresh_from_db()
    assert told.vendor.domain == "kelp.example"
    assert told.vendor.domain_proven_at is not None
    assert "kelp.example" in read(signed_in(admin).get(LIST)).text
    codes = [flag["code"] for flag in told.submitted().flags]
    assert "domain-not-proven" not in codes


@pytest.mark.parametrize("domain", ["", "kelp", "https://kelp.example/", "x" * 300])
def test_what_is_no_domain_changes_nothing(told: Story, admin: User, domain: str) -> None:
    assert confirm(signed_in(admin), told, domain) == 303
    told.vendor.refresh_from_db()
    assert (told.vendor.domain, told.vendor.domain_proven_at) == ("", None)


def test_reviewers_vendors_and_members_do_not(told: Story, admin: User, reviewer: User) -> None:
    for client in (signed_in(reviewer), told.client):
        assert client.get(LIST).status_code == 404
        assert confirm(client, told) == 404
    join(told.vendor, admin, "viewer")
    assert told.vendor.name not in read(signed_in(admin).get(LIST)).text
    assert confirm(signed_in(admin), told) == 404
    assert confirm(Client(), told) == 302
    told.vendor.refresh_from_db()
    assert told.vendor.domain == ""


def test_a_vendor_is_found_by_a_part_of_the_name(told: Story, admin: User) -> None:
    client = signed_in(admin)
    name = told.vendor.name
    assert name in read(client.get(LIST, {"q": name[:3].lower()})).text
    found = read(client.get(LIST, {"q": "nobody's"})).text
    assert "No vendor has this name." in found and name not in found
