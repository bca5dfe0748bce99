"""From the address of a call to a path template without a word of the product or its user.

Integration guideline, section 4.4.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from certification.engine.footprint.endpoints import Endpoints
from certification.engine.footprint.model import Matched
from certification.engine.footprint.service import ServiceOperations
from certification.engine.footprint.table import OperationTable
from certification.engine.footprint.words import (
    METHODS,
    OBJECT_STORE,
    S3,
    UNKNOWN_SERVICE,
    VARIABLE,
    is_id,
    is_project,
    is_version,
)

#: What lies deeper in a path that no row fits is left out, where no row is as deep either.
MAX_SEGMENTS = 8
MAX_TEMPLATE = 200


class Normalised(NamedTuple):
    """`path` is a template. `unknown`: no catalog named an official service where the call went,
    or the method is none of HTTP's usual ones."""

    service: str
    api: str | None
    path: str
    matched: Matched
    unknown: bool = False


class Normaliser:
    """Knows a cloud's endpoints once it has learned them: learn first, then normalise."""

    def __init__(self, table: OperationTable) -> None:
        self.table = table
        self._endpoints = Endpoints(table)

    def learn_catalog(self, catalog: Iterable[Mapping[str, Any]]) -> None:
        """Take the endpoints of a Keystone v3 catalog: `[{"type", "endpoints": [{"url"}]}]`."""
        self._endpoints.learn_catalog(catalog)

    def learn_endpoint(self, service_type: str, url: str) -> None:
        """Take one endpoint, such as the identity endpoint that a client starts with."""
        self._endpoints.learn(service_type, url)

    def normalise(self, method: str, url: str, project_id: str = "") -> Normalised:
        """What the call was. `url` is absolute, of the cloud itself; `project_id` is that of the
        token. Any text is safe: nothing of it comes back that the table does not hold."""
        services, path = self._endpoints.services_at(url)
        segments = [segment for segment in path.split("/") if segment]
        if not services or method not in METHODS:
            return _unknown(len(segments))
        first = self._within(services[0], method, segments, project_id)
        if len(services) == 1 or first.matched is not Matched.GENERIC:
            return first
        others = (self._within(one, method, segments, project_id) for one in services[1:])
        return next((one for one in others if one.matched is not Matched.GENERIC), first)

    def _within(
        self, service: str, method: str, path: Sequence[str], project_id: str
    ) -> Normalised:
        if service == UNKNOWN_SERVICE:
            return _unknown(len(path))
        segments = list(path)
        api = segments.pop(0) if segments and is_version(segments[0]) else None
        if service == OBJECT_STORE:
            return _object_store(api, segments)
        if segments and (segments[0] == project_id or is_project(segments[0])):
            del segments[0]
        if not segments:
            return Normalised(service, api, "/", Matched.ROOT)
        operations = self.table.operations_of(service)
        segments[-1] = _without_format(segments[-1], operations)
        template = operations.template_of(method, segments)
        if template:
            return Normalised(service, api, template, Matched.TABLE)
        return Normalised(service, api, _generic(segments, operations), Matched.GENERIC)


def _without_format(segment: str, operations: ServiceOperations) -> str:
    """Neutron serves `/details.json` as `/details`."""
    bare = segment.removesuffix(".json")
    return bare if bare in operations.literals else segment


def _object_store(api: str | None, segments: Sequence[str]) -> Normalised:
    """Account, container and object by position. A path without a version speaks S3: there the
    account is not in the path, so that bucket and object stand one place further left."""
    if not segments:
        return Normalised(OBJECT_STORE, api, "/", Matched.ROOT)
    if len(segments) == 1 and segments[0] == "info":
        return Normalised(OBJECT_STORE, api, "/info", Matched.RULE)
    depth = len(segments) if api else len(segments) + 1
    return Normalised(OBJECT_STORE, api or S3, f"/{VARIABLE}" * min(depth, 3), Matched.RULE)


def _generic(segments: Sequence[str], operations: ServiceOperations) -> str:
    """Word by word. One segment more than the deepest row is kept: a path that was cut there would
    pass for a row."""
    kept = segments[: max(MAX_SEGMENTS, operations.depth + 1)]
    template = "".join(
        f"/{segment}" if segment in operations.literals and not is_id(segment) else f"/{VARIABLE}"
        for segment in kept
    )
    return template if len(template) <= MAX_TEMPLATE else f"/{VARIABLE}" * len(kept)


def _unknown(depth: int) -> Normalised:
    return Normalised(
        UNKNOWN_SERVICE,
        None,
        f"/{VARIABLE}" * min(depth, MAX_SEGMENTS) or "/",
        Matched.GENERIC if depth else Matched.ROOT,
        True,
    )
