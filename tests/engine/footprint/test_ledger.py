"""What the ledger keeps of calls, and what it leaves out."""

from __future__ import annotations

import hashlib
import random
import uuid
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certification.engine.footprint import (
    Call,
    FootprintLedger,
    check_footprint,
    read_footprint,
    write_footprint,
)
from tests.engine.footprint.building import (
    AGENT,
    ENDPOINTS,
    NONCE,
    SERVER,
    TABLES,
    call,
    footprint_of,
    ledger,
    normaliser,
    recorded,
)


def test_equal_calls_are_counted_together() -> None:
    filled = ledger()
    for second, name in ((3.0, "a"), (1.25, "b"), (7.0004, "c")):
        filled.note(call(f"/servers/{name}", seconds=second))
    (operation,) = footprint_of(filled).operations
    assert (operation.count, operation.first_s, operation.last_s) == (3, 1.25, 7.0)


@pytest.mark.parametrize(
    "difference",
    [
        {"method": "DELETE"},
        {"status": 404},
        {"mv_asked": "2.1"},
        {"mv_answered": "2.1"},
        {"path": "/flavors"},
    ],
)
def test_different_calls_are_not(difference: dict[str, Any]) -> None:
    filled = ledger()
    filled.note(call())
    filled.note(call(**difference))
    assert len(footprint_of(filled).operations) == 2


@pytest.mark.parametrize(
    ("header", "kept"),
    [
        ("2.88", "2.88"),
        ("compute 2.88", "2.88"),
        ("volume 3.70, compute 2.1", "2.1"),
        ("compute latest", "latest"),
        ("volume 3.70", ""),
        ("compute 2.88; secret", ""),
        ("secret", ""),
        ("compute 2." + "8" * 9, ""),
        ("", ""),
    ],
)
def test_microversions(header: str, kept: str) -> None:
    filled = ledger()
    filled.note(call(mv_asked=header, mv_answered=header))
    (operation,) = footprint_of(filled).operations
    assert (operation.mv_asked, operation.mv_answered) == (kept, kept)


@pytest.mark.parametrize(
    ("path", "action", "kept"),
    [
        (f"/servers/{SERVER}/action", "os-getConsoleOutput", "os-getConsoleOutput"),
        (f"/servers/{SERVER}/action", "secret", "{action}"),
        (f"/servers/{SERVER}/action", "", ""),
        ("/servers", "os-stop", ""),
    ],
)
def test_actions(path: str, action: str, kept: str) -> None:
    filled = ledger()
    filled.note(call(path, "POST", action=action))
    assert footprint_of(filled).operations[0].action == kept


def test_tokens_are_counted_by_kind_and_identities_never_named() -> None:
    filled = ledger()
    filled.note_auth(["password", "totp"], "project", ["member", "payroll-clerk"], "ann")
    filled.note_auth(["totp", "password"], "project", ["payroll-boss", "member"], "bob")
    filled.note_auth(["secret"], "OS-TRUST:trust", [], "bob")
    filled.note_auth([], "galaxy", ["admin"], "")
    footprint = footprint_of(filled)
    assert [(one.methods, one.scope, one.roles, one.count) for one in footprint.auth] == [
        ((), "unscoped", ("admin",), 1),
        (("other",), "trust", (), 1),
        (("password", "totp"), "project", ("member", "other"), 2),
    ]
    assert footprint.facts.auth_identities == 2


def test_agents_are_told_apart_by_prefix() -> None:
    filled = ledger()
    for agent in (AGENT, "Shipyard/9 python-requests", "shipyard/1", "python-requests", ""):
        filled.note(call(user_agent=agent))
    facts = footprint_of(filled).facts
    assert (facts.agents_declared, facts.agents_other) == (2, 3)


def test_a_product_without_agents_declares_none() -> None:
    filled = FootprintLedger(normaliser(), [])
    filled.note(call(user_agent="anything"))
    assert footprint_of(filled).facts.agents_declared == 0


def test_the_wait_after_429_is_the_shortest_of_the_same_operation() -> None:
    filled = ledger()
    filled.note(call(status=429, seconds=1, answered=1.5))
    filled.note(call("/flavors", seconds=1.6))
    filled.note(call(seconds=1.4))
    filled.note(call(status=429, seconds=4, answered=4.1))
    filled.note(call(seconds=10))
    filled.note(call(seconds=10.1))
    assert footprint_of(filled).facts.after_429_min_s == 2.5


