"""Revoking, suspending, reinstating by two, settling disputes."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from certification.models import Certificate, Dispute
from certification.operations.certificates import raise_dispute
from marketplace.catalogue.models import User
from tests.factories import join, person
from tests.site.conftest import signed_in
from tests.site.reading import read
from tests.workspace.stories import Story

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
DEEDS = ("revoke", "suspend", "reinstate")


def url_of(certificate: Certificate) -> str:
    return f"/staff/certificates/{certificate.number}/"


def deed(by: User, certificate: Certificate, name: str, reason: str = "It has to be.") -> Any:
    return signed_in(by).post(f"{url_of(certificate)}{name}/", {"reason": reason})


def state_of(certificate: Certificate) -> tuple[str, str]:
    certificate.refresh_from_db()
    return certificate.state, certificate.state_reason


def test_a_revocation_shows_on_the_page_and_on_the_badge(told: Story, reviewer: User) -> None:
    certificate = told.certified()
    badge = f"/badges/{told.vendor.slug}/{told.product.slug}.json"
    before = Client().get(badge).json()
    answer = deed(reviewer, certificate, "revoke", "The run was made up.")
    assert (answer.status_code, answer["Location"]) == (303, url_of(certificate))
    assert state_of(certificate) == ("revoked", "The run was made up.")
    assert "The run was made up." in read(Client().get(certificate.get_absolute_url())).text
    after = Client().get(badge).json()
    assert (before["standing"], after["standing"]) == ("in-force", "revoked")
    for again in DEEDS:
        assert deed(reviewer, certificate, again).status_code == 400
    assert state_of(certificate)[0] == "revoked"


def test_suspended_by_one_and_reinstated_by_two(told: Story, reviewer: User, second: User) -> None:
    certificate = told.certified()
    assert deed(reviewer, certificate, "suspend").status_code == 303
    assert state_of(certificate)[0] == "suspended"
    first = deed(reviewer, certificate, "reinstate", "Explained.")
    assert first.status_code == 303
    page = read(signed_in(second).get(url_of(certificate)))
    assert "A second person is needed" in page.text
    reinstate = {"formaction": f"{url_of(certificate)}reinstate/"}
    assert page.all("button", **reinstate)
    mine = read(signed_in(reviewer).get(url_of(certificate)))
    assert "Your word is noted." in mine.text and not mine.all("button", **reinstate)
    same = deed(reviewer, certificate, "reinstate", "Explained twice.")
    assert same.status_code == 400
    assert "second-person-needed" in read(same).text
    assert state_of(certificate)[0] == "suspended"
    assert deed(second, certificate, "reinstate", "Agreed.").status_code == 303
    assert state_of(certificate)[0] == "active"


def test_no_deed_without_a_reason(told: Story, reviewer: User) -> None:
    certificate = told.certified()
    for name in DEEDS:
        assert deed(reviewer, certificate, name, " ").status_code == 400
    assert state_of(certificate)[0] == "active"


def test_the_list_can_be_narrowed_to_a_state(told: Story, reviewer: User) -> None:
    certificate, client = told.certified(), signed_in(reviewer)
    for query, there in (("", True), ("?state=active", True), ("?state=revoked", False)):
        links = read(client.get(f"/staff/certificates/{query}")).links
        assert (url_of(certificate) in links) is there
    assert client.get("/staff/certificates/?state=odd&page=odd").status_code == 200


def test_the_list_finds_numbers_vendors_and_products(told: Story, reviewer: User) -> None:
    certificate, client = told.certified(), signed_in(reviewer)
    for words, there in (
        (certificate.number[-4:], True),
        ("kelp 9.1", True),
        ("KELP moss", False),
        ("%", False),
    ):
        page = read(client.get("/staff/certificates/", {"q": words, "state": "active"}))
        assert (url_of(certificate) in page.links) is there, words


def test_strangers_vendors_and_members(told: Story, reviewer: User) -> None:
    certificate = told.certified()
    join(told.vendor, reviewer, "viewer")
    for client in (told.client, signed_in(reviewer)):
        assert client.get(url_of(certificate)).status_code == 404
        for name in DEEDS:
            path = f"{url_of(certificate)}{name}/"
            assert client.post(path, {"reason": "Mine."}).status_code == 404
    assert url_of(certificate) not in read(signed_in(reviewer).get("/staff/certificates/")).links
    for name in DEEDS:
        assert Client().post(f"{url_of(certificate)}{name}/").status_code == 302
        outsider = signed_in(person("Out", staff_role="reviewer"))
        assert outsider.get(f"{url_of(certificate)}{name}/").status_code == 405
    assert told.client.get("/staff/certificates/").status_code == 404
    assert state_of(certificate)[0] == "active"


def settle(by: User, dispute: Dispute, outcome: str = "It was measured again.") -> Any:
    return signed_in(by).post(f"/staff/disputes/{dispute.pk}/settle/", {"outcome": outcome})


def test_a_dispute_is_settled_once_and_by_somebody_else(
    told: Story, reviewer: User, second: User
) -> None:
    certificate = told.certified()
    dispute = raise_dispute(certificate=certificate, by=second, claim="It does not resize.")
    assert "It does not resize." in read(signed_in(reviewer).get("/staff/disputes/")).text
    settle(second, dispute)
    settle(reviewer, dispute, " ")
    dispute.refresh_from_db()
    assert dispute.settled_at is None
    assert settle(reviewer, dispute)["Location"] == url_of(certificate)
    settle(reviewer, dispute, "And again.")
    dispute.refresh_from_db()
    assert (dispute.settled_by, dispute.outcome) == (reviewer, "It was measured again.")
    assert "Nothing is contested" in read(signed_in(reviewer).get("/staff/disputes/")).text


def test_staff_open_a_dispute_of_what_stands_and_the_public_reads_it(
    told: Story, reviewer: User
) -> None:
    certificate, client = told.certified(), signed_in(reviewer)
    url = f"{url_of(certificate)}dispute/"
    for claim, said in (
        (" ", "Say in at most"),
        ("It leaks.", "is open"),
        ("Again.", "open already"),
    ):
        assert said in read(client.post(url, {"claim": claim}, follow=True)).text
    assert "It leaks." in read(Client().get(certificate.get_absolute_url())).text
    assert Dispute.objects.get().raised_by == reviewer
    deed(reviewer, certificate, "revoke")
    other = signed_in(person("Out", staff_role="reviewer"))
    assert "not-standing" in read(other.post(url, {"claim": "Late."}, follow=True)).text
    assert told.client.post(url, {"claim": "Ours."}).status_code == 404
    assert Client().post(url).status_code == 302


def test_a_dispute_about_their_own_vendor_is_not_theirs(told: Story, reviewer: User) -> None:
    dispute = raise_dispute(certificate=told.certified(), by=person("Eve"), claim="No.")
    join(told.vendor, reviewer, "owner")
    assert settle(reviewer, dispute).status_code == 404
    assert settle(told.owner, dispute).status_code == 404
    assert "Nothing is contested" in read(signed_in(reviewer).get("/staff/disputes/")).text
    dispute.refresh_from_db()
    assert dispute.settled_at is None
