"""The recorder as the kit uses it: one recording for each scenario."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Protocol

from certification.engine.footprint.model import Condition, Footprint
from hallmark.kit.adapter import Adapter
from hallmark.kit.login import Login
from hallmark.recorder import CloudAccess, Recorded, Recorder

#: The one entry of the clouds.yaml that a verb gets.
CLOUD_NAME = "osi"


class Recording(Protocol):
    """What the kit needs of a recorder that stands between product and cloud."""

    @property
    def environment(self) -> dict[str, str]: ...

    def footprint(self, *, nonce: str, mv_floor: Mapping[str, str] | None = None) -> Footprint: ...


@dataclass(frozen=True, slots=True)
class Asked:
    """What a scenario wants recorded. `maxima` are the microversions of `old-mv`; `trusted` says
    that listeners speak TLS and the product is told whom to trust."""

    condition: Condition
    login: Login
    maxima: Mapping[str, str] = field(default_factory=dict)
    trusted: bool = False
    seed: int = 0


OpenRecording = Callable[[Asked], AbstractContextManager[Recording]]


def recordings(adapter: Adapter, cloud_release: str) -> OpenRecording:
    """Recordings of this product on this cloud."""

    @contextmanager
    def opened(asked: Asked) -> Iterator[Recording]:
        about = Recorded(
            product=adapter.name,
            product_version=adapter.version,
            cloud_release=cloud_release,
            mode=adapter.mode,
        )
        with Recorder(
            access_of(asked.login),
            condition=asked.condition,
            seed=asked.seed,
            user_agents=adapter.user_agents,
            maxima=asked.maxima,
            tls=asked.trusted,
            about=about,
        ) as recorder:
            yield recorder

    return opened


def access_of(login: Login) -> CloudAccess:
    """The same person for the recorder."""
    entry: dict[str, object] = {
        "auth": dict(login.auth),
        "auth_type": login.auth_type,
        "interface": login.interface,
        "identity_api_version": "3",
        "verify": login.verify,
    }
    if login.region:
        entry["region_name"] = login.region
    if login.cacert:
        entry["cacert"] = login.cacert
    return CloudAccess(CLOUD_NAME, entry)