def test_nobody_came_back_after_429() -> None:
    filled = ledger()
    filled.note(call(status=429))
    assert footprint_of(filled).facts.after_429_min_s is None


def test_repeats_after_5xx_are_of_the_same_address() -> None:
    filled = ledger()
    for path, status in (
        ("/servers/a", 503),
        ("/servers/b", 200),
        ("/servers/a", 500),
        ("/servers/a", 200),
        ("/servers/a", 200),
    ):
        filled.note(call(path, status=status))
    assert footprint_of(filled).facts.retries_after_5xx == 2


def test_unknown_places_and_methods_are_counted() -> None:
    filled = ledger()
    assert filled.note(Call("GET", "http://elsewhere.test/", 200, 1)).unknown
    assert filled.note(call(method="BREW")).unknown
    footprint = footprint_of(filled)
    assert (footprint.requests, footprint.unknown) == (2, 2)
    assert {one.method for one in footprint.operations} == {"GET", "OTHER"}


def test_a_status_that_http_does_not_know_is_none() -> None:
    filled = ledger()
    filled.note(call(status=999))
    filled.note(call("/flavors", status=0))
    footprint = footprint_of(filled)
    assert [one.status for one in footprint.operations] == [0, 0]
    check_footprint(footprint, TABLES, NONCE)


def test_the_sample_of_request_ids_does_not_depend_on_their_order() -> None:
    ids = [f"req-{uuid.UUID(int=number)}" for number in range(500)]
    samples = []
    for seed in (1, 2):
        filled = ledger()
        random.Random(seed).shuffle(ids)
        for one in ids:
            filled.note(call(request_id=one))
        samples.append(footprint_of(filled).request_ids_sha256)
    expected = sorted(hashlib.sha256(one.encode()).hexdigest() for one in ids)[:200]
    assert list(samples[0]) == list(samples[1]) == expected


def test_a_request_id_that_could_be_guessed_is_not_sampled() -> None:
    filled = ledger()
    for one in ("17", "req-17", "tx1", "req-secret"):
        filled.note(call(request_id=one))
    filled.note(call(request_id="tx5e0e87f7a5b549cd8dfdb-006b01bab8"))
    filled.note(call(request_id="tx5e0e87f7a5b549cd8dfdb-006b01bab8"))
    assert len(footprint_of(filled).request_ids_sha256) == 1


SECRET = st.text(alphabet="qxzj", min_size=6, max_size=12)


@given(word=SECRET, method=st.sampled_from(["GET", "POST", "PUT"]), data=st.data())
@settings(max_examples=150, deadline=None)
def test_no_foreign_word_reaches_the_file(word: str, method: str, data: st.DataObject) -> None:
    """Whatever a product or a cloud puts in any place, the bytes do not hold it."""
    filled = ledger()
    endpoint = data.draw(st.sampled_from(sorted(ENDPOINTS.values())))
    place = data.draw(st.sampled_from(["/{}", "/servers/{}/action", "/{}/servers", "?q={}", "#{}"]))
    filled.note(
        Call(
            method=data.draw(st.sampled_from([method, word])),
            url=endpoint + place.format(word),
            status=200,
            seconds=1,
            user_agent=f"Shipyard/{word}",
            mv_asked=data.draw(st.sampled_from([word, f"{word} 2.1", f"compute {word}"])),
            mv_answered=word,
            action=word,
            project_id=word,
            request_id=word,
        )
    )
    filled.note_auth([word], word, [word], word)
    footprint = footprint_of(filled)
    raw = write_footprint(footprint)
    assert word.encode() not in raw
    assert read_footprint(raw) == footprint
    check_footprint(footprint, TABLES, NONCE)


def test_the_same_calls_in_any_order_give_the_same_bytes() -> None:
    calls = [call(f"/servers/{n}", "GET", 200 + n % 3, float(n)) for n in range(20)]
    written = set()
    for seed in (1, 2, 3):
        random.Random(seed).shuffle(calls)
        filled = ledger()
        for one in calls:
            filled.note(one)
        written.add(write_footprint(footprint_of(filled)))
    assert len(written) == 1


def test_what_is_written_is_read_again() -> None:
    footprint = recorded()
    assert read_footprint(write_footprint(footprint)) == footprint
