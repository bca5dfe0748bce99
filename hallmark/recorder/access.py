"""Access to a cloud: read from `clouds.yaml` or the OS_* variables, handed on with the recorder in
the cloud's place. Secrets stay in memory and in one private folder that is removed."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

_FOLDERS = (Path(), Path("~/.config/openstack"), Path("/etc/openstack"))
_NAMES = ("clouds.yaml", "clouds.yml")

# Key of `auth` in clouds.yaml to the variable of the same meaning.
_AUTH_VARIABLES = {
    "auth_url": "OS_AUTH_URL",
    "username": "OS_USERNAME",
    "user_id": "OS_USER_ID",
    "password": "OS_PASSWORD",
    "passcode": "OS_PASSCODE",
    "token": "OS_TOKEN",
    "project_name": "OS_PROJECT_NAME",
    "project_id": "OS_PROJECT_ID",
    "user_domain_name": "OS_USER_DOMAIN_NAME",
    "user_domain_id": "OS_USER_DOMAIN_ID",
    "project_domain_name": "OS_PROJECT_DOMAIN_NAME",
    "project_domain_id": "OS_PROJECT_DOMAIN_ID",
    "domain_name": "OS_DOMAIN_NAME",
    "domain_id": "OS_DOMAIN_ID",
    "default_domain": "OS_DEFAULT_DOMAIN",
    "system_scope": "OS_SYSTEM_SCOPE",
    "trust_id": "OS_TRUST_ID",
    "application_credential_id": "OS_APPLICATION_CREDENTIAL_ID",
    "application_credential_name": "OS_APPLICATION_CREDENTIAL_NAME",
    "application_credential_secret": "OS_APPLICATION_CREDENTIAL_SECRET",
}
_TOP_VARIABLES = {
    "auth_type": "OS_AUTH_TYPE",
    "region_name": "OS_REGION_NAME",
    "interface": "OS_INTERFACE",
    "identity_api_version": "OS_IDENTITY_API_VERSION",
    "cacert": "OS_CACERT",
    "cert": "OS_CERT",
    "key": "OS_KEY",
}
_TLS_KEYS = ("cacert", "cert", "key", "verify", "insecure")


class CloudUnusable(ValueError):
    """The cloud's configuration cannot be used; `code` is stable."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class CloudAccess:
    """One cloud's entry as `clouds.yaml` has it."""

    name: str
    entry: Mapping[str, Any]

    @property
    def auth_url(self) -> str:
        return str(self.entry["auth"]["auth_url"])

    @property
    def ca(self) -> Path | None:
        given = self.entry.get("cacert")
        return Path(given).expanduser() if given else None

    @property
    def client_certificate(self) -> tuple[Path, Path | None] | None:
        """File of the certificate and, where apart, of its key."""
        cert, key = self.entry.get("cert"), self.entry.get("key")
        return (Path(cert), Path(key) if key else None) if cert else None

    def with_origins(self, replaced: Callable[[str], str], ca: Path | None) -> CloudAccess:
        """The same access with every endpoint passed through `replaced`, trusting only `ca`."""
        entry = {key: value for key, value in self.entry.items() if key not in _TLS_KEYS}
        entry["auth"] = {**self.entry["auth"], "auth_url": replaced(self.auth_url)}
        for key in self._endpoint_keys:
            entry[key] = replaced(str(entry[key]))
        if ca:
            entry["cacert"] = str(ca)
        return replace(self, entry=entry)

    @property
    def endpoints(self) -> tuple[str, ...]:
        """Addresses that are set past the catalog."""
        return tuple(str(self.entry[key]) for key in self._endpoint_keys)

    @property
    def _endpoint_keys(self) -> tuple[str, ...]:
        return tuple(
            key
            for key, value in self.entry.items()
            if key.endswith(("_endpoint_override", "_endpoint"))
            and str(value).startswith(("http://", "https://"))
        )

    def written(self) -> str:
        """A clouds.yaml with this entry alone."""
        return yaml.safe_dump({"clouds": {self.name: _plain(self.entry)}})

    def variables(self, config: Path) -> dict[str, str]:
        """The environment of a client, the configuration file included."""
        auth = self.entry["auth"]
        found = {
            variable: str(values[key])
            for values, names in ((auth, _AUTH_VARIABLES), (self.entry, _TOP_VARIABLES))
            for key, variable in names.items()
            if values.get(key) not in (None, "")
        }
        loopback = _with_loopback(os.environ.get("no_proxy") or os.environ.get("NO_PROXY") or "")
        return {
            "OS_IDENTITY_API_VERSION": "3",
            **found,
            "OS_CLIENT_CONFIG_FILE": str(config),
            "OS_CLOUD": self.name,
            "NO_PROXY": loopback,
            "no_proxy": loopback,
        }


