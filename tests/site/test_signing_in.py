"""Signing in and out."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import Settings

from marketplace.catalogue.models import User
from marketplace.site.demo.people import PASSWORD, create_logins
from tests.factories import person
from tests.site.conftest import signed_in
from tests.site.reading import read

pytestmark = pytest.mark.django_db
SECRET = "a long enough sentence"


@pytest.fixture
def ann(settings: Settings) -> User:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    made = person("Ann")
    made.set_password(SECRET)
    made.save()
    return made


def test_a_person_signs_in_with_the_e_mail_address(stranger: Client, ann: User) -> None:
    answer = stranger.post("/sign-in/", {"username": ann.email, "password": SECRET})
    assert (answer.status_code, answer["Location"]) == (302, "/workspace/")


def test_a_wrong_password_says_no_more_than_that(stranger: Client, ann: User) -> None:
    wrong = stranger.post("/sign-in/", {"username": ann.email, "password": "no"})
    unknown = stranger.post("/sign-in/", {"username": "x@people.example", "password": "no"})
    assert wrong.status_code == unknown.status_code == 200
    said = [p["role"] for p in read(wrong).all("div", role="alert")]
    assert said == [p["role"] for p in read(unknown).all("div", role="alert")] == ["alert"]


def test_the_way_back_stays_on_this_host(stranger: Client, ann: User) -> None:
    given = {"username": ann.email, "password": SECRET}
    inside = stranger.post("/sign-in/", given | {"next": "/workspace/keys/"})
    assert inside["Location"] == "/workspace/keys/"
    outside = Client().post("/sign-in/", given | {"next": "https://elsewhere.example/"})
    assert outside["Location"] == "/workspace/"


@pytest.mark.slow
def test_ten_failures_lock_the_name_for_this_address(stranger: Client, ann: User) -> None:
    for _ in range(10):
        answer = stranger.post("/sign-in/", {"username": ann.email, "password": "no"})
    assert answer.status_code == 429
    assert "Too many failed sign-ins" in read(answer).title
    right = stranger.post("/sign-in/", {"username": ann.email, "password": SECRET})
    assert right.status_code == 429


def test_signing_out_is_a_post(ann: User) -> None:
    client = signed_in(ann)
    assert client.get("/sign-out/").status_code == 405
    assert client.post("/sign-out/")["Location"] == "/"
    assert client.get("/workspace/").status_code == 302


@pytest.mark.parametrize("demo", [True, False])
def test_demo_logins_stand_on_the_page_in_the_demo_alone(
    stranger: Client, settings: Settings, demo: bool
) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.DEMO = demo
    create_logins()
    answer = stranger.get("/sign-in/")
    assert (PASSWORD in answer.content.decode()) is demo
    chosen = stranger.post("/sign-in/", {"demo_login": "vendor@kelpline.example"})
    assert (chosen.status_code == 302) is demo


@pytest.mark.parametrize("demo", [True, False])
def test_the_demo_says_so_on_each_page_and_hides_from_search(
    stranger: Client, settings: Settings, demo: bool
) -> None:
    settings.DEMO = demo
    for path in ("/", "/guidelines/", "/upload/", "/sign-in/", "/nothing/"):
        page = read(stranger.get(path))
        assert bool(page.all("meta", name="robots", content="noindex")) is demo
        assert ("certificates here are simulated" in page.text) is demo
