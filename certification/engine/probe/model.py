"""A probe: what one cloud was seen to offer, without a name, id or address (`osi-probe/1`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

FORMAT = "osi-probe/1"
#: A count, known words (sorted), or limits by name, where -1 means unlimited.
Fact = int | tuple[str, ...] | Mapping[str, int]


@dataclass(frozen=True, slots=True)
class ApiVersion:
    """One row of a version document: `2.1`, `CURRENT`, and its microversions, empty where none."""

    id: str
    status: str
    minimum: str = ""
    maximum: str = ""


@dataclass(frozen=True, slots=True)
class ProbedService:
    """A service that the catalog names. `unknown` is why there are no versions, else empty."""

    interfaces: tuple[str, ...]
    versions: tuple[ApiVersion, ...]
    unknown: str = ""


@dataclass(frozen=True, slots=True)
class Probe:
    """`services` are keyed by official service type. Every fact of the vocabulary stands either in
    `facts` or, with the reason, in `unknown`. `others` counts words outside the vocabulary, which
    are not written down. `nonce` is empty for a probe that answers no challenge. Times are RFC
    3339, UTC, whole seconds."""

    prober_version: str
    started: str
    ended: str
    services: Mapping[str, ProbedService]
    facts: Mapping[str, Fact]
    unknown: Mapping[str, str]
    others: Mapping[str, int] = field(default_factory=dict)
    nonce: str = ""

    @property
    def probed_at(self) -> str:
        """When the looking ended."""
        return self.ended

    @property
    def maxima(self) -> dict[str, str]:
        """The highest microversion of each service that has any."""
        found = {
            name: max((v.maximum for v in service.versions if v.maximum), key=_order, default="")
            for name, service in self.services.items()
        }
        return {name: maximum for name, maximum in found.items() if maximum}

    def count(self, name: str) -> int | None:
        """A fact that is a number; None where it is unknown."""
        value = self.facts.get(name)
        return value if isinstance(value, int) else None

    def words(self, name: str) -> frozenset[str] | None:
        """A fact that is a list of words; None where it is unknown."""
        value = self.facts.get(name)
        return frozenset(value) if isinstance(value, tuple) else None

    def limits(self, name: str) -> Mapping[str, int] | None:
        """A fact that is limits by name (-1: unlimited); None where it is unknown."""
        value = self.facts.get(name)
        return value if isinstance(value, Mapping) else None


class ProbeRefused(ValueError):
    """No probe, or one that cannot be believed. `code` is stable, `place` a JSON path."""

    def __init__(self, code: str, message: str, place: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.place = place


def _order(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
