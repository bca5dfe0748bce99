"""GET /v1/results: pages, filters, and what a reader does not see."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from marketplace.catalogue.models import Membership, User
from tests.api.conftest import signed_in
from tests.api.people import make_token
from tests.api.runs import stored_run
from tests.factories import vendor

pytestmark = pytest.mark.django_db

ROW_KEYS = [
    "id",
    "created_at",
    "duration_seconds",
    "verification_status",
    "meta",
    "product_version",
    "url",
]


def listed(query: str = "", client: Client | None = None) -> dict[str, Any]:
    answer = (client or Client()).get(f"/v1/results{query}")
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()
    return found


def ids(query: str = "", client: Client | None = None) -> list[str]:
    return [row["id"] for row in listed(query, client)["results"]]


def assert_refused(query: str, status: int, error: str, client: Client | None = None) -> None:
    answer = (client or Client()).get(f"/v1/results{query}")
    assert answer.status_code == status, answer.content
    assert answer.json()["code"] == status
    assert answer.json()["error"] == error
    assert answer.json()["title"]


def test_without_runs_there_is_page_1_of_0() -> None:
    assert listed() == {"results": [], "pagination": {"current_page": 1, "total_pages": 0}}
    assert listed("?page=1")["pagination"] == {"current_page": 1, "total_pages": 0}
    assert_refused("?page=2", 400, "page-beyond-last")


def test_a_row_has_exactly_the_keys_of_refstack() -> None:
    run = stored_run(cpid="secret")
    assert listed()["results"] == [
        {
            "id": str(run.pk),
            "created_at": "2026-11-05 12:00:00",
            "duration_seconds": 61,
            "verification_status": 0,
            "meta": {},
            "product_version": None,
            "url": f"http://testserver/runs/{run.pk}/",
        }
    ]
    assert list(listed()["results"][0]) == ROW_KEYS


def test_a_configured_public_address_stands_in_the_url(settings: Any) -> None:
    settings.PUBLIC_URL = "https://marks.example"
    run = stored_run()
    assert listed()["results"][0]["url"] == f"https://marks.example/runs/{run.pk}/"


def test_twenty_rows_a_page_newest_first() -> None:
    runs = [str(stored_run(minutes=number).pk) for number in range(41)]
    runs.reverse()
    assert ids() == ids("?page=1") == ids("?page=") == runs[:20]
    assert ids("?page=2") == runs[20:40]
    assert ids("?page=3") == runs[40:]
    assert listed("?page=3")["pagination"] == {"current_page": 3, "total_pages": 3}
    assert_refused("?page=4", 400, "page-beyond-last")


@pytest.mark.parametrize("page", ["0", "-1", "abc", "1.5", "%00", "1%002", "9" * 5000, "%D9%A1"])
def test_a_page_that_cannot_be_is_refused(page: str) -> None:
    stored_run()
    assert_refused(f"?page={page}", 400, "parameter-invalid")


@pytest.mark.parametrize(
    "path", ["/v1/results", "/v1/results/", "//v1/results/", "/v1/results.json"]
)
def test_every_spelling_of_the_address_lists(path: str) -> None:
    run = stored_run()
    answer = Client().get("/", PATH_INFO=path)
    assert [row["id"] for row in answer.json()["results"]] == [str(run.pk)]


def test_dates_are_inclusive() -> None:
    early, noon, late = (stored_run(minutes=minutes) for minutes in (-1, 0, 1))
    assert ids(f"?start_date={quote('2026-11-05 12:00:00')}") == [str(late.pk), str(noon.pk)]
    assert ids(f"?end_date={quote('2026-11-05 12:00:00')}") == [str(noon.pk), str(early.pk)]
    both = "?start_date=2026-11-05+12:00:00&end_date=2026-11-05+12:00:00"
    assert ids(both) == [str(noon.pk)]
    assert ids("?start_date=&end_date=") == [str(run.pk) for run in (late, noon, early)]


def test_the_shown_time_of_a_run_finds_it_as_end_date() -> None:
    """Times are shown to the second, but stored more exactly."""
    run = stored_run(minutes=0.005)
    assert listed()["results"][0]["created_at"] == "2026-11-05 12:00:00"
    assert ids("?end_date=2026-11-05+12:00:00") == [str(run.pk)]
    assert ids("?end_date=9999-12-31+23:59:59") == [str(run.pk)]
    assert ids("?start_date=0001-01-01+00:00:00") == [str(run.pk)]


@pytest.mark.parametrize("name", ["start_date", "end_date"])
@pytest.mark.parametrize(
    "text",
    [
        "2026-11-05",
        "2026-11-05T12:00:00",
        "2026-11-05 12:00",
        "2026-11-05 12:00:00Z",
        "2026-13-05 12:00:00",
        "2026-1-5 1:2:3",
        "0000-01-01 00:00:00",
        "noon",
        "\0",
    ],
)
def test_a_date_of_another_form_is_refused(name: str, text: str) -> None:
    assert_refused(f"?{name}={quote(text)}", 400, "parameter-invalid")


def test_dates_the_wrong_way_round_are_refused() -> None:
    query = "?start_date=2026-11-06+00:00:00&end_date=2026-11-05+00:00:00"
    assert_refused(query, 400, "dates-reversed")


def test_the_cpid_is_compared_exactly() -> None:
    run = stored_run(cpid="abc")
    stored_run(cpid="abcd")
    assert ids("?cpid=abc") == [str(run.pk)]
    assert ids("?cpid=ABC") == []
    assert ids("?cpid=nobody") == []


@pytest.mark.parametrize("cpid", ["%00", "a%00b", "%ff%fe", "%ED%A0%80", "x" * 3000, "%27%22"])
def test_a_cpid_that_cannot_be_finds_nothing(cpid: str) -> None:
    stored_run(cpid="abc")
    assert ids(f"?cpid={cpid}") == []


def test_what_refstack_ignores_is_ignored() -> None:
    run = stored_run()
    assert ids("?unknown=1&order=id&id=%00") == [str(run.pk)]


def test_private_runs_are_never_listed(ida: User, reviewer: User) -> None:
    private = stored_run(uploaded_by=ida)
    shared = stored_run(minutes=1, uploaded_by=ida, shared=True)
    for client in (Client(), signed_in(ida), signed_in(reviewer)):
        assert ids(client=client) == [str(shared.pk)]
        assert ids("?cpid=", client=client) == [str(shared.pk)]
    assert str(private.pk) not in str(listed())


def test_unreadable_runs_are_left_out(ida: User) -> None:
    stored_run(state="unreadable")
    stored_run(state="quarantined", uploaded_by=ida, shared=True)
    waiting = stored_run(state="received")
    assert ids() == [str(waiting.pk)]
    assert ids("?signed", signed_in(ida)) == []


def test_signed_lists_my_own_runs(ida: User, stranger: User) -> None:
    private = stored_run(uploaded_by=ida)
    shared = stored_run(minutes=1, uploaded_by=ida, shared=True)
    stored_run(uploaded_by=stranger, shared=True)
    stored_run()
    mine = [str(shared.pk), str(private.pk)]
    for query in ("?signed=true", "?signed", "?signed=false"):
        assert ids(query, signed_in(ida)) == mine
    _, header = make_token(ida, scope="read")
    assert ids("?signed", Client(headers=header)) == mine


def test_signed_without_a_person_is_refused() -> None:
    assert_refused("?signed=true", 400, "sign-in-needed")


def test_signed_leaves_out_the_runs_of_a_vendor_i_left(ida: User) -> None:
    kelpline = vendor("Kelpline", uploader=ida)
    run = stored_run(uploaded_by=ida, vendor=kelpline)
    assert ids("?signed", signed_in(ida)) == [str(run.pk)]
    Membership.objects.all().delete()
    assert ids("?signed", signed_in(ida)) == []


def test_nothing_is_verified_yet() -> None:
    run = stored_run()
    assert ids("?verification_status=0") == [str(run.pk)]
    assert ids("?verification_status=1") == []
    for text in ("2", "yes", "", "%00"):
        assert_refused(f"?verification_status={text}", 400, "parameter-invalid")


def test_an_unknown_product_is_not_found() -> None:
    assert_refused("?product_id=5a1b1f6e-0000-4000-8000-000000000000", 404, "product-not-found")


def test_a_bad_token_breaks_even_the_public_list() -> None:
    client = Client(headers={"Authorization": "Bearer hmk_wrong"})
    assert_refused("", 400, "token-refused", client)
