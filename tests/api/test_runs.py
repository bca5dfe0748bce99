"""GET /api/v1/runs/: polling one run, and the list with its filters and pages."""

from __future__ import annotations

import uuid
from base64 import b64encode
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from certification.models import Run
from marketplace.catalogue.models import User
from tests.api.conftest import judge, signed_in
from tests.api.evidence import refstack_body, subunit_v2, zipped
from tests.api.people import make_token
from tests.api.runs import stored_run
from tests.factories import vendor

pytestmark = pytest.mark.django_db

RUNS = "/api/v1/runs/"
STREAM = subunit_v2(["a.B.test_1", "a.B.test_2"], ["a.B.test_3"])
ROW_KEYS = {
    "id",
    "url",
    "state",
    "settled",
    "received_at",
    "verified_at",
    "uploaded_via",
    "anonymous",
    "vendor",
    "shared",
    "file_name",
    "evidence_sha256",
    "evidence_bytes",
    "format",
    "passes_only",
    "looks_incomplete",
    "damage",
    "fault",
    "started_at",
    "ended_at",
    "duration_seconds",
    "workers",
    "events",
    "tests_passed",
    "tests_failed",
    "tests_skipped",
}


def upload(body: bytes, **headers: str) -> str:
    answer = Client().post(RUNS, body, content_type="application/octet-stream", headers=headers)
    assert answer.status_code == 201
    return str(answer.json()["id"])


def read(address: object, client: Client | None = None) -> Any:
    return (client or Client()).get(f"{RUNS}{address}/")


def ids(query: str = "", client: Client | None = None) -> list[str]:
    answer = (client or Client()).get(f"{RUNS}{query}")
    assert answer.status_code == 200, answer.content
    return [row["id"] for row in answer.json()["results"]]


def assert_not_found(answer: Any) -> None:
    assert answer.status_code == 404
    assert answer.json().keys() == {"code", "title"}
    assert answer.json()["code"] == "not-found"


def test_a_run_is_polled_until_it_is_settled() -> None:
    run_id = upload(STREAM)
    waiting = read(run_id).json()
    assert waiting.keys() == ROW_KEYS
    assert (waiting["state"], waiting["settled"], waiting["anonymous"]) == ("received", False, True)
    judge(run_id)
    judged = read(run_id).json()
    assert (judged["state"], judged["settled"], judged["fault"]) == ("verified", True, None)
    assert (judged["tests_passed"], judged["tests_failed"], judged["tests_skipped"]) == (2, 1, 0)
    assert judged["format"] == "subunit-v2"
    assert judged["started_at"] == "2026-11-03T09:00:00Z"
    assert judged["duration_seconds"] == 3
    assert judged["url"] == f"http://testserver/runs/{run_id}/"


def test_damage_is_told_with_its_place() -> None:
    run_id = upload(zipped(STREAM)[:-12])
    judge(run_id)
    damage = read(run_id).json()["damage"]
    assert damage.keys() == {"offset", "reason"}
    assert damage["offset"] > 0


def test_what_the_list_leaves_out_of_a_run_is_secret() -> None:
    """The cpid, who uploaded, with which key, and whether somebody else sent the same bytes."""
    run_id = upload(refstack_body(["a.b.test"], cpid="secret-cpid"))
    judge(run_id)
    assert b"secret-cpid" not in read(run_id).content
    assert not {"uploaded_by", "signed_with", "copied_bytes", "cpid"} & ROW_KEYS


def test_an_unknown_run_and_a_foreign_one_look_the_same(ida: User, stranger: User) -> None:
    private = stored_run(uploaded_by=ida)
    for client in (Client(), signed_in(stranger)):
        for run_id in (private.pk, uuid.UUID(int=7)):
            for end in ("", "/evaluations", "/evaluations/2026.11/platform"):
                assert_not_found(read(f"{run_id}{end}", client))


