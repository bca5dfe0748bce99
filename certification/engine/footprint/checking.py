"""Whether a footprint can be believed: its sums, its nonce, its table and every word in it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from certification.engine.footprint.model import (
    AuthUse,
    Footprint,
    FootprintRefused,
    Matched,
    Operation,
)
from certification.engine.footprint.normaliser import MAX_SEGMENTS, is_id
from certification.engine.footprint.table import OperationTable
from certification.engine.footprint.words import (
    AUTH_METHODS,
    METHODS,
    OTHER,
    OTHER_METHOD,
    ROLES,
    SCOPES,
    UNKNOWN_ACTION,
    UNKNOWN_SERVICE,
    VARIABLE,
    is_api,
    is_microversion,
)

#: Above this share of calls that could not be named, a footprint is incomplete.
MAX_SHARE = 0.05
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
        _check_auth(use, f"auth[{index}]")
    for index, operation in enumerate(footprint.operations):
        _check_operation(operation, table, f"operations[{index}]")
    for service, version in footprint.mv_floor.items():
        if service not in table.services or not is_microversion(version):
            raise _foreign(service, "mv_floor")
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


def _check_auth(use: AuthUse, place: str) -> None:
    for method in use.methods:
        if method not in AUTH_METHODS and method != OTHER:
            raise _foreign(method, f"{place}.methods")
    if use.scope not in SCOPES:
        raise _foreign(use.scope, f"{place}.scope")
    for role in use.roles:
        if role not in ROLES and role != OTHER:
            raise _foreign(role, f"{place}.roles")


def _check_operation(operation: Operation, table: OperationTable, place: str) -> None:
    if operation.method not in METHODS and operation.method != OTHER_METHOD:
        raise _foreign(operation.method, f"{place}.method")
    if operation.api is not None and not is_api(operation.api):
        raise _foreign(operation.api, f"{place}.api")
    for version in (operation.mv_asked, operation.mv_answered):
        if version and not is_microversion(version):
            raise _foreign(version, f"{place}.mv_asked")
    if operation.status and not 100 <= operation.status <= 599:
        raise _foreign(str(operation.status), f"{place}.status")
    if operation.service == UNKNOWN_SERVICE:
        _check_unknown(operation, place)
    elif operation.service not in table.services:
        raise _foreign(operation.service, f"{place}.service")
    else:
        _check_action(operation, table, place)
        _check_path(operation, table, place)


def _check_unknown(operation: Operation, place: str) -> None:
    segments = _segments(operation.path)
    if set(segments) - {VARIABLE} or len(segments) > MAX_SEGMENTS or operation.action:
        raise _foreign(operation.path, f"{place}.path")
    if operation.matched is not (Matched.GENERIC if segments else Matched.ROOT):
        raise _untrue(operation, place)


def _check_action(operation: Operation, table: OperationTable, place: str) -> None:
    if not operation.action:
        return
    known = table.operations_of(operation.service).actions
    if operation.action != UNKNOWN_ACTION and operation.action not in known:
        raise _foreign(operation.action, f"{place}.action")
    if not operation.path.endswith(("/action", "/actions")):
        raise _untrue(operation, place)


def _check_path(operation: Operation, table: OperationTable, place: str) -> None:
    """The path must be what the normaliser makes of a call to that operation."""
    segments = _segments(operation.path)
    known = table.operations_of(operation.service)
    for segment in segments:
        if segment != VARIABLE and (segment not in known.literals or is_id(segment)):
            if operation.service == "object-store" and operation.path == "/info":
                continue
            raise _foreign(segment, f"{place}.path")
    if operation.matched is not _expected(operation, segments, table):
        raise _untrue(operation, place)


def _expected(operation: Operation, segments: list[str], table: OperationTable) -> Matched:
    if not segments:
        return Matched.ROOT
    if operation.service == "object-store":
        is_place = operation.path == "/info" or (len(segments) <= 3 and set(segments) == {VARIABLE})
        return Matched.RULE if is_place else Matched.GENERIC
    method = operation.method
    known = table.operations_of(operation.service)
    in_table = known.has(method, operation.path)
    return Matched.TABLE if in_table else Matched.GENERIC


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


def _segments(path: str) -> list[str]:
    return path.split("/")[1:] if path != "/" else []


def _foreign(word: str, place: str) -> FootprintRefused:
    return FootprintRefused(
        "footprint-word", f"The word {word[:80]!r} is none that a footprint may hold.", place
    )


def _untrue(operation: Operation, place: str) -> FootprintRefused:
    return FootprintRefused(
        "footprint-template",
        f"{operation.method} {operation.path} of {operation.service} is not what the table gives "
        f"as {operation.matched}.",
        f"{place}.matched",
    )
