"""How somebody signs in to a cloud."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace


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