@pytest.mark.parametrize("run_id", ["abc", "%00", "0", "..", str(uuid.UUID(int=7))[:-1]])
def test_a_malformed_id_is_not_found_in_json(run_id: str) -> None:
    assert_not_found(read(run_id))


def test_owner_vendor_and_staff_read_a_private_run(
    ida: User, stranger: User, reviewer: User
) -> None:
    kelpline = vendor("Kelpline", owner=ida, viewer=stranger)
    _, header = make_token(ida, scope="read")
    run = stored_run(uploaded_by=ida, vendor=kelpline)
    for client in (
        signed_in(ida),
        signed_in(stranger),
        signed_in(reviewer),
        Client(headers=header),
    ):
        answer = read(run.pk, client).json()
        assert (answer["vendor"], answer["anonymous"]) == (kelpline.slug, False)
        assert ids(client=client) == [str(run.pk)]
    assert ids() == []


def test_anonymous_and_shared_runs_are_listed_newest_first(ida: User) -> None:
    runs = [stored_run(), stored_run(minutes=1, uploaded_by=ida, shared=True)]
    stored_run(minutes=2, uploaded_by=ida)
    assert ids() == [str(run.pk) for run in reversed(runs)]


def test_runs_are_filtered_by_what_they_are(ida: User) -> None:
    first = stored_run(format="subunit-v2", cpid="abc", uploaded_via="api")
    second = stored_run(minutes=1, state="unreadable", format="refstack-json")
    third = stored_run(minutes=2, state="received")
    assert ids("?state=verified") == [str(first.pk)]
    assert ids("?state=unreadable") == [str(second.pk)]
    assert ids("?uploaded_via=api") == [str(first.pk)]
    assert ids("?format=subunit-v2") == [str(first.pk)]
    assert ids("?cpid=abc") == [str(first.pk)]
    assert ids(f"?evidence_sha256={third.evidence_sha256}") == [str(third.pk)]
    assert ids("?received_after=2026-11-05T12:01:00Z") == [str(third.pk), str(second.pk)]
    assert ids("?received_before=2026-11-05T12:01:00Z") == [str(second.pk), str(first.pk)]
    assert ids("?received_before=2026-11-05T13:00:00%2B01:00") == [str(first.pk)]
    assert ids("?unknown=filter&state=") == [str(run.pk) for run in (third, second, first)]


def test_mine_are_my_own_uploads(ida: User, stranger: User) -> None:
    mine = stored_run(uploaded_by=ida)
    shared = stored_run(minutes=1, uploaded_by=stranger, shared=True)
    assert ids("?mine=true", signed_in(ida)) == [str(mine.pk)]
    assert ids("?mine=false", signed_in(ida)) == [str(shared.pk), str(mine.pk)]
    assert ids("?mine=true") == []


@pytest.mark.parametrize(
    "query",
    [
        "state=judged",
        "uploaded_via=mail",
        "received_after=noon",
        "received_after=%00",
        "received_before=2026-13-01",
        "cpid=%00",
        "format=%00",
        "evidence_sha256=a%00",
    ],
)
def test_a_filter_that_cannot_be_is_named(query: str) -> None:
    stored_run()
    answer = Client().get(f"{RUNS}?{query}")
    assert answer.status_code == 400
    assert answer.json().keys() == {"code", "title", "fields"}
    assert answer.json()["code"] == "invalid"
    assert list(answer.json()["fields"]) == [query.split("=", maxsplit=1)[0]]


def test_pages_follow_each_other_by_cursor() -> None:
    runs = [str(stored_run(minutes=number).pk) for number in range(7)]
    runs.reverse()
    first = Client().get(f"{RUNS}?page_size=3").json()
    assert first.keys() == {"next", "previous", "results"}
    assert (first["previous"], [row["id"] for row in first["results"]]) == (None, runs[:3])
    stored_run(minutes=99)
    second = Client().get(first["next"]).json()
    assert [row["id"] for row in second["results"]] == runs[3:6]
    third = Client().get(second["next"]).json()
    assert ([row["id"] for row in third["results"]], third["next"]) == (runs[6:], None)
    back = Client().get(third["previous"]).json()
    assert [row["id"] for row in back["results"]] == runs[3:6]


