"""What footprints say by service: what a buyer reads before the single operations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from certification.engine.footprint.model import Condition, Footprint, Operation

_READS = frozenset({"GET", "HEAD", "OPTIONS"})
#: Asking for a token writes nothing that stays.
_TOKENS = ("identity", "POST", "/auth/tokens")


@dataclass(frozen=True, slots=True)
class ServiceUse:
    """One service as it was used without disturbance. `operations` counts distinct methods and
    templates; `writes` are those that succeeded, as `POST /servers`. Microversions are the lowest
    and highest answered, empty where none was. `floor` is the lowest maximum with which the product
    still worked."""

    service: str
    apis: tuple[str, ...]
    requests: int
    operations: int
    succeeded: bool
    writes: tuple[str, ...]
    mv_lowest: str
    mv_highest: str
    floor: str

    def to_document(self) -> dict[str, Any]:
        return {
            "service": self.service,
            "apis": list(self.apis),
            "requests": self.requests,
            "operations": self.operations,
            "succeeded": self.succeeded,
            "writes": list(self.writes),
            "mv_lowest": self.mv_lowest,
            "mv_highest": self.mv_highest,
            "floor": self.floor,
        }


def services_of(footprints: Sequence[Footprint]) -> tuple[ServiceUse, ...]:
    """Over the footprints of condition `plain`, sorted by service; floors from all of them."""
    by_service: dict[str, list[Operation]] = defaultdict(list)
    for operation in _undisturbed(footprints):
        by_service[operation.service].append(operation)
    floors: dict[str, str] = {}
    for footprint in footprints:
        for service, floor in footprint.mv_floor.items():
            kept = floors.get(service)
            floors[service] = floor if kept is None else min(kept, floor, key=_version)
    return tuple(
        _use(service, found, floors.get(service, ""))
        for service, found in sorted(by_service.items())
    )


def is_write(operation: Operation) -> bool:
    """It succeeded and changed something; a token is no such thing."""
    asked = (operation.service, operation.method, operation.path)
    return operation.succeeded and operation.method not in _READS and asked != _TOKENS


def operation_rows(footprints: Sequence[Footprint]) -> list[dict[str, Any]]:
    """Each distinct method, template, action and status of `plain`, counted over all footprints,
    sorted by service, path, method, action and status."""
    counts: dict[tuple[str, str, str, str, int], int] = defaultdict(int)
    for one in _undisturbed(footprints):
        counts[one.service, one.path, one.method, one.action, one.status] += one.count
    return [
        {
            "service": service,
            "method": method,
            "path": path,
            "action": action,
            "status": status,
            "count": counts[service, path, method, action, status],
        }
        for service, path, method, action, status in sorted(counts)
    ]


def _undisturbed(footprints: Iterable[Footprint]) -> Iterable[Operation]:
    for footprint in footprints:
        if footprint.condition is Condition.PLAIN:
            yield from footprint.operations


def _use(service: str, operations: list[Operation], floor: str) -> ServiceUse:
    answered = sorted({one.mv_answered for one in operations if one.mv_answered}, key=_version)
    return ServiceUse(
        service=service,
        apis=tuple(sorted({one.api for one in operations if one.api})),
        requests=sum(one.count for one in operations),
        operations=len({(one.method, one.path, one.action) for one in operations}),
        succeeded=any(one.succeeded for one in operations),
        writes=tuple(sorted({_words(one) for one in operations if is_write(one)})),
        mv_lowest=answered[0] if answered else "",
        mv_highest=answered[-1] if answered else "",
        floor=floor,
    )


def _words(operation: Operation) -> str:
    action = f" {operation.action}" if operation.action else ""
    return f"{operation.method} {operation.path}{action}"


def _version(text: str) -> tuple[int, ...]:
    """`2.100` comes after `2.96`; what is no version comes first."""
    return tuple(int(part) for part in text.split(".") if part.isdigit())
