"""How somebody signs in to a cloud: read from clouds.yaml, or made by the kit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import openstack
from keystoneauth1 import loading
from openstack import exceptions as sdk_errors

API_TIMEOUT_S = 60


class CloudUnreadable(Exception):
    """The cloud did not answer what the kit asked; the message is fit for a reason."""


@dataclass(frozen=True)
class Login:
    """How somebody signs in. `auth` is the `auth` section of a clouds.yaml."""

    auth: Mapping[str, str] = field(repr=False)
    auth_type: str = "password"
    region: str = ""
    interface: str = "public"
    cacert: str = ""
    verify: bool = True

    @property
    def secrets(self) -> tuple[str, ...]:
        sought = ("password", "application_credential_secret", "token", "client_secret", "passcode")
        return tuple(str(self.auth[name]) for name in sought if self.auth.get(name))

    @property
    def auth_url(self) -> str:
        return str(self.auth["auth_url"])

    def at(self, auth_url: str, cacert: str = "") -> Login:
        """The same person at another address."""
        moved = {**self.auth, "auth_url": auth_url}
        return replace(self, auth=moved, cacert=cacert or self.cacert)

    def in_region(self, region: str) -> Login:
        return replace(self, region=region)


def login_of(os_cloud: str) -> Login:
    """The login of a cloud in the caller's clouds.yaml. Raises CloudUnreadable."""
    try:
        found = openstack.config.OpenStackConfig().get_one(cloud=os_cloud)
    except (sdk_errors.SDKException, OSError) as error:
        raise CloudUnreadable(f"cloud {os_cloud}: {error}") from None
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


def config_of(login: Login) -> Any:
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
