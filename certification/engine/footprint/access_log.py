"""An operator's access log read as calls: the same footprint from the other side.

Three kinds of lines are known: JSON objects with `method`, `path`, `status` (what uWSGI writes by a
format of that kind), Swift's proxy log, and the combined format of web servers.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from urllib.parse import unquote

from certification.engine.footprint.normaliser import Normaliser
from certification.engine.footprint.observation import Call
from certification.engine.footprint.table import OperationTable

#: Lines of a log that are longer are no lines of calls.
_MAX_LINE = 64 * 1024
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_TIME = re.compile(
    r"(\d{2})/([A-Z][a-z]{2})/(\d{4})[:/](\d{2})[:/](\d{2})[:/](\d{2})(?: ([+-])(\d{2})(\d{2}))?"
)
_COMBINED = re.compile(
    r'\S+ \S+ \S+ \[([^\]]+)\] "(\S+) (\S+) [^"]*" (\d{3}) \S+(?: "[^"]*" "([^"]*)")?'
)
_SWIFT = re.compile(
    r"(?:^|.*? )proxy-server: \S+ \S+ (\S+) ([A-Z]+) (\S+) HTTP/\S+ (\d{3}) (.*)", re.DOTALL
)
#: Places among the words that follow the status in Swift's line.
_SWIFT_AGENT, _SWIFT_REQUEST, _SWIFT_SOURCE = 1, 6, 9


@dataclass(frozen=True, slots=True)
class LoggedCall:
    """One line. `at` is in UTC and often to the second only. `process` is the project that wrote
    it (`nova`), empty where the line does not say. `path` may hold a query."""

    at: datetime
    process: str
    method: str
    path: str
    status: int
    user_agent: str = ""
    microversion: str = ""
    user_id: str = ""
    project_id: str = ""
    request_id: str = ""

    def call(self, started: datetime, origin: str = "") -> Call:
        """The call as a ledger takes it. `origin` is where the service is (`https://nova.cloud`),
        else the place that `log_normaliser` knows by the process."""
        return Call(
            method=self.method,
            url=(origin or _origin_of(self.process)) + self.path,
            status=self.status,
            seconds=max(0.0, (self.at - started).total_seconds()),
            user_agent=self.user_agent,
            mv_asked=self.microversion,
            project_id=self.project_id,
            request_id=self.request_id,
        )


def log_normaliser(table: OperationTable, services: Iterable[str] = ()) -> Normaliser:
    """A normaliser for logs that name their process: each official service (or those given) at
    the root of an address of its own."""
    normaliser = Normaliser(table)
    for service in sorted(services or table.services):
        normaliser.learn_endpoint(service, _origin_of(table.project_of(service)))
    return normaliser


def read_access_log(lines: Iterable[str], process: str = "") -> Iterator[LoggedCall]:
    """The calls among the lines, in their order; other lines are passed over. `process` is for
    lines that do not name theirs. What Swift asked itself is no call of a client."""
    for line in lines:
        found = read_log_line(line, process)
        if found is not None:
            yield found


def read_log_line(line: str, process: str = "") -> LoggedCall | None:
    """One line, or None where it is no call."""
    if len(line) > _MAX_LINE:
        return None
    line = line.strip()
    try:
        if line.startswith("{"):
            return _json_line(json.loads(line), process)
        if swift := _SWIFT.fullmatch(line):
            return _swift_line(swift)
        if combined := _COMBINED.match(line):
            return _combined_line(combined, process)
    except (ValueError, TypeError, LookupError, RecursionError, OverflowError):
        return None
    return None


def _json_line(row: dict[str, Any], process: str) -> LoggedCall:
    asked = _word(row.get("microversion")) or _word(row.get("nova_microversion"))
    return LoggedCall(
        at=_moment(str(row["t"])),
        process=_word(row.get("service")) or process,
        method=str(row["method"]),
        path=str(row["path"]),
        status=int(row["status"]),
        user_agent=_word(row.get("user_agent")),
        microversion=asked,
        user_id=_word(row.get("user_id")),
        project_id=_word(row.get("project_id")),
        request_id=_word(row.get("request_id")),
    )


def _swift_line(found: re.Match[str]) -> LoggedCall | None:
    words = found[5].split(" ")
    if _word(words[_SWIFT_SOURCE]):
        return None
    return LoggedCall(
        at=_moment(found[1]),
        process="swift",
        method=found[2],
        path=unquote(found[3]),
        status=int(found[4]),
        user_agent=unquote(_word(words[_SWIFT_AGENT])),
        request_id=_word(words[_SWIFT_REQUEST]),
    )


def _combined_line(found: re.Match[str], process: str) -> LoggedCall:
    return LoggedCall(
        at=_moment(found[1]),
        process=process,
        method=found[2],
        path=found[3],
        status=int(found[4]),
        user_agent=_word(found[5]),
    )


def _moment(text: str) -> datetime:
    """`[21/Nov/2026:15:23:32 +0000]` or Swift's `21/Nov/2026/15/23/32`. Raises ValueError."""
    found = _TIME.search(text)
    if found is None:
        raise ValueError("no time of a log")
    day, month, year, hour, minute, second = found.group(1, 2, 3, 4, 5, 6)
    zone: timezone = UTC
    if found[7]:
        offset = timedelta(hours=int(found[8]), minutes=int(found[9]))
        zone = timezone(offset if found[7] == "+" else -offset)
    local = datetime(
        int(year), _MONTHS.index(month) + 1, int(day), int(hour), int(minute), int(second),
        tzinfo=zone,
    )  # fmt: skip
    return local.astimezone(UTC)


def _word(value: Any) -> str:
    """Logs write `-` for nothing."""
    return "" if value is None or value == "-" else str(value)


def _origin_of(process: str) -> str:
    """`.invalid` is nobody's: such an address cannot be meant for a real place."""
    return f"http://{process or 'process'}.invalid"
