"""What a whole run has in common: product, clouds, people, folders, secrets."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from hallmark.kit.adapter import Adapter
from hallmark.kit.cloud import Cloud
from hallmark.kit.cloud_people import People
from hallmark.kit.recording import OpenRecording
from hallmark.kit.secrets import KnownSecrets

_KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "USER")


@dataclass(slots=True)
class Lab:
    """`people` is None without an administrator's cloud. `federated` is a cloud whose login came
    through an identity provider. `address_mode` is `floating`, `provider` or empty (the product
    chooses), `address_network` the network's id. `stay` is where a run leaves what it does not
    remove, `returned` where a later run finds it.

    Seconds: `settle_s` the kit waits for what is being deleted, `calm_s` it looks again for what
    does not seem to be; `lose_access_s` a product may admit somebody whose role was taken away;
    `watch_s` it watches.
    """

    adapter: Adapter
    cloud: Cloud
    nonce: str
    folder: Path
    open_recording: OpenRecording
    people: People | None = None
    federated: Cloud | None = None
    address_mode: str = ""
    address_network: str = ""
    stay: Path | None = None
    returned: Path | None = None
    settle_s: float = 60.0
    calm_s: float = 3.0
    lose_access_s: float = 600.0
    watch_s: float = 61.0
    secrets: KnownSecrets = field(default_factory=KnownSecrets)

    def own_environment(self) -> dict[str, str]:
        """What every verb gets of the caller's environment."""
        kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
        passed = {name: os.environ[name] for name in self.adapter.passed if name in os.environ}
        return {**kept, **passed, **_settings(self.adapter.settings), **self._addresses()}

    def _addresses(self) -> dict[str, str]:
        if not self.address_mode:
            return {}
        return {"OSI_ADDRESS_MODE": self.address_mode, "OSI_NETWORK": self.address_network}


def _settings(settings: Mapping[str, str]) -> dict[str, str]:
    return {f"OSI_SETTING_{name.upper()}": value for name, value in settings.items()}
