"""Footprints that have the right shape and yet cannot be believed."""

from __future__ import annotations

import dataclasses
from dataclasses import replace
from typing import Any

import pytest

from certification.engine.footprint import (
    Call,
    Footprint,
    FootprintRefused,
    Matched,
    Operation,
    check_footprint,
)
from tests.engine.footprint.building import (
    ENDPOINTS,
    NONCE,
    TABLES,
    call,
    footprint_of,
    ledger,
    recorded,
)

SOUND = recorded()
PLAIN_ROW = next(one for one in SOUND.operations if one.path == "/servers")
ACTION_ROW = next(one for one in SOUND.operations if one.action)
UNKNOWN_ROW = next(one for one in SOUND.operations if one.service == "unknown")
FACTS = SOUND.facts


def edited(row: Operation = PLAIN_ROW, **changes: Any) -> Footprint:
    """The sound footprint with one row changed, all sums kept right."""
    rows = tuple(replace(one, **changes) if one is row else one for one in SOUND.operations)
    return replace(
        SOUND,
        operations=rows,
        unknown=sum(one.count for one in rows if one.service == "unknown"),
    )


def test_a_sound_footprint_is_believed() -> None:
    assert check_footprint(SOUND, TABLES, NONCE) == ()


@pytest.mark.parametrize(
    ("footprint", "code", "place"),
    [
        (replace(SOUND, nonce="f" * 32), "footprint-nonce", "nonce"),
        (replace(SOUND, table_sha256="0" * 64), "footprint-table", "recorder.table_sha256"),
        (edited(count=39), "footprint-totals", "totals.requests"),
        (replace(SOUND, requests=1), "footprint-totals", "totals.requests"),
        (replace(SOUND, unknown=0), "footprint-totals", "totals.unknown"),
        (replace(SOUND, facts=replace(FACTS, agents_declared=47)), "footprint-facts",
         "facts.agents"),
        (replace(SOUND, facts=replace(FACTS, retries_after_5xx=2)), "footprint-facts",
         "facts.retries_after_5xx"),
        (replace(SOUND, facts=replace(FACTS, auth_identities=2)), "footprint-facts",
         "facts.auth_identities"),
        (replace(SOUND, facts=replace(FACTS, next_links=99)), "footprint-facts",
         "facts.next_links"),
        (replace(footprint_of(ledger()), facts=replace(footprint_of(ledger()).facts,
                                                      after_429_min_s=2.0)),
         "footprint-facts", "facts.after_429_min_s"),
        (replace(SOUND, request_ids_sha256=tuple(f"{n:064x}" for n in range(90))),
         "footprint-facts", "request_ids_sha256"),
        (replace(SOUND, user_agents=("",)), "footprint-facts", "product.user_agents"),
        (replace(SOUND, started="yesterday"), "footprint-window", "started"),
        (replace(SOUND, started="2026-11-21T15:00:00"), "footprint-window", "started"),
        (replace(SOUND, ended="2026-11-21T15:00:00+02:00"), "footprint-window", "ended"),
        (replace(SOUND, ended="2026-11-21T14:59:59Z"), "footprint-window", "ended"),
        (replace(SOUND, ended="2026-11-21T15:00:20Z"), "footprint-window",
         "operations[0].last_s"),
        (replace(SOUND, mv_floor={"secret": "2.1"}), "footprint-word", "mv_floor"),
        (replace(SOUND, mv_floor={"compute": "secret"}), "footprint-word", "mv_floor"),
        (replace(SOUND, auth=(replace(SOUND.auth[0], methods=("x",)),)), "footprint-word",
         "auth[0].methods"),
        (replace(SOUND, auth=(replace(SOUND.auth[0], scope="x"),)), "footprint-word",
         "auth[0].scope"),
        (replace(SOUND, auth=(replace(SOUND.auth[0], roles=("boss",)),)), "footprint-word",
         "auth[0].roles"),
    ],
)  # fmt: skip
def test_sums_nonce_table_and_window(footprint: Footprint, code: str, place: str) -> None:
    with pytest.raises(FootprintRefused) as refused:
        check_footprint(footprint, TABLES, NONCE)
    assert (refused.value.code, refused.value.place) == (code, place)


