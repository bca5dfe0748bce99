"""Becoming somebody who may sign in."""

from __future__ import annotations

import pytest
from django.test import Client

from marketplace.catalogue.models import User
from tests.factories import person
from tests.site.conftest import signed_in
from tests.site.reading import read

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
URL = "/sign-up/"
ANN = {"email": "ann@kelp.example", "display_name": "Ann", "password": "tidal-orchard-91"}


def test_whoever_signs_up_is_signed_in_and_may_sign_in_again(stranger: Client) -> None:
    answer = stranger.post(URL, ANN)
    assert (answer.status_code, answer["Location"]) == (303, "/workspace/")
    assert "You belong to no vendor yet" in read(stranger.get("/workspace/")).text
    again = Client().post("/sign-in/", {"username": ANN["email"], "password": ANN["password"]})
    assert again.status_code == 302
    assert User.objects.get(email=ANN["email"]).staff_role == ""


def test_a_second_time_the_address_is_known(stranger: Client) -> None:
    Client().post(URL, ANN)
    answer = stranger.post(URL, ANN | {"email": "ANN@kelp.example"})
    assert answer.status_code == 400
    assert "email-known" in read(answer).text
    assert User.objects.count() == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"email": "no address"},
        {"email": ""},
        {"display_name": " "},
        {"password": "short"},
        {"password": "ann@kelp.example"},
        {"email": "a" * 140 + "@kelp.example"},
    ],
)
def test_what_cannot_be_is_told(stranger: Client, changes: dict[str, str]) -> None:
    answer = stranger.post(URL, ANN | changes)
    assert answer.status_code == 400
    assert User.objects.count() == 0
    assert ANN["password"] not in answer.content.decode()


def test_extra_fields_change_nothing(stranger: Client) -> None:
    stranger.post(URL, ANN | {"staff_role": "admin", "is_superuser": "1"})
    made = User.objects.get()
    assert (made.staff_role, made.is_superuser, made.is_staff) == ("", False, False)


def test_it_leads_back_on_our_own_host_alone(stranger: Client) -> None:
    assert stranger.post(URL, ANN | {"next": "/upload/"})["Location"] == "/upload/"
    other = ANN | {"email": "bob@kelp.example", "next": "https://elsewhere.example/"}
    assert Client().post(URL, other)["Location"] == "/workspace/"


def test_a_token_is_needed_and_nobody_signs_up_twice() -> None:
    assert Client(enforce_csrf_checks=True).post(URL, ANN).status_code == 403
    assert signed_in(person("Ann")).get(URL)["Location"] == "/workspace/"
