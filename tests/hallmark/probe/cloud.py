"""A cloud of answers: small, complete, and full of words that no probe may repeat."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

PROJECT = "5ec2e7000000000000000000000000aa"
TOKEN = "gAAAA-planted-token"
SECRET = "planted-secret"
#: Stands in every name, id and address that the cloud gives away.
PLANTED = "planted"

Reply = tuple[int, Mapping[str, str], bytes]
Handler = Callable[[str, str, bytes], Reply]


def reply(document: object, status: int = 200, **headers: str) -> Reply:
    kept = {name.replace("_", "-"): value for name, value in headers.items()}
    return status, {"Content-Type": "application/json", **kept}, json.dumps(document).encode()


@dataclass(slots=True)
class FakeCloud:
    """`replies` maps `METHOD /path` (without query) to what comes back; change it to break one
    service. `asked` notes every request. `origin` is the address that the documents name."""

    origin: str = ""
    replies: dict[str, Reply | Handler] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)

    def answer(self, method: str, target: str, body: bytes = b"") -> Reply:
        self.asked.append((method, target))
        self.bodies.append(body)
        found = self.replies.get(f"{method} {urlsplit(target).path.rstrip('/')}")
        if found is None:
            return reply({"error": f"{PLANTED} has no such thing"}, 404)
        return found(method, target, body) if callable(found) else found

    def settle_at(self, origin: str) -> None:
        """Fill in all replies, with addresses below `origin`."""
        self.origin = origin
        self.replies = {
            "POST /v3/auth/tokens": reply(
                {"token": token(catalog(origin))}, 201, X_Subject_Token=TOKEN
            ),
            "GET /v3": reply({"version": version("v3.14", f"{origin}/v3/", "stable")}),
            **self._documents(),
        }

    def _documents(self) -> dict[str, Reply | Handler]:
        found: dict[str, Reply | Handler] = {
            f"GET /{path}": reply(
                {"versions": [version(id_, f"{self.origin}/{path}/{root}/", *mv)]}
            )
            for path, (id_, root, *mv) in VERSIONS.items()
        }
        found.update({f"GET {path}": reply(document) for path, document in DOCUMENTS.items()})
        return found


def version(
    id_: str, url: str, status: str = "CURRENT", low: str = "", high: str = ""
) -> dict[str, Any]:
    return {
        "id": id_,
        "status": status,
        "min_version": low,
        "version": high,
        "updated": "2026-01-01T00:00:00Z",
        "links": [{"rel": "self", "href": url}],
    }


#: Path of the service to the id and root of its version, status and microversions.
VERSIONS = {
    "compute": ("v2.1", "v2.1", "CURRENT", "2.1", "2.100"),
    "volume": ("v3.0", "v3", "CURRENT", "3.0", "3.71"),
    "share": ("v2.0", "v2", "CURRENT", "2.0", "2.89"),
    "network": ("v2.0", "v2.0"),
    "image": ("v2.17", "v2"),
    "balance": ("v2.0", "v2.0"),
    "names": ("v2.0", "v2"),
    "keys": ("v1", "v1"),
}
SERVICES = {
    "identity": "v3",
    "compute": "compute",
    "volumev3": "volume",
    "sharev2": "share",
    "network": "network",
    "image": "image",
    "object-store": f"object/v1/AUTH_{PROJECT}",
    "load-balancer": "balance",
    "dns": "names",
    "key-manager": "keys",
    "planted-billing": "billing",
}
_SUBNET = {"id": "planted-subnet", "name": "planted", "cidr": "203.0.113.0/24"}
_LIMITS = {"maxTotalCores": 20, "maxTotalInstances": -1, "maxTotalRAMSize": 51200, "planted": 7}
DOCUMENTS: dict[str, Any] = {
    "/network/v2.0/extensions": {
        "extensions": [
            {"alias": alias, "name": "planted", "description": "planted"}
            for alias in ("router", "external-net", "quotas", "planted-firewall")
        ]
    },
    "/network/v2.0/networks": {"networks": [{"id": "planted-net-1"}, {"id": "planted-net-2"}]},
    "/network/v2.0/subnets": {
        "subnets": [
            _SUBNET | {"network_id": "planted-net-1", "ip_version": 4, "enable_dhcp": True},
            _SUBNET
            | {
                "network_id": "planted-net-1",
                "ip_version": 6,
                "enable_dhcp": False,
                "ipv6_address_mode": "slaac",
                "ipv6_ra_mode": None,
            },
            _SUBNET | {"network_id": "planted-own", "ip_version": 4, "enable_dhcp": True},
        ]
    },
    "/network/v2.0/availability_zones": {
        "availability_zones": [
            {"name": "planted-az", "resource": kind, "state": "available"}
            for kind in ("network", "router")
        ]
    },
    f"/network/v2.0/quotas/{PROJECT}": {"quota": {"network": 100, "router": -1, "planted": 3}},
    "/compute/v2.1/flavors/detail": {
        "flavors": [
            {"id": "planted-1", "name": "planted.small", "vcpus": 2, "ram": 4096},
            {"id": "planted-2", "name": "planted.large", "vcpus": 64, "ram": 524288},
        ]
    },
    "/compute/v2.1/os-availability-zone": {
        "availabilityZoneInfo": [
            {"zoneName": "planted-1", "zoneState": {"available": True}},
            {"zoneName": "planted-2", "zoneState": {"available": False}},
        ]
    },
    "/compute/v2.1/limits": {"limits": {"rate": [], "absolute": _LIMITS}},
    "/volume/v3/types": {"volume_types": [{"id": "planted", "name": "planted-ssd"}]},
    "/volume/v3/os-availability-zone": {
        "availabilityZoneInfo": [{"zoneName": "planted", "zoneState": {"available": True}}]
    },
    "/volume/v3/limits": {"limits": {"rate": [], "absolute": {"maxTotalVolumes": 10}}},
    "/image/v2/schemas/image": {
        "properties": {
            "disk_format": {"enum": [None, "raw", "qcow2", "planted"]},
            "container_format": {"enum": [None, "bare"]},
        }
    },
    "/image/v2/info/import": {"import-methods": {"value": ["web-download", "planted"]}},
    "/object/info": {"swift": {"policies": [{"name": "planted"}]}, "slo": {}, "planted": {}},
    "/balance/v2.0/lbaas/providers": {
        "providers": [{"name": "ovn"}, {"name": "planted", "description": "planted"}]
    },
    "/names/v2/limits": {"max_zones": 10, "min_ttl": None},
    "/keys/v1/secret-stores": {"secret_stores": [{"name": "planted", "secret_store_ref": "x"}]},
    "/share/v2/types": {"share_types": [{"id": "planted", "name": "planted"}]},
}


def catalog(origin: str) -> list[dict[str, Any]]:
    return [
        {
            "id": f"planted-{kind}",
            "name": "planted",
            "type": kind,
            "endpoints": [endpoint(f"{origin}/{path}"), endpoint(f"{origin}/{path}", "internal")],
        }
        for kind, path in SERVICES.items()
    ]


def endpoint(url: str, interface: str = "public", region: str = "planted-region") -> dict[str, str]:
    return {
        "id": "planted-endpoint",
        "interface": interface,
        "region": region,
        "region_id": region,
        "url": url,
    }


def token(services: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "methods": ["password"],
        "user": {"id": "planted", "name": "planted", "domain": {"id": "d", "name": "planted"}},
        "project": {"id": PROJECT, "name": "planted", "domain": {"id": "d", "name": "planted"}},
        "roles": [{"id": "planted", "name": "member"}],
        "issued_at": "2026-11-21T00:00:00.000000Z",
        "expires_at": "2036-11-21T00:00:00.000000Z",
        "catalog": services,
    }


@contextmanager
def served(cloud: FakeCloud) -> Iterator[str]:
    """The cloud on a real port of this machine; its address."""

    class Served(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # head and body leave as one packet

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, headers, content = cloud.answer(self.command, self.path, body)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"):
        setattr(Served, f"do_{method}", Served.answer)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Served)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    origin = f"http://127.0.0.1:{server.server_port}"
    cloud.settle_at(origin)
    try:
        yield origin
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
