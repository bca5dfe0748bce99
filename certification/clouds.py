"""Probing a public cloud from the service: through the guard, with an application credential.

Everything that the cloud names (catalog, version documents, next links) is reached by the rules of
`certification.outgoing` or not at all (trust.md S14, S15). The credential lives in the arguments of
one call and is written nowhere (S16).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from urllib.parse import urlsplit

from certification.engine.probe import Probe
from certification.outgoing import Asked, RequestRefused, exchange
from hallmark.probe import (
    Answer,
    ExchangeFailed,
    Limits,
    ProbeImpossible,
    probe_cloud,
    reach_by_application_credential,
)

MOST_BYTES = 8 * 1024 * 1024
LIMITS = Limits(total_s=90.0, look_s=20.0)
#: Where public clouds serve OpenStack's APIs by https: behind one name, on the ports that the
#: projects document, and on those that installers give to TLS.
PORTS = frozenset(
    {
        *(443, 5000, 8000, 8004, 8041, 8042, 8080, 8082, 8386, 8774, 8776, 8778, 8786, 8888),
        *(9001, 9292, 9311, 9322, 9511, 9517, 9696, 9876, 8443, 6385, 5050),
        *(13000, 13001, 13004, 13005, 13041, 13042, 13080, 13292, 13311, 13385, 13696, 13774),
        *(13776, 13778, 13786, 13808, 13876),
    }
)
_REASONS = {"time-out": "time-out", "tls-untrusted": "tls"}
_V3 = "/v3"


@dataclass(frozen=True, slots=True)
class ApplicationCredential:
    """The secret stays out of every text that is made of this."""

    id: str
    secret: str = field(repr=False)


def probe_public_cloud(
    *, auth_url: str, credential: ApplicationCredential, region: str = "", nonce: str = ""
) -> Probe:
    """What the cloud offers to the credential. Raises ProbeImpossible."""
    if urlsplit(auth_url).scheme.lower() != "https":
        raise ProbeImpossible(
            "scheme-refused", "Give the https:// address of the Identity service."
        )
    way = _GuardedWay()
    reach = reach_by_application_credential(
        auth_url=_with_version(auth_url),
        id=credential.id,
        secret=credential.secret,
        exchange=way.send,
        region=region,
    )
    try:
        return probe_cloud(reach, version=version("hallmark"), nonce=nonce, limits=LIMITS)
    finally:
        way.close()


def _with_version(auth_url: str) -> str:
    bare = auth_url.rstrip("/")
    return bare if bare.endswith(_V3) else bare + _V3


class _GuardedWay:
    """Requests through the guard, until it is closed: a look that was given up may still run in its
    thread, and shall ask nothing more with the credential."""

    def __init__(self) -> None:
        self._is_open = True

    def close(self) -> None:
        self._is_open = False

    def send(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        if not self._is_open:
            raise ExchangeFailed("time-out", "The probe is over.")
        asked = Asked(method, url, headers, body)
        try:
            found = exchange(asked, most_bytes=MOST_BYTES, ports=PORTS)
        except RequestRefused as refused:
            raise ExchangeFailed(_REASONS.get(refused.code, "unreachable"), str(refused)) from None
        return Answer(found.status, found.headers, found.body)
