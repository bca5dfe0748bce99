"""The kit's own look at the cloud, past the recorder, with the credentials of the person asked for.

The modules named `cloud...` are the only ones of the kit that import openstacksdk.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol, Self
from urllib.parse import quote, urljoin, urlsplit

import openstack
from keystoneauth1 import exceptions as auth_errors
from keystoneauth1 import loading
from openstack import exceptions as sdk_errors
from os_service_types import ServiceTypes

from hallmark.kit.inventory import Inventory, Resource, mentions
from hallmark.kit.kinds import KINDS, NOT_THE_PRODUCTS, Kind
from hallmark.kit.login import CloudUnreadable, Login

API_TIMEOUT_S = 60
#: Objects and containers whose headers are looked at one by one.
HEADERS_AT_MOST = 50
_TYPES = ServiceTypes()
_DENIED = (401, 403, 404, 405, 406, 501)
_FAILED = 400
_POLL_S = 1.0


class Answer(Protocol):
    """What the kit reads of an HTTP answer."""

    status_code: int
    headers: Mapping[str, str]
    content: bytes

    def json(self) -> Any: ...


def login_of(os_cloud: str) -> Login:
    """The login of a cloud in the caller's clouds.yaml. Raises CloudUnreadable."""
    try:
        found = openstack.config.OpenStackConfig().get_one(cloud=os_cloud)
    except (sdk_errors.SDKException, OSError) as error:
        raise CloudUnreadable(
            f"{error} It has to stand in clouds.yaml: in this folder, in ~/.config/openstack or "
            "/etc/openstack, or where OS_CLIENT_CONFIG_FILE says. [cloud-unknown]"
        ) from None
    config: Mapping[str, Any] = found.config
    auth = {name: str(value) for name, value in dict(config.get("auth") or {}).items() if value}
    if "auth_url" not in auth:
        raise CloudUnreadable(f"cloud {os_cloud} has no auth_url.")
    return Login(
        auth=auth,
        auth_type=str(config.get("auth_type") or "password"),
        region=str(found.get_region_name() or ""),
        interface=str(config.get("interface") or "public").removesuffix("URL"),
        cacert=str(config.get("cacert") or ""),
        verify=bool(config.get("verify", True)),
    )