def read_access(name: str = "", environment: Mapping[str, str] = os.environ) -> CloudAccess:
    """The cloud of that name from clouds.yaml (and secure.yaml beside it); without a name, OS_CLOUD
    or the plain OS_* variables. Raises CloudUnusable."""
    name = name or environment.get("OS_CLOUD", "")
    access = _from_file(name, environment) if name else _from_variables(environment)
    if not access.entry["auth"].get("auth_url"):
        raise CloudUnusable(
            "cloud-without-auth-url",
            f"The cloud '{name or 'of the OS_* variables'}' has no auth_url. Add auth.auth_url to "
            "its entry in clouds.yaml (vendor profiles are not looked up), or set OS_AUTH_URL.",
        )
    return checked(access)


def checked(access: CloudAccess) -> CloudAccess:
    """The same access; raises CloudUnusable where the recorder could not stand for the cloud."""
    if access.entry.get("verify") is False or access.entry.get("insecure"):
        raise CloudUnusable(
            "cloud-not-verified",
            f"The cloud '{access.name}' switches off the check of certificates. The recorder never "
            "does: remove 'verify: false' and name the cloud's CA file in 'cacert'.",
        )
    if "v2.0" in access.auth_url or str(access.entry.get("identity_api_version", "3"))[:1] == "2":
        raise CloudUnusable(
            "identity-v2", f"The cloud '{access.name}' is set to identity v2.0. Use v3."
        )
    return access


def _from_file(name: str, environment: Mapping[str, str]) -> CloudAccess:
    file = _config_file(environment)
    if file is None:
        raise CloudUnusable(
            "clouds-not-found",
            f"No clouds.yaml for the cloud '{name}': looked at OS_CLIENT_CONFIG_FILE, here, in "
            "~/.config/openstack and in /etc/openstack.",
        )
    clouds = _clouds_of(file)
    if name not in clouds:
        known = ", ".join(sorted(clouds)) or "none"
        raise CloudUnusable("cloud-unknown", f"{file} has no cloud '{name}'. It has: {known}.")
    secrets = file.with_name("secure" + file.suffix)
    hidden = _clouds_of(secrets).get(name, {}) if secrets.is_file() else {}
    entry = {**clouds[name], **hidden}
    entry["auth"] = {**(clouds[name].get("auth") or {}), **(hidden.get("auth") or {})}
    return CloudAccess(name, entry)


def _config_file(environment: Mapping[str, str]) -> Path | None:
    if given := environment.get("OS_CLIENT_CONFIG_FILE"):
        return Path(given).expanduser()
    candidates = (
        folder.expanduser() / f"clouds{suffix}"
        for folder in _FOLDERS
        for suffix in (".yaml", ".yml")
    )
    return next((file for file in candidates if file.is_file()), None)


def _clouds_of(file: Path) -> dict[str, dict[str, Any]]:
    try:
        read = yaml.safe_load(file.read_bytes())
    except OSError as error:
        raise CloudUnusable("clouds-unreadable", f"{file}: {error.strerror}.") from None
    except yaml.YAMLError:
        # The parser's own words would quote the line, which may hold a password.
        raise CloudUnusable("clouds-unreadable", f"{file} is no YAML.") from None
    clouds = read.get("clouds") if isinstance(read, dict) else None
    if not isinstance(clouds, dict) or not all(isinstance(one, dict) for one in clouds.values()):
        raise CloudUnusable("clouds-unreadable", f"{file} has no mapping 'clouds' of clouds.")
    return clouds


def _from_variables(environment: Mapping[str, str]) -> CloudAccess:
    def found(names: Mapping[str, str]) -> dict[str, Any]:
        return {key: environment[name] for key, name in names.items() if environment.get(name)}

    if not environment.get("OS_AUTH_URL"):
        raise CloudUnusable(
            "cloud-not-named", "Which cloud? Give --os-cloud NAME, or set OS_CLOUD or OS_AUTH_URL."
        )
    return CloudAccess(
        "envvars-recorded", {**found(_TOP_VARIABLES), "auth": found(_AUTH_VARIABLES)}
    )


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value


def _with_loopback(listed: str) -> str:
    names = [one for one in listed.split(",") if one]
    return ",".join([*names, *(one for one in ("127.0.0.1", "localhost") if one not in names)])
