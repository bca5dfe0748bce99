"""Identity: users, projects, domains, roles, application credentials, the catalog."""

from __future__ import annotations

import secrets
import uuid
from typing import Any

from tests.fakes.keystone_auth import Authentication
from tests.fakes.keystone_tokens import IMPLIED, with_implied
from tests.fakes.service import Call, Record, Refusal, next_query, page, route

ROLES = (*IMPLIED, "reader", "service")
PLURALS = {
    "project": "projects",
    "user": "users",
    "domain": "domains",
    "role": "roles",
    "region": "regions",
}


class Keystone(Authentication):
    """Rights are Keystone's own: `admin` may all, everybody reads what is about them."""

    def populate(self, admin: str, demo: str, password: str) -> None:
        self._keep("domain", {"name": "Default", "description": "", "enabled": True}, "default")
        for name in ROLES:
            self._keep("role", {"name": name, "domain_id": None, "description": None})
        for region in self.cloud.regions:
            self._keep("region", {"description": "", "parent_region_id": None}, region)
        for name, role in ((admin, "admin"), (demo, "member")):
            project = self._keep("project", _project({"name": name}))
            user = self._keep("user", _user({"name": name}))
            user.hidden["password"] = password
            self.grants.add((user.id, project.id, self._role_id(role)))

    def _keep(self, kind: str, body: dict[str, Any], record_id: str = "") -> Record:
        made = record_id or uuid.uuid4().hex
        more: dict[str, Any] = {"tags": []} if kind == "domain" else {}
        if kind != "region":
            more["options"] = {"immutable": True} if kind == "role" else {}
        links = {"self": f"{self.origin}/v3/{PLURALS[kind]}/{made}"}
        return self.shelf(kind).put(
            Record(made, "", "", {"id": made, **body, **more, "links": links})
        )

    def _listed(self, call: Call, plural: str, rows: list[Record]) -> dict[str, Any]:
        names = ("name", "domain_id", "enabled", "parent_id")
        asked = {k: v for k, v in call.request.query.items() if k in names}
        rows = [one for one in rows if all(str(one.body.get(k)) == v for k, v in asked.items())]
        shown, marker = page(rows, call.request.query, 10_000)
        here = self.origin + call.request.target
        links: dict[str, Any] = {"next": None, "self": here, "previous": None}
        answer: dict[str, Any] = {plural: [one.body for one in shown], "links": links}
        if marker and "limit" in call.request.query:
            base = here.split("?")[0]
            links["next"] = f"{base}?{next_query(call.request.query, marker)}"
            answer["truncated"] = True
        return answer

    # Projects, users, domains, roles: the same five calls.

    def _create(self, call: Call, kind: str, body: dict[str, Any]) -> tuple[int, Any]:
        self.need_admin(call, f"create_{kind}")
        for one in self.shelf(kind):
            if (one.body.get("name"), one.body.get("domain_id")) == (
                body["name"], body.get("domain_id"),
            ):  # fmt: skip
                raise Refusal(409, f"Conflict occurred attempting to store {kind}")
        return 201, {kind: self._keep(kind, body).body}

    def _update(self, call: Call, kind: str, record_id: str) -> Any:
        self.need_admin(call, f"update_{kind}")
        record = self.known(kind, record_id)
        change = dict(call.json()[kind])
        if "password" in change:
            self.set_password(record, change.pop("password"))
        record.body.update(change)
        return {kind: {**record.body, **({"extra": {}} if kind == "project" else {})}}

    def _delete(self, call: Call, kind: str, record_id: str) -> tuple[int, None]:
        self.need_admin(call, f"delete_{kind}")
        self.known(kind, record_id)
        self.shelf(kind).take(record_id)
        self.grants = {grant for grant in self.grants if record_id not in grant}
        for one in self.shelf("credential"):
            if record_id in (one.user, one.project):
                self.shelf("credential").take(one.id)
        self.forget(lambda token: record_id in (token.user, token.project))
        return 204, None

    @route("GET", "/v3/projects")
    def list_projects(self, call: Call) -> Any:
        self.need_admin(call, "list_projects")
        return self._listed(call, "projects", list(self.shelf("project")))

    @route("POST", "/v3/projects")
    def create_project(self, call: Call) -> Any:
        return self._create(call, "project", _project(call.json()["project"]))

    @route("GET", "/v3/projects/{id}")
    def show_project(self, call: Call, id: str) -> Any:
        if not call.is_admin and id != call.project:
            self.need_admin(call, "get_project")
        return {"project": self.known("project", id).body}

    @route("PATCH", "/v3/projects/{id}")
    def update_project(self, call: Call, id: str) -> Any:
        return self._update(call, "project", id)

    @route("DELETE", "/v3/projects/{id}")
    def delete_project(self, call: Call, id: str) -> Any:
        return self._delete(call, "project", id)

    @route("GET", "/v3/users")
    def list_users(self, call: Call) -> Any:
        self.need_admin(call, "list_users")
        return self._listed(call, "users", list(self.shelf("user")))

    @route("POST", "/v3/users")
    def create_user(self, call: Call) -> Any:
        wanted = dict(call.json()["user"])
        password = wanted.pop("password", "")
        status, answer = self._create(call, "user", _user(wanted))
        self.known("user", answer["user"]["id"]).hidden["password"] = password
        return status, answer

    @route("GET", "/v3/users/{id}")
    def show_user(self, call: Call, id: str) -> Any:
        if id != call.user:
            self.need_admin(call, "get_user")
        return {"user": self.known("user", id).body}

    @route("PATCH", "/v3/users/{id}")
    def update_user(self, call: Call, id: str) -> Any:
        return self._update(call, "user", id)

    @route("DELETE", "/v3/users/{id}")
    def delete_user(self, call: Call, id: str) -> Any:
        return self._delete(call, "user", id)

    @route("POST", "/v3/users/{id}/password")
    def change_password(self, call: Call, id: str) -> Any:
        wanted = call.json()["user"]
        user = self.known("user", id)
        if user.hidden["password"] != wanted["original_password"]:
            raise Refusal(401, "The request you have made requires authentication.")
        self.set_password(user, wanted["password"])
        return 204, None

    @route("GET", "/v3/users/{id}/projects")
    def list_own_projects(self, call: Call, id: str) -> Any:
        held = {project for user, project, _ in self.grants if user == id}
        rows = [one for one in self.shelf("project") if one.id in held]
        return self._listed(call, "projects", rows)

    @route("GET", "/v3/auth/projects")
    def list_my_projects(self, call: Call) -> Any:
        return self.list_own_projects(call, call.user)

    @route("GET", "/v3/domains")
    def list_domains(self, call: Call) -> Any:
        self.need_admin(call, "list_domains")
        return self._listed(call, "domains", list(self.shelf("domain")))

    @route("POST", "/v3/domains")
    def create_domain(self, call: Call) -> Any:
        wanted = {"description": "", "enabled": True, **call.json()["domain"]}
        return self._create(call, "domain", wanted)

    @route("GET", "/v3/domains/{id}")
    def show_domain(self, call: Call, id: str) -> Any:
        return {"domain": self.known("domain", id).body}

    @route("PATCH", "/v3/domains/{id}")
    def update_domain(self, call: Call, id: str) -> Any:
        return self._update(call, "domain", id)

    @route("DELETE", "/v3/domains/{id}")
    def delete_domain(self, call: Call, id: str) -> Any:
        if self.known("domain", id).body["enabled"]:
            raise Refusal(403, "Cannot delete a domain that is enabled, please disable it first.")
        for kind in ("project", "user"):
            for one in self.shelf(kind):
                if one.body["domain_id"] == id:
                    self._delete(call, kind, one.id)
        return self._delete(call, "domain", id)

    @route("GET", "/v3/roles")
    def list_roles(self, call: Call) -> Any:
        self.need_admin(call, "list_roles")
        return self._listed(call, "roles", list(self.shelf("role")))

    @route("GET", "/v3/roles/{id}")
    def show_role(self, call: Call, id: str) -> Any:
        self.need_admin(call, "get_role")
        return {"role": self.known("role", id).body}

    @route("PUT", "/v3/projects/{id}/tags/{tag}")
    def tag_project(self, call: Call, id: str, tag: str) -> Any:
        self.need_admin(call, "create_project_tag")
        self.known("project", id).body["tags"].append(tag)
        return 201, None

    # Who has which role where.

    @route("PUT", "/v3/projects/{place}/users/{user}/roles/{role}")
    @route("PUT", "/v3/domains/{place}/users/{user}/roles/{role}")
    def grant(self, call: Call, place: str, user: str, role: str) -> Any:
        self.need_admin(call, "create_grant")
        self.known("role", role)
        self.known("user", user)
        self.grants.add((user, place, role))
        return 204, None

    @route("DELETE", "/v3/projects/{place}/users/{user}/roles/{role}")
    @route("DELETE", "/v3/domains/{place}/users/{user}/roles/{role}")
    def withdraw(self, call: Call, place: str, user: str, role: str) -> Any:
        self.need_admin(call, "revoke_grant")
        if (user, place, role) not in self.grants:
            raise Refusal(404, "Could not find role assignment.")
        self.grants.discard((user, place, role))
        self.forget(lambda token: token.user == user and place in (token.project, token.domain))
        for one in self.shelf("credential"):
            if (one.user, one.project) == (user, place):
                self.shelf("credential").take(one.id)
        return 204, None

    @route("GET", "/v3/projects/{place}/users/{user}/roles/{role}")
    def check_grant(self, call: Call, place: str, user: str, role: str) -> Any:
        if (user, place, role) not in self.grants:
            raise Refusal(404, "Could not find role assignment.")
        return 204, None

    @route("GET", "/v3/projects/{place}/users/{user}/roles")
    def list_grants(self, call: Call, place: str, user: str) -> Any:
        held = [role for who, where, role in self.grants if (who, where) == (user, place)]
        return self._listed(call, "roles", [self.known("role", one) for one in held])

    @route("GET", "/v3/role_assignments")
    def list_assignments(self, call: Call) -> Any:
        query = call.request.query
        mine = query.get("user.id") == call.user
        if not mine:
            self.need_admin(call, "list_role_assignments")
        asked = (query.get("user.id"), query.get("scope.project.id"), query.get("role.id"))
        rows = [
            self._assignment(*grant, named="include_names" in query)
            for grant in sorted(self.grants)
            if all(want in (None, has) for want, has in zip(asked, grant, strict=True))
        ]
        here = self.origin + call.request.target
        links = {"next": None, "self": here, "previous": None}
        return {"role_assignments": rows, "links": links}

    def _assignment(self, user: str, place: str, role: str, named: bool) -> dict[str, Any]:
        kind = "project" if self.shelf("project").find(place) else "domain"
        path = f"{self.origin}/v3/{kind}s/{place}/users/{user}/roles/{role}"

        def words(what: str, record_id: str) -> dict[str, Any]:
            if not named:
                return {"id": record_id}
            record = self.known(what, record_id)
            brief = {"id": record_id, "name": record.body["name"]}
            domain = record.body.get("domain_id")
            return {**brief, "domain": self.brief("domain", domain)} if domain else brief

        return {
            "links": {"assignment": path},
            "scope": {kind: words(kind, place)},
            "user": words("user", user),
            "role": words("role", role),
        }

    # Application credentials and trusts: rights lent to a machine.

    @route("POST", "/v3/users/{user}/application_credentials")
    def create_credential(self, call: Call, user: str) -> Any:
        assert call.token is not None
        if call.token.credential:
            raise Refusal(403, "You are not authorized to perform the requested action.")
        wanted = call.json()["application_credential"]
        made = uuid.uuid4().hex
        names = {one["name"] for one in wanted.get("roles") or [] if "name" in one}
        names |= {
            str(self.known("role", one["id"]).body["name"])
            for one in wanted.get("roles") or []
            if "id" in one
        }
        roles = frozenset(names) or call.token.roles
        if not roles <= with_implied(call.token.roles):
            raise Refusal(400, "Invalid application credential: role not held")
        secret = wanted.get("secret") or secrets.token_urlsafe(64)
        body = {
            "id": made,
            "name": wanted["name"],
            "description": wanted.get("description"),
            "user_id": user,
            "project_id": call.project,
            "system": None,
            "expires_at": wanted.get("expires_at"),
            "unrestricted": wanted.get("unrestricted"),
            "roles": [self._role_body(name) for name in sorted(roles)],
            "links": {"self": f"{self.origin}/v3/application_credentials/{made}"},
        }
        kept = Record(made, call.project, user, body)
        kept.hidden.update(secret=secret, roles=roles)
        self.shelf("credential").put(kept)
        return 201, {"application_credential": {**body, "secret": secret}}

    def _role_body(self, name: str) -> dict[str, Any]:
        body = self.known("role", self._role_id(name)).body
        return {key: value for key, value in body.items() if key != "links"}

    @route("GET", "/v3/users/{user}/application_credentials")
    def list_credentials(self, call: Call, user: str) -> Any:
        rows = [one for one in self.shelf("credential") if one.user == user]
        return self._listed(call, "application_credentials", rows)

    @route("GET", "/v3/users/{user}/application_credentials/{id}")
    def show_credential(self, call: Call, user: str, id: str) -> Any:
        return {"application_credential": self.known("credential", id).body}

    @route("DELETE", "/v3/users/{user}/application_credentials/{id}")
    def delete_credential(self, call: Call, user: str, id: str) -> Any:
        assert call.token is not None
        if call.token.credential:
            raise Refusal(403, "You are not authorized to perform the requested action.")
        self.known("credential", id)
        self.shelf("credential").take(id)
        self.forget(lambda token: token.credential == id)
        return 204, None

    @route("POST", "/v3/OS-TRUST/trusts")
    def create_trust(self, call: Call) -> Any:
        wanted = call.json()["trust"]
        made = uuid.uuid4().hex
        body = {"id": made, **wanted, "deleted_at": None, "redelegation_count": 0}
        self.shelf("trust").put(Record(made, wanted.get("project_id") or "", call.user, body))
        return 201, {"trust": body}

    @route("GET", "/v3/OS-TRUST/trusts/{id}")
    def show_trust(self, call: Call, id: str) -> Any:
        return {"trust": self.known("trust", id).body}

    @route("DELETE", "/v3/OS-TRUST/trusts/{id}")
    def delete_trust(self, call: Call, id: str) -> Any:
        self.known("trust", id)
        self.shelf("trust").take(id)
        self.forget(lambda token: token.trust == id)
        return 204, None

    # The catalog as resources.

    @route("GET", "/v3/services")
    def list_services(self, call: Call) -> Any:
        self.need_admin(call, "list_services")
        rows = [
            {"name": one["name"], "id": one["id"], "type": one["type"], "enabled": True}
            for one in self.catalog("")
        ]
        return self._plain(call, "services", rows)

    @route("GET", "/v3/endpoints")
    def list_endpoints(self, call: Call) -> Any:
        self.need_admin(call, "list_endpoints")
        rows = [
            {**endpoint, "service_id": one["id"], "enabled": True}
            for one in self.catalog("%(project_id)s")
            for endpoint in one["endpoints"]
        ]
        return self._plain(call, "endpoints", rows)

    @route("GET", "/v3/regions")
    def list_regions(self, call: Call) -> Any:
        return self._listed(call, "regions", list(self.shelf("region")))

    def _plain(self, call: Call, plural: str, rows: list[dict[str, Any]]) -> Any:
        here = f"{self.origin}/v3/{plural}"
        for one in rows:
            one["links"] = {"self": f"{here}/{one['id']}"}
        links = {"next": None, "self": self.origin + call.request.target, "previous": None}
        return {plural: rows, "links": links}


def _project(wanted: dict[str, Any]) -> dict[str, Any]:
    domain = wanted.get("domain_id") or "default"
    start = {"description": "", "enabled": True, "parent_id": domain, "is_domain": False}
    return {**start, "tags": [], **wanted, "domain_id": domain}


def _user(wanted: dict[str, Any]) -> dict[str, Any]:
    start = {"domain_id": "default", "enabled": True, "password_expires_at": None}
    return {**start, **wanted}