def test_pages_hold_although_all_runs_came_at_once() -> None:
    runs = {str(stored_run().pk) for _ in range(5)}
    seen: list[str] = []
    address: str | None = f"{RUNS}?page_size=2"
    while address:
        page = Client().get(address).json()
        seen += [row["id"] for row in page["results"]]
        address = page["next"]
    assert (len(seen), set(seen)) == (5, runs)


def test_page_size_is_bounded() -> None:
    assert ids("?page_size=0") == ids("?page_size=abc") == ids("?page_size=1000000") == []
    assert ids(f"?page_size={'9' * 5000}") == []


def cursor(text: str) -> str:
    return b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    "query",
    [
        "cursor=%00",
        "cursor=%ff",
        "cursor=abc",
        f"cursor={cursor('p=noon')}",
        f"cursor={cursor('p=%00')}",
        f"cursor={cursor('p=2026-13-45')}",
        f"cursor={cursor('o=abc')}",
        f"cursor={cursor('o=' + '9' * 5000)}",
        f"cursor={cursor('r=x')}",
    ],
)
@pytest.mark.parametrize("address", [RUNS, "/api/v1/guidelines/"])
def test_a_broken_cursor_is_no_fault_of_ours(address: str, query: str) -> None:
    stored_run()
    answer = Client().get(f"{address}?{query}")
    if answer.status_code != 200:
        assert_not_found(answer)


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "POST"])
def test_a_run_is_only_read(ida: User, method: str) -> None:
    run = stored_run(uploaded_by=ida)
    client = signed_in(ida)
    answer = client.generic(method, f"{RUNS}{run.pk}/", b'{"shared": true, "state": "verified"}')
    assert (answer.status_code, answer.json()["code"]) == (405, "method-not-allowed")
    run.refresh_from_db()
    assert not run.shared


def test_what_an_address_can_do_may_be_asked() -> None:
    run = stored_run()
    for address in (RUNS, f"{RUNS}{run.pk}/", f"{RUNS}{run.pk}/evaluations/"):
        answer = Client().options(address)
        assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
    assert Client().head(RUNS).status_code == 200


@pytest.mark.parametrize("address", [RUNS, "/v1/results"])
def test_a_longer_list_asks_the_database_no_more_often(address: str, ida: User) -> None:
    kelpline = vendor("Kelpline", owner=ida)
    asked = []
    for number in range(2):
        for minutes in range(1 + 9 * number):
            stored_run(minutes=minutes, uploaded_by=ida, vendor=kelpline, shared=True)
        with CaptureQueriesContext(connection) as queries:
            assert len(signed_in(ida).get(address).json()["results"]) == 1 + 10 * number
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_no_get_changes_anything(in_force: object) -> None:
    run_id = upload(STREAM)
    before = Run.objects.filter(pk=run_id).values().get()
    for address in ("", f"{run_id}/", f"{run_id}/evaluations/"):
        assert Client().get(f"{RUNS}{address}?shared=true&state=verified").status_code == 200
    assert Run.objects.filter(pk=run_id).values().get() == before


def test_a_bad_token_is_refused_also_where_everybody_may_read() -> None:
    answer = Client(headers={"Authorization": "Bearer hmk_wrong"}).get(RUNS)
    assert (answer.status_code, answer.json()["code"]) == (401, "token-refused")


@pytest.mark.parametrize(
    "path", ["/api/v1/", "/api/v1/unknown/", "/api/v1/runs", "/api/v1/runs/x/y"]
)
def test_an_unknown_address_answers_in_json(path: str) -> None:
    for method in ("GET", "POST"):
        assert_not_found(Client().generic(method, path))