@pytest.mark.parametrize(
    ("footprint", "code"),
    [
        (edited(service="secret"), "footprint-word"),
        (edited(service="volumev3"), "footprint-word"),
        (edited(method="BREW"), "footprint-word"),
        (edited(method="OTHER"), "footprint-word"),
        (edited(api="secret"), "footprint-word"),
        (edited(api="s3"), "footprint-word"),
        (edited(mv_asked="secret"), "footprint-word"),
        (edited(mv_answered="2"), "footprint-word"),
        (edited(status=999), "footprint-word"),
        (edited(path="/secret"), "footprint-word"),
        (edited(path="/servers/web-1"), "footprint-word"),
        (edited(path="/{name}"), "footprint-word"),
        (edited(path="/volumes"), "footprint-word"),
        (edited(path="/servers/detail/detail"), "footprint-template"),
        (edited(method="PATCH"), "footprint-template"),
        (edited(matched=Matched.GENERIC), "footprint-template"),
        (edited(matched=Matched.ROOT), "footprint-template"),
        (edited(matched=Matched.RULE), "footprint-template"),
        (edited(path="/", matched=Matched.TABLE), "footprint-template"),
        (edited(action="os-stop"), "footprint-template"),
        (edited(ACTION_ROW, action="secret"), "footprint-word"),
        (edited(UNKNOWN_ROW, path="/servers"), "footprint-word"),
        (edited(UNKNOWN_ROW, path="/{id}" * 9), "footprint-word"),
        (edited(UNKNOWN_ROW, matched=Matched.TABLE), "footprint-template"),
        (edited(UNKNOWN_ROW, api="v2"), "footprint-template"),
        (edited(service="object-store", path="/{id}" * 4, matched=Matched.RULE),
         "footprint-template"),
        (edited(service="object-store", path="/{id}", matched=Matched.TABLE),
         "footprint-template"),
    ],
)  # fmt: skip
def test_every_word_and_template(footprint: Footprint, code: str) -> None:
    with pytest.raises(FootprintRefused) as refused:
        check_footprint(footprint, TABLES, NONCE)
    assert refused.value.code == code
    assert refused.value.place.startswith("operations[")


def _with(generic: int = 0, unknown: int = 0, uncovered: int = 0, known: int = 0) -> Footprint:
    filled = ledger()
    for count, found in (
        (known, call()),
        (generic, call("/no-such-thing")),
        (unknown, Call("GET", "http://elsewhere.test/x", 200, 1)),
        (uncovered, Call("GET", f"{ENDPOINTS['metric']}/v1/metric", 200, 1)),
    ):
        for _ in range(count):
            filled.note(found)
    return footprint_of(filled)


@pytest.mark.parametrize(
    ("counts", "reasons"),
    [
        ({"known": 95, "generic": 5}, 0),
        ({"known": 94, "generic": 6}, 1),
        ({"known": 95, "unknown": 5}, 0),
        ({"known": 94, "unknown": 6}, 1),
        ({"known": 90, "generic": 5, "unknown": 5}, 0),
        ({"known": 80, "generic": 10, "unknown": 10}, 2),
        ({"known": 10, "uncovered": 90}, 0),
        ({}, 0),
    ],
)
def test_how_much_may_be_without_a_name(counts: dict[str, int], reasons: int) -> None:
    found = check_footprint(_with(**counts), TABLES, NONCE)
    assert len(found) == reasons
    assert all(reason.endswith("at most 5 % may.") for reason in found)


def test_a_footprint_without_calls_is_one() -> None:
    """`bad-ca`: the product must stop before its first call."""
    assert check_footprint(footprint_of(ledger()), TABLES, NONCE) == ()


def test_every_field_of_an_operation_is_looked_at() -> None:
    """A field that is added must be checked: it could carry a foreign word."""
    assert {one.name for one in dataclasses.fields(Operation)} == {
        "service", "api", "method", "path", "status", "count", "matched", "first_s", "last_s",
        "action", "mv_asked", "mv_answered",
    }  # fmt: skip
