"""People and projects that the kit makes for single tests, by an administrator's leave."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from hallmark.kit.cloud import Cloud
from hallmark.kit.login import CloudUnreadable, Login
from hallmark.kit.secrets import KnownSecrets


@dataclass(frozen=True, slots=True)
class Person:
    """A user made for a test, with a password of their own, in a project."""

    user_id: str
    project_id: str
    login: Login


class People:
    """Makes users, projects and domains as the administrator, and takes all of them away again."""

    def __init__(self, admin: Cloud, known: KnownSecrets) -> None:
        self.admin = admin
        self._known = known
        self._undo: list[tuple[str, str, Any]] = []
        self._made: dict[str, str] = {}

    def close(self) -> None:
        """Take away what was made, last first. What the cloud refuses to delete is left."""
        while self._undo:
            method, path, body = self._undo.pop()
            with suppress(CloudUnreadable):
                self.admin.change("identity", method, path, body)

    def domain(self, name: str) -> str:
        """A new domain's id."""
        path = "/domains"
        body = {"domain": {"name": name, "enabled": True}}
        found = str(self.admin.change("identity", "POST", path, body)["domain"]["id"])
        self._undo.append(("DELETE", f"{path}/{found}", None))
        # Only a disabled domain may be deleted; undone in reverse order.
        self._undo.append(("PATCH", f"{path}/{found}", {"domain": {"enabled": False}}))
        return found

    def project(self, name: str, domain_id: str = "") -> str:
        """A new project's id, in the administrator's domain unless another is named."""
        body = {"project": {"name": name, "domain_id": domain_id or self.admin.domains[1]}}
        found = str(self.admin.change("identity", "POST", "/projects", body)["project"]["id"])
        self._undo.append(("DELETE", f"/projects/{found}", None))
        return found

    def person(self, name: str, project_id: str, role: str, domain_id: str = "") -> Person:
        """A new user with one role on a project."""
        password = secrets.token_urlsafe(18)
        self._known.learn(password)
        domain = domain_id or self.admin.domains[0]
        body = {"user": {"name": name, "password": password, "domain_id": domain}}
        found = str(self.admin.change("identity", "POST", "/users", body)["user"]["id"])
        self._undo.append(("DELETE", f"/users/{found}", None))
        self._made[name] = found
        self.admin.change("identity", "PUT", _grant(project_id, found, self.role(role)))
        auth = {
            "auth_url": self.admin.login.auth_url,
            "username": name,
            "password": password,
            "user_domain_id": domain,
            "user_domain_name": self._name_of_domain(domain),
            **self._names_of(project_id),
        }
        login = replace(self.admin.login, auth=auth, auth_type="password")
        return Person(found, project_id, login)

    def _names_of(self, project_id: str) -> dict[str, str]:
        """Name and domain. Clients know the domain by its name, its id or either, so both."""
        project = self.admin.read("identity", f"/projects/{project_id}")["project"]
        return {
            "project_name": str(project["name"]),
            "project_domain_id": str(project["domain_id"]),
            "project_domain_name": self._name_of_domain(str(project["domain_id"])),
        }

    def _name_of_domain(self, domain_id: str) -> str:
        return str(self.admin.read("identity", f"/domains/{domain_id}")["domain"]["name"])

    def role(self, name: str) -> str:
        """A role's id. Raises CloudUnreadable where the cloud has no such role."""
        found = self.admin.read("identity", f"/roles?name={name}")["roles"]
        if not found:
            raise CloudUnreadable(f"the cloud has no role {name}")
        return str(found[0]["id"])

    def revoke(self, person: Person, role: str) -> None:
        """Take a person's role on the project away."""
        path = _grant(person.project_id, person.user_id, self.role(role))
        self.admin.change("identity", "DELETE", path)

    def change_password(self, login: Login) -> None:
        """Give the user of this login a password that nobody knows."""
        body = {"user": {"password": secrets.token_urlsafe(18)}}
        self.admin.change("identity", "PATCH", f"/users/{self._made[login.auth['username']]}", body)


@dataclass(frozen=True, slots=True)
class ApplicationCredential:
    """One that the caller made for their own user; `login` uses it."""

    id: str
    login: Login


def application_credential(cloud: Cloud, name: str, known: KnownSecrets) -> ApplicationCredential:
    """A new one for this user. Raises CloudUnreadable where the user may not make any."""
    path = f"/users/{cloud.user_id}/application_credentials"
    body = {"application_credential": {"name": name}}
    made: Mapping[str, Any] = cloud.change("identity", "POST", path, body)["application_credential"]
    known.learn(str(made["secret"]))
    auth = {
        "auth_url": cloud.login.auth_url,
        "application_credential_id": str(made["id"]),
        "application_credential_secret": str(made["secret"]),
    }
    login = replace(cloud.login, auth=auth, auth_type="v3applicationcredential")
    return ApplicationCredential(str(made["id"]), login)


def withdraw(cloud: Cloud, credential_id: str) -> None:
    """Delete it; it may be gone already."""
    path = f"/users/{cloud.user_id}/application_credentials/{credential_id}"
    cloud.ask("identity", "DELETE", path)


def _grant(project_id: str, user_id: str, role_id: str) -> str:
    return f"/projects/{project_id}/users/{user_id}/roles/{role_id}"
