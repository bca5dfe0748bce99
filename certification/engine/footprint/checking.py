"""Whether a footprint can be believed: its sums, its nonce, its table and every word in it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from certification.engine.footprint.model import Footprint, FootprintRefused, Matched
from certification.engine.footprint.table import OperationTable
from certification.engine.footprint.vocabulary import check_auth, check_floor, check_operation
from certification.engine.footprint.words import UNKNOWN_SERVICE

#: Above this share of calls that could not be named, a footprint is incomplete.
MAX_SHARE = 0.05
#: A shorter User-Agent prefix would claim the calls of others.
_MIN_AGENT = 3
#: Seconds are rounded, and the last call may end after the clock was read.
_SLACK_S = 2.0


def check_footprint(
    footprint: Footprint, tables: Mapping[str, OperationTable], nonce: str
) -> tuple[str, ...]:
    """Believe or refuse. `tables` are by their SHA-256. Returns why the footprint is incomplete,
    in sentences, or nothing.

    Raises FootprintRefused: `footprint-nonce`, `footprint-table`, `footprint-totals`,
    `footprint-facts`, `footprint-window`, `footprint-word`, `footprint-template`.
    """
    if footprint.nonce != nonce:
        raise FootprintRefused(
            "footprint-nonce",
            "The footprint was made under another nonce than the run that brings it.",
            "nonce",
        )
    table = tables.get(footprint.table_sha256)
    if table is None:
        raise FootprintRefused(
            "footprint-table",
            "No operation table of this digest is known; record with a current Hallmark.",
            "recorder.table_sha256",
        )
    _check_totals(footprint)
    _check_facts(footprint)
    _check_window(footprint)
    for index, use in enumerate(footprint.auth):
        check_auth(use, f"auth[{index}]")
    for index, operation in enumerate(footprint.operations):
        check_operation(operation, table, f"operations[{index}]")
    for service, version in footprint.mv_floor.items():
        check_floor(service, version, table)
    return _incomplete(footprint, table)


def _check_totals(footprint: Footprint) -> None:
    counted = sum(operation.count for operation in footprint.operations)
    if footprint.requests != counted:
        raise FootprintRefused(
            "footprint-totals",
            f"The operations count {counted} calls, the total says {footprint.requests}.",
            "totals.requests",
        )
    unknown = sum(one.count for one in footprint.operations if one.service == UNKNOWN_SERVICE)
    if footprint.unknown != unknown:
        raise FootprintRefused(
            "footprint-totals",
            f"{unknown} calls went to no known service, the total says {footprint.unknown}.",
            "totals.unknown",
        )


def _check_facts(footprint: Footprint) -> None:
    """Facts that the operations cannot bear were edited."""
    facts = footprint.facts
    failed = sum(one.count for one in footprint.operations if one.status >= 500)
    limited = any(one.status == 429 for one in footprint.operations)
    tokens = sum(use.count for use in footprint.auth)
    wrong = {
        "agents": facts.agents_declared + facts.agents_other != footprint.requests,
        "retries_after_5xx": facts.retries_after_5xx > failed,
        "after_429_min_s": facts.after_429_min_s is not None and not limited,
        "auth_identities": facts.auth_identities > tokens,
        "next_links": facts.next_links > footprint.requests,
    }
    for fact, is_wrong in wrong.items():
        if is_wrong:
            raise FootprintRefused(
                "footprint-facts",
                f"The fact {fact} does not fit the operations beside it.",
                f"facts.{fact}",
            )
    if any(len(agent) < _MIN_AGENT for agent in footprint.user_agents):
        raise FootprintRefused(
            "footprint-facts",
            f"A User-Agent of a product has at least {_MIN_AGENT} characters.",
            "product.user_agents",
        )
    if len(footprint.request_ids_sha256) > footprint.requests:
        raise FootprintRefused(
            "footprint-facts", "There are more request ids than calls.", "request_ids_sha256"
        )


def _check_window(footprint: Footprint) -> None:
    started, ended = _instant(footprint.started, "started"), _instant(footprint.ended, "ended")
    if ended < started:
        raise _window("It ended before it started.", "ended")
    seconds = (ended - started).total_seconds() + _SLACK_S
    for index, operation in enumerate(footprint.operations):
        if not operation.first_s <= operation.last_s <= seconds:
            raise _window(
                "A call lies outside the time of the footprint.", f"operations[{index}].last_s"
            )


def _instant(text: str, place: str) -> datetime:
    """An RFC 3339 time in UTC."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise _window("Expected a time such as 2026-11-21T15:00:00Z.", place) from None
    if instant.utcoffset() != timedelta(0):
        raise _window("Expected a time in UTC, such as 2026-11-21T15:00:00Z.", place)
    return instant


def _window(sentence: str, place: str) -> FootprintRefused:
    return FootprintRefused("footprint-window", sentence, place)


def _incomplete(footprint: Footprint, table: OperationTable) -> tuple[str, ...]:
    generic = sum(
        one.count
        for one in footprint.operations
        if one.matched is Matched.GENERIC and table.covers(one.service)
    )
    reasons = []
    for count, words in (
        (generic, "are in no row of the operation table"),
        (footprint.unknown, "went to places that the cloud's catalog does not name"),
    ):
        if count > MAX_SHARE * footprint.requests:
            share = 100 * count / footprint.requests
            reasons.append(f"{share:.1f} % of the calls {words}; at most 5 % may.")
    return tuple(reasons)
