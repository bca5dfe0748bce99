"""The second factor: set up, asked at the sign-in, required of staff and owners."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pyotp
import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from marketplace.catalogue import second_factor
from marketplace.catalogue.models import AuditEvent, RecoveryCode, SecondFactor, User
from marketplace.site.demo.people import create_logins
from tests.factories import person, vendor
from tests.site.conftest import signed_in
from tests.site.reading import read

pytestmark = pytest.mark.django_db
PAGE = "/workspace/second-factor/"
SECRET = "a long enough sentence"
Clock = Callable[[float], None]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Sets the time by which codes are judged, in seconds from a fixed moment."""
    begin = datetime.fromisoformat("2026-11-21T12:00:00+00:00")
    now = [begin]
    monkeypatch.setattr(second_factor.timezone, "now", lambda: now[0])

    def to(seconds: float) -> None:
        now[0] = begin + timedelta(seconds=seconds)

    return to


@pytest.fixture
def ann(clock: Clock) -> User:
    made = person("Ann")
    made.set_password(SECRET)
    made.save()
    return made


def totp_of(user: User) -> pyotp.TOTP:
    return pyotp.TOTP(second_factor.secret_of(SecondFactor.objects.get(user=user)))


def code(user: User, steps: int = 0) -> str:
    now = timezone.now() + timedelta(seconds=30 * steps)
    return totp_of(user).at(now)


def enrolled(user: User) -> list[str]:
    """Its recovery codes; the code of this time step is spent."""
    second_factor.begin(by=user)
    return second_factor.confirm(code=code(user), by=user)


def first_step(client: Client, user: User, **more: str) -> Any:
    return client.post("/sign-in/", {"username": user.email, "password": SECRET} | more)


def second_step(client: Client, given: str) -> Any:
    return client.post("/sign-in/code/", {"code": given})


def is_signed_in(client: Client) -> bool:
    return client.get("/workspace/").status_code == 200


def test_it_is_set_up_with_the_password_and_a_first_code(ann: User) -> None:
    client = signed_in(ann)
    assert client.post(f"{PAGE}begin/", {"begin-password": "no"}).status_code == 400
    assert not SecondFactor.objects.exists()
    assert client.post(f"{PAGE}begin/", {"begin-password": SECRET})["Location"] == PAGE
    page = read(client.get(PAGE))
    [image] = page.all("img")
    assert image["src"].startswith("data:image/svg+xml")
    assert totp_of(ann).secret in page.text.replace(" ", "")
    assert not second_factor.has_second_factor(ann)
    assert client.post(f"{PAGE}confirm/", {"confirm-code": "000000"}).status_code == 400
    before = client.session.session_key
    shown = client.post(f"{PAGE}confirm/", {"confirm-code": code(ann)})
    codes = re.findall(r"\b(?:[a-z2-7]{4}-){3}[a-z2-7]{4}\b", read(shown).text)
    assert len(set(codes)) == 10
    assert "no-store" in shown["Cache-Control"]
    assert client.session.session_key != before
    again = client.get(PAGE).content.decode()
    assert not any(one in again for one in codes)
    assert totp_of(ann).secret not in again


def test_nothing_of_it_lies_open_in_the_database(ann: User) -> None:
    codes = enrolled(ann)
    kept = str(list(SecondFactor.objects.values())) + str(list(RecoveryCode.objects.values()))
    kept += str(list(AuditEvent.objects.values()))
    assert totp_of(ann).secret not in kept
    assert not any(one in kept or one.replace("-", "") in kept for one in codes)


def test_the_password_alone_signs_nobody_in(ann: User, stranger: Client) -> None:
    enrolled(ann)
    answer = first_step(stranger, ann, next="/workspace/keys/")
    assert answer["Location"] == "/sign-in/code/"
    assert not is_signed_in(stranger)
    assert second_step(stranger, "123456").status_code == 400
    assert not is_signed_in(stranger)
    half = stranger.session.session_key
    assert second_step(stranger, code(ann, 1))["Location"] == "/workspace/keys/"
    assert is_signed_in(stranger)
    assert stranger.session.session_key != half


