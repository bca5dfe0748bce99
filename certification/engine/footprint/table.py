"""The operation table: which operations each OpenStack service has, by official service type."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from certification.engine.footprint.service import ServiceOperations

_VERSIONED = re.compile(r"v[0-9.]+$")

FORMAT = "osi-operations/1"


class TableInvalid(ValueError):
    """The bytes are no operation table. They come with Hallmark, so this is a fault of ours."""


class OperationTable:
    """What the bytes of a table say; services are compiled when they are first asked for.

    `sha256` is of the bytes as shipped: a footprint names the table by it.
    """

    def __init__(self, sha256: str, document: Mapping[str, Any]) -> None:
        self.sha256 = sha256
        self.version: str = document["version"]
        self._services: Mapping[str, Mapping[str, Any]] = document["services"]
        self._compiled: dict[str, ServiceOperations] = {}

    @cached_property
    def services(self) -> frozenset[str]:
        """Every official service type, also those without operations."""
        return frozenset(self._services)

    @cached_property
    def _official(self) -> dict[str, str]:
        official = {name: name for name in self._services}
        for name, service in self._services.items():
            official |= dict.fromkeys(service.get("aliases", ()), name)
        return official

    def covers(self, service: str) -> bool:
        """Whether the table knows the operations of this service."""
        return bool(self._services.get(service, {}).get("operations"))

    def official_name(self, service_type: str) -> str:
        """The official type of a catalog's `volumev3`; empty where there is none. A version at the
        end and underscores are forgiven, as by the service types authority."""
        official = self._official.get(service_type)
        if official is None:
            plain = service_type.lower().replace("_", "-")
            official = self._official.get(plain) or self._official.get(_VERSIONED.sub("", plain))
        return official or ""

    def project_of(self, service: str) -> str:
        """The project that serves an official type: `nova`. Raises KeyError."""
        return str(self._services[service]["project"])

    def operations_of(self, service: str) -> ServiceOperations:
        """The service's operations to walk. Raises KeyError for one that is not in `services`."""
        known = self._compiled.get(service)
        if known is None:
            known = self._compiled[service] = ServiceOperations(
                self._services[service], self._borrowed(service)
            )
        return known

    def _borrowed(self, service: str) -> list[Mapping[str, str]]:
        """Rows that a service shares with another: network serves load-balancer's `/lbaas`."""
        return [
            {
                path: methods
                for path, methods in self._services[lender]["operations"].items()
                if path == prefix or path.startswith(f"{prefix}/")
            }
            for prefix, lender in self._services[service].get("borrows", {}).items()
        ]


def parse_table(raw: bytes) -> OperationTable:
    """Read a table of the form `osi-operations/1`. Raises TableInvalid."""
    try:
        document = json.loads(raw)
        if document["format"] != FORMAT:
            raise TableInvalid(f"Expected the format {FORMAT}.")
        return OperationTable(hashlib.sha256(raw).hexdigest(), document)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise TableInvalid(f"This is no operation table: {type(error).__name__}: {error}") from None
