"""Where a cloud's services are: from an address to the service behind it and the path within."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import unquote

from certification.engine.footprint.table import OperationTable
from certification.engine.footprint.words import UNKNOWN_SERVICE, is_project, is_version

_DEFAULT_PORTS = {"http": "80", "https": "443"}
_ORIGIN = re.compile(
    r"(https?)://(?:[^/?#@]*@)?(\[[^/?#\]]*\]|[^/?#:]*)(?::([0-9]*))?(?=[/?#]|$)", re.IGNORECASE
)
#: Spellings of origins that are remembered; more come only from a hostile client.
_MAX_SPELLINGS = 1_000


class Endpoints:
    """Origin to its mounts, longest first; a mount is the path up to the first version segment."""

    def __init__(self, table: OperationTable) -> None:
        self._table = table
        self._mounts: dict[str, list[tuple[str, str]]] = {}
        self._spellings: dict[str, str] = {}

    def learn_catalog(self, catalog: Iterable[Any]) -> None:
        """Take a Keystone v3 catalog. What has another shape is passed over: clouds write it."""
        for service in catalog:
            if not isinstance(service, Mapping):
                continue
            endpoints = service.get("endpoints")
            for endpoint in endpoints if isinstance(endpoints, list) else ():
                if isinstance(endpoint, Mapping):
                    self.learn(str(service.get("type", "")), str(endpoint.get("url", "")))

    def learn(self, service_type: str, url: str) -> None:
        """A type that is not official takes its place too, so that no other service gets its
        calls; they stay unknown."""
        service = self._table.official_name(service_type) or UNKNOWN_SERVICE
        origin, path = self.split(url)
        if not origin:
            return
        entry = (_mount_of(path), service)
        mounts = self._mounts.setdefault(origin, [])
        if entry not in mounts:
            mounts.append(entry)
            mounts.sort(key=lambda one: -len(one[0]))

    def services_at(self, url: str) -> tuple[list[str], str]:
        """The services of the longest mount, in the order of the catalog, and the path below."""
        origin, path = self.split(url)
        services: list[str] = []
        longest = ""
        for mount, service in self._mounts.get(origin, ()):
            if services and mount != longest:
                break
            if path.startswith(mount) and path[len(mount) : len(mount) + 1] in ("", "/"):
                longest = mount
                services.append(service)
        return services, path[len(longest) :]

    def split(self, url: str) -> tuple[str, str]:
        """The origin in one spelling and the decoded path; empty for what is no http address.

        The whole path is decoded before it is split, as the services themselves do.
        """
        found = _ORIGIN.match(url)
        if found is None:
            return "", ""
        spelling = found[0]
        origin = self._spellings.get(spelling)
        if origin is None:
            scheme = found[1].lower()
            origin = f"{scheme}://{found[2].lower()}:{found[3] or _DEFAULT_PORTS[scheme]}"
            if len(self._spellings) < _MAX_SPELLINGS:
                self._spellings[spelling] = origin
        path = url[found.end() :].partition("#")[0].partition("?")[0]
        return origin, unquote(path) if "%" in path else path


def _mount_of(path: str) -> str:
    """What precedes the first version or project: `/volume` of `/volume/v3/2f0e...`."""
    kept: list[str] = []
    for segment in path.rstrip("/").split("/"):
        if is_version(segment) or is_project(segment):
            break
        kept.append(segment)
    return "/".join(kept)