def test_a_code_counts_once(ann: User, clock: Clock) -> None:
    enrolled(ann)
    clock(60)
    given = code(ann)
    for client, signs_in in ((Client(), True), (Client(), False)):
        first_step(client, ann)
        second_step(client, given)
        assert is_signed_in(client) is signs_in


@pytest.mark.parametrize(
    ("drift", "holds"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)]
)
def test_clocks_may_differ_by_one_step(ann: User, clock: Clock, drift: int, holds: bool) -> None:
    enrolled(ann)
    clock(600)
    client = Client()
    first_step(client, ann)
    second_step(client, code(ann, drift))
    assert is_signed_in(client) is holds


def test_a_code_before_the_last_one_is_refused(ann: User, clock: Clock) -> None:
    enrolled(ann)
    clock(600)
    second_factor.check(code=code(ann), by=ann)
    with pytest.raises(second_factor.CodeRefused):
        second_factor.check(code=code(ann, -1), by=ann)


def test_each_recovery_code_works_once(ann: User) -> None:
    given = enrolled(ann)[3]
    for client, signs_in in ((Client(), True), (Client(), False)):
        first_step(client, ann)
        second_step(client, f" {given.upper()} ")
        assert is_signed_in(client) is signs_in
    assert second_factor.codes_left(ann) == 9


def test_ten_wrong_codes_lock_for_an_hour_even_the_right_one(ann: User, clock: Clock) -> None:
    codes = enrolled(ann)
    clock(600)
    client = Client()
    first_step(client, ann)
    for _ in range(10):
        assert second_step(client, "000000").status_code == 400
    for given in (code(ann), codes[0]):
        answer = second_step(client, given)
        assert answer.status_code == 429
        assert int(answer["Retry-After"]) == 3600
        assert "too-many" in read(answer).text
    clock(600 + 3600)
    first_step(client, ann)
    second_step(client, code(ann))
    assert is_signed_in(client)


def test_the_second_step_needs_the_first(ann: User, stranger: Client, clock: Clock) -> None:
    enrolled(ann)
    assert stranger.get("/sign-in/code/")["Location"] == "/sign-in/"
    assert second_step(stranger, code(ann, 1))["Location"] == "/sign-in/"
    first_step(stranger, ann)
    ann.set_password("quite another sentence")
    ann.save()
    assert second_step(stranger, code(ann, 1))["Location"] == "/sign-in/"
    assert not is_signed_in(stranger)


def test_the_first_step_is_forgotten_after_ten_minutes(ann: User, stranger: Client) -> None:
    enrolled(ann)
    first_step(stranger, ann)
    kept = stranger.session
    kept["half_signed_in"] = kept["half_signed_in"] | {"until": 0}
    kept.save()
    assert stranger.get("/sign-in/code/")["Location"] == "/sign-in/"


def test_the_way_back_stays_on_this_host(ann: User, stranger: Client) -> None:
    enrolled(ann)
    first_step(stranger, ann, next="https://elsewhere.example/")
    assert second_step(stranger, code(ann, 1))["Location"] == "/workspace/"


def test_turning_off_needs_password_and_code(ann: User, clock: Clock) -> None:
    enrolled(ann)
    clock(600)
    client = signed_in(ann)
    given = {"off-password": SECRET, "off-code": code(ann)}
    for wrong in ({"off-password": "no"}, {"off-code": "000000"}):
        assert client.post(f"{PAGE}off/", given | wrong).status_code == 400
        assert second_factor.has_second_factor(ann)
    assert client.post(f"{PAGE}off/", given)["Location"] == PAGE
    assert not second_factor.has_second_factor(ann)
    assert first_step(Client(), ann)["Location"] == "/workspace/"


