"""Which OpenStack releases a cloud can be, from the highest microversions it reports."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

FORMAT = "maximum-microversions/1"
_VERSION = re.compile(r"[0-9]{1,4}\.[0-9]{1,4}")


@dataclass(frozen=True, slots=True)
class MicroversionTable:
    """`releases` oldest first, by name. `maxima`: service to release to its highest microversion;
    a service may begin later than the first release and end before the last one."""

    releases: tuple[str, ...]
    maxima: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class ReleaseRange:
    """The oldest and newest release that all services allow; both empty where they say nothing.

    `reason` is `measured` (one release), `between` (several), `no-data` (no service of the table
    reports a microversion) or `contradiction` (no release fits all services: an operator limits
    one, or runs services of several releases, or the cloud is newer than the table).
    """

    oldest: str = ""
    newest: str = ""
    reason: str = "no-data"

    @property
    def is_measured(self) -> bool:
        return self.reason == "measured"


def parse_microversions(raw: bytes) -> MicroversionTable:
    """The table of a shipped document. Raises ValueError: it is ours, so a fault is a defect."""
    document = json.loads(raw)
    if document["format"] != FORMAT:
        raise ValueError(f"The table of microversions has the form {document['format']!r}.")
    table = MicroversionTable(tuple(document["releases"]), document["maxima"])
    for service, rows in table.maxima.items():
        _check_rows(table, service, rows)
    return table


def _check_rows(table: MicroversionTable, service: str, rows: Mapping[str, str]) -> None:
    strangers = set(rows) - set(table.releases)
    if strangers or not all(_VERSION.fullmatch(value) for value in rows.values()):
        raise ValueError(f"The table of microversions has faulty rows for {service}.")
    values = [_order(rows[name]) for name in table.releases if name in rows]
    if not values or values != sorted(values):
        raise ValueError(f"The maxima of {service} are not in the order of the releases.")


def measure_release(maxima: Mapping[str, str], table: MicroversionTable) -> ReleaseRange:
    """The releases that every service allows.

    A release is possible where its maximum equals the cloud's. After a service's last row the last
    maximum is carried on, as services go for years without a new microversion: block-storage 3.71
    fits every release since 2024.1. For these releases the table does not know better, so a maximum
    above the last row fits them as well, and only them.
    """
    said = [
        _possible(maximum, table.maxima[service], table.releases)
        for service, maximum in maxima.items()
        if service in table.maxima and _VERSION.fullmatch(maximum)
    ]
    if not said:
        return ReleaseRange()
    left = [name for name in table.releases if all(name in possible for possible in said)]
    if not left:
        return ReleaseRange(reason="contradiction")
    return ReleaseRange(left[0], left[-1], "measured" if len(left) == 1 else "between")


def _possible(maximum: str, rows: Mapping[str, str], releases: tuple[str, ...]) -> frozenset[str]:
    seen = _order(maximum)
    known = [place for place, name in enumerate(releases) if name in rows]
    last = _order(rows[releases[known[-1]]])
    carried = releases[known[-1] + 1 :] if seen >= last else ()
    equal = (releases[place] for place in known if _order(rows[releases[place]]) == seen)
    return frozenset((*equal, *carried))


def _order(version: str) -> tuple[int, int]:
    major, minor = version.split(".")
    return int(major), int(minor)
