"""Whether every word of a footprint is one of ours, and every path what the table gives."""

from __future__ import annotations

from certification.engine.footprint.model import AuthUse, FootprintRefused, Matched, Operation
from certification.engine.footprint.normaliser import MAX_SEGMENTS
from certification.engine.footprint.table import OperationTable
from certification.engine.footprint.words import (
    AUTH_METHODS,
    METHODS,
    OBJECT_STORE,
    OTHER,
    OTHER_METHOD,
    ROLES,
    S3,
    SCOPES,
    UNKNOWN_ACTION,
    UNKNOWN_SERVICE,
    VARIABLE,
    is_api,
    is_id,
    is_microversion,
)


def check_auth(use: AuthUse, place: str) -> None:
    """Raises FootprintRefused (`footprint-word`)."""
    for method in use.methods:
        if method not in AUTH_METHODS and method != OTHER:
            raise foreign(method, f"{place}.methods")
    if use.scope not in SCOPES:
        raise foreign(use.scope, f"{place}.scope")
    for role in use.roles:
        if role not in ROLES and role != OTHER:
            raise foreign(role, f"{place}.roles")


def check_operation(operation: Operation, table: OperationTable, place: str) -> None:
    """Raises FootprintRefused: `footprint-word`, `footprint-template`."""
    _check_words(operation, place)
    if operation.service == UNKNOWN_SERVICE:
        _check_unknown(operation, place)
    elif operation.service not in table.services:
        raise foreign(operation.service, f"{place}.service")
    else:
        _check_action(operation, table, place)
        _check_path(operation, table, place)


def check_floor(service: str, version: str, table: OperationTable) -> None:
    """Raises FootprintRefused (`footprint-word`)."""
    for word, known in ((service, service in table.services), (version, is_microversion(version))):
        if not known:
            raise foreign(word, "mv_floor")


def foreign(word: str, place: str) -> FootprintRefused:
    return FootprintRefused(
        "footprint-word", f"The word {word[:80]!r} is none that a footprint may hold.", place
    )


def _check_words(operation: Operation, place: str) -> None:
    is_unknown = operation.service == UNKNOWN_SERVICE
    api, asked, answered = operation.api, operation.mv_asked, operation.mv_answered
    known = {
        "method": operation.method in METHODS or (is_unknown and operation.method == OTHER_METHOD),
        "api": api is None or (is_api(api) and (api != S3 or operation.service == OBJECT_STORE)),
        "mv_asked": not asked or is_microversion(asked),
        "mv_answered": not answered or is_microversion(answered),
        "status": operation.status == 0 or 100 <= operation.status <= 599,
    }
    for field, is_known in known.items():
        if not is_known:
            raise foreign(str(getattr(operation, field)), f"{place}.{field}")


def _check_unknown(operation: Operation, place: str) -> None:
    segments = _segments(operation.path)
    if set(segments) - {VARIABLE} or len(segments) > MAX_SEGMENTS:
        raise foreign(operation.path, f"{place}.path")
    matched = Matched.GENERIC if segments else Matched.ROOT
    if operation.matched is not matched or operation.action or operation.api is not None:
        raise _untrue(operation, place)


def _check_action(operation: Operation, table: OperationTable, place: str) -> None:
    if not operation.action:
        return
    known = table.operations_of(operation.service).actions
    if operation.action != UNKNOWN_ACTION and operation.action not in known:
        raise foreign(operation.action, f"{place}.action")
    if not operation.path.endswith(("/action", "/actions")):
        raise _untrue(operation, place)


def _check_path(operation: Operation, table: OperationTable, place: str) -> None:
    """The path must be what the normaliser makes of a call to that operation."""
    segments = _segments(operation.path)
    literals = table.operations_of(operation.service).literals
    for segment in segments:
        if segment != VARIABLE and (segment not in literals or is_id(segment)):
            raise foreign(segment, f"{place}.path")
    if operation.matched is not _expected(operation, segments, table):
        raise _untrue(operation, place)


def _expected(operation: Operation, segments: list[str], table: OperationTable) -> Matched | None:
    """None where no call gives this path."""
    if not segments:
        return Matched.ROOT
    if operation.service == OBJECT_STORE:
        by_position = len(segments) <= 3 and set(segments) == {VARIABLE}
        return Matched.RULE if by_position or operation.path == "/info" else None
    known = table.operations_of(operation.service)
    return Matched.TABLE if known.has(operation.method, operation.path) else Matched.GENERIC


def _segments(path: str) -> list[str]:
    return path.split("/")[1:] if path != "/" else []


def _untrue(operation: Operation, place: str) -> FootprintRefused:
    return FootprintRefused(
        "footprint-template",
        f"{operation.method} {operation.path} of {operation.service} is not what the table gives "
        f"as {operation.matched}.",
        f"{place}.matched",
    )