class Cloud:
    """A project as one person sees it. Use as a context manager."""

    def __init__(self, login: Login) -> None:
        """Signs in. Raises CloudUnreadable."""
        self.login = login
        self._connection = openstack.connection.Connection(
            config=_config(login), use_direct_get=False
        )
        try:
            session: Any = self._connection.session
            self._access = session.auth.get_access(session)
        except (auth_errors.ClientException, sdk_errors.SDKException) as error:
            self.close()
            raise CloudUnreadable(f"{login.auth_url}: no token: {error}") from None
        self.services = frozenset(self._official(one["type"]) for one in self.catalog)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._connection.close()

    @staticmethod
    def _official(service_type: str) -> str:
        return _TYPES.get_service_type(service_type) or service_type

    @property
    def catalog(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._access.service_catalog.catalog
        return found

    def fresh_catalog(self) -> list[dict[str, Any]]:
        """The catalog as it is now, by a new token."""
        with Cloud(self.login) as now:
            return now.catalog

    @property
    def regions(self) -> tuple[str, ...]:
        found = {
            str(end.get("region") or "") for one in self.catalog for end in one.get("endpoints", [])
        }
        return tuple(sorted(found - {""}))

    @property
    def project_id(self) -> str:
        return self._access.project_id or ""

    @property
    def user_id(self) -> str:
        return self._access.user_id or ""

    @property
    def roles(self) -> frozenset[str]:
        return frozenset(self._access.role_names or ())

    @property
    def token(self) -> str:
        return str(self._access.auth_token)

    @property
    def is_federated(self) -> bool:
        """Whether this person came through an identity provider."""
        return bool(self._access.is_federated)

    @property
    def domains(self) -> tuple[str, str]:
        """(the user's domain, the project's domain), ids."""
        return self._access.user_domain_id or "", self._access.project_domain_id or ""

    def has(self, service: str) -> bool:
        return service in self.services

    def ask(self, service: str, method: str, path: str, **options: Any) -> Answer:
        """One call below the service's versioned endpoint; any status is an answer. A GET that lost
        its connection is asked once more. Raises CloudUnreadable where there is none."""
        if method == "GET":
            options["connect_retries"] = 1
        try:
            client = self._client(service)
            answer: Answer = client.request(path, method, raise_exc=False, **options)
        except (
            auth_errors.ClientException,
            auth_errors.CatalogException,
            sdk_errors.SDKException,
        ) as error:
            raise CloudUnreadable(f"{service} {method} {path}: {error}") from None
        return answer

    def _client(self, service: str) -> Any:
        name = service.replace("-", "_")
        if hasattr(type(self._connection), name):
            return getattr(self._connection, name)
        return self._connection.config.get_session_client(service)

    def read(self, service: str, path: str, microversion: str = "") -> Any:
        """The JSON of a GET. Raises CloudUnreadable for any status but 2xx."""
        answer = self.ask(service, "GET", path, **_versioned(microversion))
        if answer.status_code >= _FAILED:
            raise CloudUnreadable(f"{service} GET {path}: {answer.status_code}")
        return answer.json()

    def change(self, service: str, method: str, path: str, body: Any = None) -> Any:
        """A change by the kit itself. Raises CloudUnreadable for any status but 2xx."""
        options = {} if body is None else {"json": body}
        answer = self.ask(service, method, path, **options)
        if answer.status_code >= _FAILED:
            raise CloudUnreadable(f"{service} {method} {path}: {answer.status_code}")
        return answer.json() if answer.content.strip().startswith((b"{", b"[")) else None

    def inventory(self, *, deep: bool = False) -> Inventory:
        """All resources of the project that a product could have made. `deep` also reads what lists
        leave out: headers of containers and objects, parameters of stacks. Raises
        CloudUnreadable, but for kinds that this person may not see or the cloud does not have."""
        found: dict[tuple[str, str], Resource] = {}
        unknown: dict[str, str] = {}
        for kind in KINDS.values():
            if not self.has(kind.service):
                continue
            try:
                for one in self._all(kind, deep=deep):
                    found[one.kind, one.id] = one
            except _KindUnknown as reason:
                unknown[kind.name] = str(reason)
        return Inventory(found, unknown)

    def _all(self, kind: Kind, *, deep: bool) -> Iterator[Resource]:
        if kind.name == "container":
            yield from self._containers(deep=deep)
        elif kind.name == "object":
            yield from self._objects(deep=deep)
        else:
            for document in self._listed(kind):
                if self._is_own(kind, document):
                    yield self._resource(kind, document, deep=deep)

    def _is_own(self, kind: Kind, document: Mapping[str, Any]) -> bool:
        owner = document.get(kind.owner) if kind.owner else None
        if owner and owner != self.project_id:
            return False
        maker = str(document.get("device_owner") or "")
        return not (kind.name == "port" and maker.startswith(NOT_THE_PRODUCTS))

    def _resource(self, kind: Kind, document: Mapping[str, Any], *, deep: bool) -> Resource:
        own_id = str(document.get(kind.id) or document.get("id") or "").rpartition("/")[2]
        name = str(document.get("name") or document.get("stack_name") or own_id)
        if deep and kind.name == "stack":
            document = {**document, **self.read(kind.service, f"/stacks/{name}/{own_id}")["stack"]}
        if deep and kind.name == "share":
            document = {**document, "access_rules": self._access_rules(own_id)}
        return Resource(kind.name, own_id, name, document)

    def _access_rules(self, share: str) -> list[Any]:
        version = self._reachable("shared-file-system", "2.45")
        path = f"/share-access-rules?share_id={share}"
        found = self.read("shared-file-system", path, version)
        return list(found.get("access_list") or ())

    def _listed(self, kind: Kind) -> Iterator[Mapping[str, Any]]:
        path = kind.path.format(user_id=self.user_id)
        options = _versioned(self._reachable(kind.service, kind.microversion))
        while path:
            answer = self.ask(kind.service, "GET", path, **options)
            if answer.status_code in _DENIED:
                raise _KindUnknown(f"{kind.service} answered {answer.status_code}")
            if answer.status_code >= _FAILED:
                raise CloudUnreadable(f"{kind.service} GET {kind.path}: {answer.status_code}")
            body = answer.json()
            for entry in body.get(kind.key, []):
                yield entry[kind.inner] if kind.inner else entry
            path = _next(body, kind.key, path)

    def _reachable(self, service: str, wanted: str) -> str:
        """The wanted microversion, or the highest below that the cloud has; empty without any."""
        if not wanted:
            return ""
        found = self._client(service).get_endpoint_data()
        highest = getattr(found, "max_microversion", None)
        if not highest:
            return ""
        asked = tuple(int(part) for part in wanted.split("."))
        return wanted if tuple(highest) >= asked else ".".join(str(part) for part in highest)

    def _containers(self, *, deep: bool) -> Iterator[Resource]:
        for number, entry in enumerate(self._stored("/")):
            name = str(entry["name"])
            headers = self._headers(f"/{quote(name)}") if deep and number < HEADERS_AT_MOST else {}
            yield Resource("container", name, name, {**entry, "headers": headers})

    def _objects(self, *, deep: bool) -> Iterator[Resource]:
        number = 0
        for container in list(self._stored("/")):
            home = str(container["name"])
            for entry in self._stored(f"/{quote(home)}"):
                number += 1
                path = f"/{quote(home)}/{quote(str(entry['name']))}"
                headers = self._headers(path) if deep and number <= HEADERS_AT_MOST else {}
                document = {**entry, "container": home, "headers": headers}
                yield Resource("object", f"{home}/{entry['name']}", str(entry["name"]), document)

    def _stored(self, path: str) -> Iterator[Mapping[str, Any]]:
        """Entries of the account or a container, all pages."""
        marker = ""
        while True:
            asked = f"{path}?format=json" + (f"&marker={quote(marker, safe='')}" if marker else "")
            answer = self.ask("object-store", "GET", asked)
            if answer.status_code in _DENIED:
                raise _KindUnknown(f"object-store answered {answer.status_code}")
            if answer.status_code >= _FAILED:
                raise CloudUnreadable(f"object-store GET: {answer.status_code}")
            page = answer.json() if answer.content.strip() else []
            if not page:
                return
            yield from page
            marker = str(page[-1]["name"])

    def _headers(self, path: str) -> dict[str, str]:
        answer = self.ask("object-store", "HEAD", path)
        return {name: value for name, value in answer.headers.items() if "-meta-" in name.lower()}

    def settled(self, good: Callable[[Inventory], bool], limit_s: float) -> Inventory:
        """An inventory that is `good`, or the last one when the time is over."""
        deadline = time.monotonic() + limit_s
        while True:
            found = self.inventory()
            if good(found) or time.monotonic() >= deadline:
                return found
            time.sleep(_POLL_S)

    def purge(self, mark: str, before: Inventory, limit_s: float = 120.0) -> Inventory:
        """Delete what carries the mark and was not there before; what still stays."""

        def ours(found: Inventory) -> Inventory:
            homes = {one.id for one in found.of("container") if mentions(one, mark)}
            return found.since(before).only(
                lambda one: mentions(one, mark) or one.id.partition("/")[0] in homes
            )

        deadline = time.monotonic() + limit_s
        while left := ours(self.inventory(deep=True)):
            for resource in sorted(left, key=lambda one: list(KINDS).index(one.kind)):
                self._delete(resource)
            if time.monotonic() >= deadline:
                break
            time.sleep(_POLL_S)
        return left

    def _delete(self, resource: Resource) -> None:
        """Ask for it once; what is in use yet is asked for again in the next round."""
        kind = KINDS[resource.kind]
        words = {key: value for key, value in resource.document.items() if isinstance(value, str)}
        own = {"id": quote(resource.id), "name": quote(resource.name), "user_id": self.user_id}
        if resource.kind == "router":
            self._detach_router(resource.id)
        self.ask(kind.service, "DELETE", kind.delete.format(**{**words, **own}))

    def _detach_router(self, router: str) -> None:
        answer = self.ask("network", "GET", f"/ports?device_id={router}")
        for port in answer.json().get("ports", []) if answer.status_code < _FAILED else []:
            for fixed in port.get("fixed_ips", []):
                path = f"/routers/{router}/remove_router_interface"
                self.ask("network", "PUT", path, json={"subnet_id": fixed["subnet_id"]})


class _KindUnknown(Exception):
    """This kind cannot be seen here."""


def _config(login: Login) -> Any:
    """The SDK's configuration for this login, and for nothing else around."""
    found = openstack.config.OpenStackConfig(load_yaml_config=False, load_envvars=False)
    return found.get_one(
        auth=dict(login.auth),
        auth_type=login.auth_type,
        region_name=login.region or None,
        interface=login.interface,
        cacert=login.cacert or None,
        verify=login.verify,
        api_timeout=API_TIMEOUT_S,
        loading=loading,
    )


def _versioned(microversion: str) -> dict[str, str]:
    return {"microversion": microversion} if microversion else {}


def _next(body: Mapping[str, Any], key: str, path: str) -> str:
    """The path of the next page below the service's endpoint, or nothing."""
    links = body.get(f"{key}_links") or ()
    found = next((str(one["href"]) for one in links if one.get("rel") == "next"), "")
    found = found or str(body.get("next") or (body.get("links") or {}).get("next") or "")
    if not found:
        return ""
    # Links may name another origin than the catalog does: only their query is used.
    query = urlsplit(urljoin("/", found)).query
    return f"{path.partition('?')[0]}?{query}" if query else ""
