"""From the address of a call to a path template without a word of the product or its user.

Integration guideline, section 4.4.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import unquote

from certification.engine.footprint.model import Matched
from certification.engine.footprint.service import ServiceOperations
from certification.engine.footprint.table import OperationTable
from certification.engine.footprint.words import METHODS, S3, UNKNOWN_SERVICE, VARIABLE

#: No operation is deeper; what lies deeper in a path that no row fits is left out.
MAX_SEGMENTS = 8
#: A path longer than this is not looked at word by word.
_MAX_PATH = 2_000
_DEFAULT_PORTS = {"http": "80", "https": "443"}

_ORIGIN = re.compile(
    r"(https?)://(?:[^/?#@]*@)?(\[[^/?#\]]*\]|[^/?#:]*)(?::([0-9]*))?(?=[/?#]|$)", re.I
)
_VERSION = re.compile(r"v[0-9]{1,2}(?:\.[0-9]{1,2})?")
_PROJECT = re.compile(
    r"AUTH_.*|(?:AUTH_)?(?:[0-9a-f]{32}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})",
    re.I | re.S,
)
_ID = re.compile(
    r"[0-9]+|[0-9a-f]{32,64}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.I
)


class Normalised(NamedTuple):
    """`unknown`: no catalog named the place where the call went."""

    service: str
    api: str | None
    path: str
    matched: Matched
    unknown: bool = False


class Normaliser:
    """Knows a cloud's endpoints once it has learned its catalog; the calls of all later."""

    def __init__(self, table: OperationTable) -> None:
        self.table = table
        self._mounts: dict[str, list[tuple[str, str]]] = {}
        self._origins: dict[str, str] = {}

    def learn_catalog(self, catalog: Iterable[Mapping[str, Any]]) -> None:
        """Take the endpoints of a Keystone v3 catalog: `[{"type", "endpoints": [{"url"}]}]`.
        What has another shape is passed over: catalogs come from clouds."""
        for service in catalog:
            for endpoint in service.get("endpoints") or ():
                self.learn_endpoint(str(service.get("type", "")), str(endpoint.get("url", "")))

    def learn_endpoint(self, service_type: str, url: str) -> None:
        """Take one endpoint, also the identity endpoint that a client starts with. A type that is
        not official stays unknown."""
        service = self.table.official_name(service_type)
        origin, path = self._split(url)
        if not service or not origin:
            return
        mount = _mount_of(path)
        mounts = self._mounts.setdefault(origin, [])
        if (mount, service) not in mounts:
            mounts.append((mount, service))
            mounts.sort(key=lambda one: -len(one[0]))

    def normalise(self, method: str, url: str, project_id: str = "") -> Normalised:
        """What the call was. `url` is absolute, of the cloud itself; any text is safe."""
        origin, path = self._split(url)
        mounts = [
            (mount, service)
            for mount, service in self._mounts.get(origin, ())
            if path.startswith(mount) and path[len(mount) : len(mount) + 1] in ("", "/")
        ]
        if not mounts or method not in METHODS:
            return _unknown(path)
        longest = mounts[0][0]
        found = None
        for mount, service in mounts:
            if mount != longest:
                break
            found_here = self._within(service, method, path[len(mount) :], project_id)
            if found_here.matched is not Matched.GENERIC:
                return found_here
            found = found or found_here
        assert found is not None  # noqa: S101 - mounts is not empty
        return found

    def _split(self, url: str) -> tuple[str, str]:
        """Origin in one spelling, and the decoded path."""
        found = _ORIGIN.match(url)
        if found is None:
            return "", ""
        origin = self._origins.get(found[0])
        if origin is None:
            scheme = found[1].lower()
            origin = f"{scheme}://{found[2].lower()}:{found[3] or _DEFAULT_PORTS[scheme]}"
            if len(self._origins) < 1000:
                self._origins[found[0]] = origin
        path = url[found.end() :].partition("#")[0].partition("?")[0]
        return origin, unquote(path) if "%" in path else path

    def _within(self, service: str, method: str, path: str, project_id: str) -> Normalised:
        segments = [segment for segment in path.split("/", _MAX_PATH) if segment]
        api = None
        if segments and _VERSION.fullmatch(segments[0]):
            api = segments.pop(0)
        if service == "object-store":
            return _object_store(api, segments)
        if segments and (segments[0] == project_id or _PROJECT.fullmatch(segments[0])):
            del segments[0]
        if not segments:
            return Normalised(service, api, "/", Matched.ROOT)
        operations = self.table.operations_of(service)
        last = segments[-1]
        if last.endswith(".json") and last[:-5] in operations.literals:
            segments[-1] = last[:-5]
        template = operations.template_of(method, segments)
        if template:
            return Normalised(service, api, template, Matched.TABLE)
        return Normalised(service, api, _generic(segments, operations), Matched.GENERIC)


def is_id(segment: str) -> bool:
    """Digits, a UUID, or 32 to 64 hexadecimal digits."""
    return _ID.fullmatch(segment) is not None


def _mount_of(path: str) -> str:
    """What precedes the first version or project segment: `/volume` of `/volume/v3/2f0e...`."""
    kept: list[str] = []
    for segment in path.rstrip("/").split("/"):
        if _VERSION.fullmatch(segment) or _PROJECT.fullmatch(segment):
            break
        kept.append(segment)
    return "/".join(kept)


def _object_store(api: str | None, segments: Sequence[str]) -> Normalised:
    """Account, container, object by position; in S3 the account is not in the path."""
    if not segments:
        return Normalised("object-store", api, "/", Matched.ROOT)
    if list(segments) == ["info"]:
        return Normalised("object-store", api, "/info", Matched.RULE)
    depth = len(segments) + (api is None)
    return Normalised("object-store", api or S3, f"/{VARIABLE}" * min(depth, 3), Matched.RULE)


def _generic(segments: Sequence[str], operations: ServiceOperations) -> str:
    words = (
        segment if segment in operations.literals and not is_id(segment) else VARIABLE
        for segment in segments[:MAX_SEGMENTS]
    )
    return "/" + "/".join(words)


def _unknown(path: str) -> Normalised:
    depth = sum(1 for segment in path.split("/", MAX_SEGMENTS) if segment)
    return Normalised(
        UNKNOWN_SERVICE,
        None,
        f"/{VARIABLE}" * min(depth, MAX_SEGMENTS) or "/",
        Matched.GENERIC if depth else Matched.ROOT,
        True,
    )
