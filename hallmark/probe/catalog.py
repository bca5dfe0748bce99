"""The catalog and the version documents: which services there are, in which versions."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from keystoneauth1.access.access import AccessInfo
from os_service_types import ServiceTypes

from certification.engine.probe import SERVICES, ApiVersion, ProbedService
from certification.engine.probe.document import MAX_VERSIONS
from certification.engine.probe.vocabulary import INTERFACES, STATUSES
from hallmark.probe.access import Reach
from hallmark.probe.faults import Unoffered, reason_of

_OFFICIAL = ServiceTypes()
_VERSION = re.compile(r"[0-9]{1,4}\.[0-9]{1,4}")
_IN_URL = re.compile(r"/v([0-9]{1,4})(?:\.([0-9]{1,4}))?(?:/|$)")
#: The Object Store API has no version document; its root lists containers.
_VERSION_IN_URL = frozenset({"object-store"})


@dataclass(frozen=True, slots=True)
class Catalog:
    """`interfaces`: official service type to the interfaces offered in the region looked at.
    `others` counts services of types that nobody has registered."""

    regions: int
    others: int
    interfaces: Mapping[str, tuple[str, ...]]


def read_catalog(access: AccessInfo, region: str) -> Catalog:
    """Raises Unoffered for a token without a catalog."""
    entries = access.service_catalog.catalog if access.has_service_catalog() else ()
    if not entries:
        raise Unoffered
    regions: set[str] = set()
    others: set[str] = set()
    found: defaultdict[str, set[str]] = defaultdict(set)
    for entry in entries:
        service = official_type(str(entry.get("type", "")))
        for endpoint in _objects(entry.get("endpoints")):
            place = str(endpoint.get("region_id") or endpoint.get("region") or "")
            regions.add(place)
            if service is None:
                others.add(str(entry.get("type")))
            elif not region or place == region:
                found[service].add(str(endpoint.get("interface")))
    interfaces = {name: tuple(sorted(INTERFACES & kinds)) for name, kinds in sorted(found.items())}
    return Catalog(len(regions), len(others), interfaces)


def official_type(name: str) -> str | None:
    """`block-storage` for `volumev3`; None for a type that is not in the vocabulary."""
    known = name if name in SERVICES else _OFFICIAL.get_service_type(name)
    return known if known in SERVICES else None


def look_at_versions(reach: Reach, service: str, interfaces: tuple[str, ...]) -> ProbedService:
    """What the version document says. Raises what keystoneauth raises."""
    if service in _VERSION_IN_URL:
        versions = _from_url(reach.client(service).get_endpoint() or "")
    else:
        rows = _rows(reach, service)
        versions = tuple(sorted({_key(one): one for one in rows}.values(), key=_key))
    if not versions:
        return ProbedService(interfaces, (), _why_not(reach, service))
    return ProbedService(interfaces, versions[-MAX_VERSIONS:])


def _rows(reach: Reach, service: str) -> Iterable[ApiVersion]:
    client = reach.client(service)
    by_region = client.get_all_version_data(
        interface=reach.interface, region_name=reach.region or None
    )
    for by_interface in by_region.values():
        for by_type in by_interface.values():
            for rows in by_type.values():
                # Without a status of its own, a row was guessed from the address.
                yield from (_version(row) for row in rows if row["raw_status"] and _numbered(row))


def _numbered(row: Mapping[str, Any]) -> bool:
    return bool(_VERSION.fullmatch(str(row["version"])))


def _version(row: Mapping[str, Any]) -> ApiVersion:
    bounds = [str(row["min_microversion"]), str(row["max_microversion"])]
    if not all(_VERSION.fullmatch(bound) for bound in bounds):
        bounds = ["", ""]
    status = str(row["status"])
    return ApiVersion(
        id=str(row["version"]),
        status=status if status in STATUSES else "UNKNOWN",
        minimum=bounds[0],
        maximum=bounds[1],
    )


def _key(version: ApiVersion) -> tuple[int, ...]:
    return tuple(int(part) for part in version.id.split("."))


def _from_url(url: str) -> tuple[ApiVersion, ...]:
    found = _IN_URL.search(url)
    return (ApiVersion(f"{found[1]}.{found[2] or 0}", "UNKNOWN"),) if found else ()


def _why_not(reach: Reach, service: str) -> str:
    """keystoneauth tries several addresses and keeps silent about why none was good."""
    try:
        endpoint = reach.client(service).get_endpoint(skip_discovery=True)
        if not endpoint:
            raise Unoffered
        reach.session.get(endpoint, headers={"Accept": "application/json"})
    except Exception as error:
        return reason_of(error)
    return "malformed"


def _objects(value: object) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
