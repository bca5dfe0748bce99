"""A cloud of an older release, as far as microversions go: `old-mv`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from hallmark.recorder.asked import Answered, Asked, OwnAnswer
from hallmark.recorder.conditions.condition import Treatment
from hallmark.recorder.conditions.wording import refusal

#: The maxima of the release Train (2019), where none are given.
TRAIN = {
    "compute": "2.79",
    "block-storage": "3.59",
    "placement": "1.36",
    "shared-file-system": "2.49",
    "baremetal": "1.58",
}
_OWN_HEADERS = {
    "compute": b"x-openstack-nova-api-version",
    "shared-file-system": b"x-openstack-manila-api-version",
    "baremetal": b"x-openstack-ironic-api-version",
}
_COMMON_HEADER = b"openstack-api-version"


class OldMicroversions(Treatment):
    """Version documents say a lower maximum; a call above it gets 406 and does not reach the cloud.
    `latest` becomes that maximum. What lies below is the cloud's own."""

    def __init__(self, maxima: Mapping[str, str] | None = None) -> None:
        self.maxima = dict(maxima or TRAIN)
        for service, maximum in self.maxima.items():
            if not re.fullmatch(r"\d{1,2}\.\d{1,4}", maximum):
                raise ValueError(f"'{maximum}' is no microversion of {service}; write it as 2.79.")

    def on_request(self, asked: Asked) -> OwnAnswer | None:
        maximum = self.maxima.get(asked.service)
        if maximum is None or asked.is_discovery:
            return None
        for name in (_COMMON_HEADER, _OWN_HEADERS.get(asked.service, b"")):
            value = asked.head.text(name) if name else ""
            word = value.rpartition(" ")[2]
            if word == "latest":
                asked.headers[name] = value.replace("latest", maximum).encode("latin-1")
            elif word and _ordered(word) > _ordered(maximum):
                return _too_new(asked.service, word, maximum)
        return None

    def on_answer(self, asked: Asked, answered: Answered) -> None:
        maximum = self.maxima.get(asked.service)
        if maximum is None or not asked.is_discovery or answered.body is None:
            return
        document = json.loads(answered.body) if answered.document else {}
        changed = False
        for version in _versions(document):
            for key in ("version", "max_version"):
                if _ordered(str(version.get(key, ""))) > _ordered(maximum):
                    version[key] = maximum
                    changed = True
        if changed:
            answered.body = json.dumps(document).encode()


def _versions(document: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The entries that have microversions."""
    found = document.get("versions", document.get("version"))
    for one in found if isinstance(found, list) else [found]:
        if isinstance(one, dict) and (one.get("min_version") or one.get("max_version")):
            yield one


def _ordered(version: str) -> tuple[int, ...]:
    """`2.100` comes after `2.96`; other words before all."""
    parts = version.split(".")
    return tuple(map(int, parts)) if len(parts) == 2 and all(map(str.isdigit, parts)) else ()


def _too_new(service: str, asked: str, maximum: str) -> OwnAnswer:
    words = f"Version {asked} is not supported by the API. The maximum is {maximum}."
    return refusal(service, 406, words, openstack_api_version=f"{service} {maximum}")
