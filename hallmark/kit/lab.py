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
    """`settle_s` is how long the kit waits for what is being deleted. `people` is None without an
    administrator's cloud. `federated` is a cloud whose login came through an identity provider.
    `provider_network` names a network for `network.address_modes`."""

    adapter: Adapter
    cloud: Cloud
    nonce: str
    folder: Path
    open_recording: OpenRecording
    people: People | None = None
    federated: Cloud | None = None
    provider_network: str = ""
    settle_s: float = 60.0
    lose_access_s: float = 600.0
    secrets: KnownSecrets = field(default_factory=KnownSecrets)

    def own_environment(self) -> dict[str, str]:
        """What every verb gets of the caller's environment."""
        kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
        passed = {
            name: os.environ[name] for name in self.adapter.passed if name in os.environ
        }
        return {**kept, **passed, **_settings(self.adapter.settings)}


def _settings(settings: Mapping[str, str]) -> dict[str, str]:
    return {f"OSI_SETTING_{name.upper()}": value for name, value in settings.items()}