def test_new_recovery_codes_end_the_old(ann: User, clock: Clock) -> None:
    old = enrolled(ann)
    clock(600)
    given = {"codes-password": SECRET, "codes-code": code(ann)}
    answer = signed_in(ann).post(f"{PAGE}codes/", given)
    assert answer.status_code == 200
    assert second_factor.codes_left(ann) == 10
    with pytest.raises(second_factor.CodeRefused):
        second_factor.check(code=old[0], by=ann)


def test_a_second_one_is_refused_while_one_is_on(ann: User) -> None:
    enrolled(ann)
    answer = signed_in(ann).post(f"{PAGE}begin/", {"begin-password": SECRET}, follow=True)
    assert "second-factor-on" in read(answer).text
    given = {"confirm-code": code(ann, 1)}
    confirm = signed_in(ann).post(f"{PAGE}confirm/", given, follow=True)
    assert "second-factor-on" in read(confirm).text


def test_another_key_of_the_service_leaves_the_recovery_codes(
    ann: User, settings: Settings
) -> None:
    codes = enrolled(ann)
    right = code(ann, 1)
    settings.SECRET_KEY = "k" * 50
    with pytest.raises(second_factor.CodeRefused):
        second_factor.check(code=right, by=ann)
    second_factor.check(code=codes[0], by=ann)


def test_passwords_are_asked_again_a_few_times_only(ann: User, settings: Settings) -> None:
    settings.LIMITS_AN_HOUR = settings.LIMITS_AN_HOUR | {"password": 2}
    client = signed_in(ann)
    for code_ in ("password-wrong", "password-wrong", "too-many"):
        answer = client.post(f"{PAGE}begin/", {"begin-password": "no"})
        assert code_ in read(answer).text
    answer = client.post(f"{PAGE}begin/", {"begin-password": SECRET})
    assert "too-many" in read(answer).text


@pytest.mark.parametrize("who", ["reviewer", "admin", "owner"])
def test_whoever_must_have_one_is_led_there_before_anything_else(
    ann: User, settings: Settings, who: str
) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    if who == "owner":
        vendor("Kelp", owner=ann)
    else:
        ann.staff_role = who
        ann.save()
    client = signed_in(ann)
    for path in ("/workspace/", "/staff/", "/upload/", "/workspace/tokens/"):
        assert client.get(path)["Location"] == PAGE, path
    assert client.post("/verify/")["Location"] == PAGE
    refused = client.get("/api/v1/submissions/")
    assert (refused.status_code, refused.json()["code"]) == (403, "second-factor-missing")
    assert "Your role needs one" in read(client.get(PAGE)).text
    assert client.get("/products/").status_code == 200
    enrolled(ann)
    assert client.get("/workspace/").status_code == 200
    assert client.post("/sign-out/")["Location"] == "/"


def test_others_need_none_and_a_trial_waives_it(ann: User, settings: Settings) -> None:
    vendor("Kelp", owner=ann)
    assert is_signed_in(signed_in(ann))
    settings.SECOND_FACTOR_REQUIRED = True
    editor = person("Edda")
    vendor("Reed", editor=editor)
    assert is_signed_in(signed_in(editor))


def test_the_shared_logins_of_a_demo_stay_everybody_s(settings: Settings) -> None:
    settings.DEMO = True
    login = create_logins()[0]
    answer = signed_in(login).post(f"{PAGE}begin/", {"begin-password": "hallmark-demo-only"})
    assert "shared-login" in read(answer).text
    given = {"old": "hallmark-demo-only", "new": "tidal-orchard-91", "again": "tidal-orchard-91"}
    assert "shared-login" in read(signed_in(login).post("/workspace/password/", given)).text


def test_nobody_s_factor_but_one_s_own_is_reached(ann: User) -> None:
    enrolled(ann)
    eve = signed_in(person("Eve"))
    assert "It is on" not in read(eve.get(PAGE)).text
    assert Client().get(PAGE)["Location"].startswith("/sign-in/")
