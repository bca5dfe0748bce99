"""How the fake identity service gives and checks tokens."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tests.fakes.keystone_tokens import Token, stamp, wanted_scope, with_implied
from tests.fakes.service import Call, Record, Refusal, Service, route
from tests.fakes.wire import Answer

if TYPE_CHECKING:
    from tests.fakes.cloud import FakeCloud

UNAUTHORIZED = "The request you have made requires authentication."


class Authentication(Service):
    type = "identity"
    name = "keystone"
    mount = "/v3"

    def __init__(self, cloud: FakeCloud, region: str) -> None:
        super().__init__(cloud, region)
        self.tokens: dict[str, Token] = {}
        self.grants: set[tuple[str, str, str]] = set()

    def token_of(self, token_id: str) -> Token | None:
        token = self.tokens.get(token_id)
        return token if token is not None and token.expires > time.time() else None

    def expire_all(self) -> None:
        """For tests: every token given so far is worthless from now on."""
        self.tokens.clear()

    def forget(self, is_meant: Callable[[Token], bool]) -> None:
        self.tokens = {key: one for key, one in self.tokens.items() if not is_meant(one)}

    def set_password(self, user: Record, password: str) -> None:
        """Tokens of the user end with the old password, application credentials do not."""
        user.hidden["password"] = password
        self.forget(lambda token: token.user == user.id and not token.credential)

    def known(self, kind: str, record_id: str) -> Record:
        record = self.shelf(kind).find(record_id)
        if record is None:
            raise Refusal(404, f"Could not find {kind}: {record_id}.")
        return record

    def need_admin(self, call: Call, action: str) -> None:
        if not call.is_admin:
            raise Refusal(
                403, f"You are not authorized to perform the requested action: identity:{action}."
            )

    def brief(self, kind: str, record_id: str) -> dict[str, Any]:
        return {"id": record_id, "name": self.known(kind, record_id).body["name"]}

    def _role_id(self, name: str) -> str:
        return next(one.id for one in self.shelf("role") if one.body["name"] == name)

    # Versions

    @route("GET", "/", open=True)
    def versions(self, call: Call) -> Any:
        return 300, {"versions": {"values": [self._version()]}}

    @route("GET", "/v3", open=True)
    def version(self, call: Call) -> Any:
        return {"version": self._version()}

    def _version(self) -> dict[str, Any]:
        media = "application/vnd.openstack.identity-v3+json"
        return {
            "id": "v3.14",
            "status": "stable",
            "updated": "2020-04-07T00:00:00Z",
            "links": [{"rel": "self", "href": f"{self.origin}/v3/"}],
            "media-types": [{"base": "application/json", "type": media}],
        }

    # Tokens

    @route("POST", "/v3/auth/tokens", open=True)
    def authenticate(self, call: Call) -> Answer:
        auth = call.json().get("auth") or {}
        if "methods" not in (auth.get("identity") or {}):
            raise Refusal(400, "'identity' is a required property")
        token = self._new_token(auth)
        self.tokens[token.id] = token
        with_catalog = "nocatalog" not in call.request.query
        body = {"token": self._document(token, with_catalog)}
        return Answer(201, body, {"X-Subject-Token": token.id})

    @route("GET", "/v3/auth/tokens")
    def validate(self, call: Call) -> Answer:
        subject = self.token_of(call.request.headers.get("x-subject-token", ""))
        if subject is None:
            raise Refusal(404, "Could not recognize Fernet token")
        body = {"token": self._document(subject, "nocatalog" not in call.request.query)}
        return Answer(200, body, {"X-Subject-Token": subject.id})

    @route("DELETE", "/v3/auth/tokens")
    def revoke(self, call: Call) -> Any:
        self.tokens.pop(call.request.headers.get("x-subject-token", ""), None)
        return 204, None

    @route("GET", "/v3/auth/catalog")
    def show_catalog(self, call: Call) -> Any:
        return {
            "catalog": self.catalog(call.project),
            "links": {"self": f"{self.origin}/v3/auth/catalog"},
        }

    def _new_token(self, auth: dict[str, Any]) -> Token:
        identity = auth["identity"]
        methods = tuple(identity["methods"])
        if methods == ("application_credential",):
            return self._by_credential(identity["application_credential"])
        if methods == ("password",):
            user = self._by_password(identity["password"]["user"])
        elif methods == ("token",):
            user = self._by_token(identity["token"]["id"])
        else:
            raise Refusal(401, UNAUTHORIZED)
        return self._scoped(auth, user, methods)

    def _by_password(self, wanted: dict[str, Any]) -> Record:
        for user in self.shelf("user"):
            named = user.body["name"] == wanted.get("name") and self._is_domain(
                user.body["domain_id"], wanted.get("domain") or {}
            )
            if (user.id == wanted.get("id") or named) and user.body["enabled"]:
                if user.hidden["password"] == wanted.get("password"):
                    return user
                break
        raise Refusal(401, UNAUTHORIZED)

    def _by_token(self, token_id: str) -> Record:
        token = self.token_of(token_id)
        if token is None:
            raise Refusal(401, UNAUTHORIZED)
        return self.known("user", token.user)

    def _by_credential(self, wanted: dict[str, Any]) -> Token:
        for one in self.shelf("credential"):
            if wanted.get("id") == one.id or self._is_named(one, wanted):
                if one.hidden["secret"] != wanted.get("secret"):
                    break
                roles = frozenset(one.hidden["roles"])
                methods = ("application_credential",)
                return Token(one.user, methods, one.project, roles=roles, credential=one.id)
        raise Refusal(401, UNAUTHORIZED)

    def _is_named(self, credential: Record, wanted: dict[str, Any]) -> bool:
        owner = self.known("user", credential.user).body
        user = wanted.get("user") or {}
        return credential.body["name"] == wanted.get("name") and (
            user.get("id") == owner["id"]
            or (
                user.get("name") == owner["name"]
                and self._is_domain(owner["domain_id"], user.get("domain") or {})
            )
        )

    def _is_domain(self, domain_id: str, wanted: dict[str, Any]) -> bool:
        return wanted.get("id") == domain_id or (
            "name" in wanted and self.known("domain", domain_id).body["name"] == wanted["name"]
        )

    def _scoped(self, auth: dict[str, Any], user: Record, methods: tuple[str, ...]) -> Token:
        kind, wanted = wanted_scope(auth)
        if not kind:
            return Token(user.id, methods)
        if kind == "trust":
            trust = self.known("trust", wanted["id"])
            roles = frozenset(one["name"] for one in trust.body["roles"])
            if trust.body["trustee_user_id"] != user.id:
                raise Refusal(403, "You are not authorized to perform the requested action.")
            owner = trust.body["trustor_user_id"]
            return Token(owner, methods, trust.project, roles=with_implied(roles), trust=trust.id)
        place = self._place(kind, wanted)
        roles = self._roles_at(user.id, place)
        if not roles:
            raise Refusal(401, UNAUTHORIZED)
        where = {"project": place} if kind == "project" else {"domain": place}
        return Token(user.id, methods, roles=roles, **where)

    def _place(self, kind: str, wanted: dict[str, Any]) -> str:
        for one in self.shelf(kind):
            named = one.body["name"] == wanted.get("name") and (
                kind == "domain"
                or self._is_domain(one.body["domain_id"], wanted.get("domain") or {})
            )
            if one.id == wanted.get("id") or named:
                return one.id
        raise Refusal(401, UNAUTHORIZED)

    def _roles_at(self, user: str, place: str) -> frozenset[str]:
        held = [role for who, where, role in self.grants if (who, where) == (user, place)]
        return with_implied(frozenset(str(self.known("role", one).body["name"]) for one in held))

    def _document(self, token: Token, with_catalog: bool) -> dict[str, Any]:
        user = self.known("user", token.user).body
        document: dict[str, Any] = {
            "methods": list(token.methods),
            "user": {
                "domain": self.brief("domain", user["domain_id"]),
                "id": user["id"],
                "name": user["name"],
                "password_expires_at": None,
            },
            "audit_ids": [uuid.uuid5(uuid.NAMESPACE_OID, token.id).hex[:22]],
            "expires_at": stamp(token.expires),
            "issued_at": stamp(token.issued),
        }
        if token.project:
            project = self.known("project", token.project).body
            domain = self.brief("domain", project["domain_id"])
            document["project"] = {"domain": domain, **self.brief("project", token.project)}
            document["is_domain"] = False
        if token.domain:
            document["domain"] = self.brief("domain", token.domain)
        if token.roles:
            roles = sorted(token.roles)
            document["roles"] = [{"id": self._role_id(one), "name": one} for one in roles]
            if with_catalog:
                document["catalog"] = self.catalog(token.project)
        if token.trust:
            trust = self.known("trust", token.trust).body
            document["OS-TRUST:trust"] = {"id": token.trust, "impersonation": True, **trust}
        if token.credential:
            document["application_credential"] = {
                **self.brief("credential", token.credential),
                "restricted": True,
            }
        return document

    def catalog(self, project: str) -> list[dict[str, Any]]:
        entries: dict[str, dict[str, Any]] = {}
        for service in self.cloud.services():
            entry = entries.setdefault(
                service.type,
                {
                    "endpoints": [],
                    "id": uuid.uuid5(uuid.NAMESPACE_OID, service.type).hex,
                    "type": service.type,
                    "name": service.name,
                },
            )
            regions = self.cloud.regions if service is self else (service.region,)
            entry["endpoints"] += [
                _endpoint(service, project, region, interface)
                for region in regions
                for interface in (("public", "internal") if service is self else ("public",))
            ]
        return list(entries.values())


def _endpoint(service: Service, project: str, region: str, interface: str) -> dict[str, str]:
    name = f"{service.type} {region} {interface}"
    return {
        "id": uuid.uuid5(uuid.NAMESPACE_OID, name).hex,
        "interface": interface,
        "region_id": region,
        "url": service.url(project),
        "region": region,
    }
