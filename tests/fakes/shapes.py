"""Where two answers differ in shape: keys and kinds of values, not the values."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from tests.fakes.enactment import Seen

# Keys that depend on how a cloud is set up: limits per volume type, and whether a network is the
# default one (a real answer has that key after a POST and for external networks only).
OF_THE_SETUP = re.compile(r"(volumes|gigabytes|snapshots)_.+|is_default")
# Long documents of which the fake keeps what clients read.
IN_PART = ("/v2/schemas/image", "//info")
HEADERS = frozenset(
    (
        "accept-ranges",
        "content-range",
        "etag",
        "location",
        "openstack-api-version",
        "www-authenticate",
        "x-container-object-count",
        "x-openstack-request-id",
        "x-subject-token",
        "x-trans-id",
    )
)


def differences(real: Seen, fake: Seen) -> list[str]:
    """In words; empty when both are alike."""
    found = [] if real.status == fake.status else [f"status {real.status}, fake {fake.status}"]
    found += sorted(f"header {one}" for one in (real.headers ^ fake.headers) & HEADERS)
    in_part = real.step.path in IN_PART
    return found + list(_differing(real.shape, fake.shape, "", in_part))


def _differing(real: Any, fake: Any, place: str, in_part: bool) -> Iterator[str]:
    if isinstance(real, dict) and isinstance(fake, dict):
        for key in sorted(real.keys() | fake.keys()):
            if OF_THE_SETUP.fullmatch(key) or (in_part and key not in fake):
                continue
            if key in real and key in fake:
                yield from _differing(real[key], fake[key], f"{place}.{key}", in_part)
            else:
                yield f"{place}.{key} only in the {'real' if key in real else 'fake'} answer"
    elif isinstance(real, list) and isinstance(fake, list):
        if real and fake:
            yield from _differing(_merged(real), _merged(fake), f"{place}[]", in_part)
        elif place.count(".") < 2 and (real or fake):
            yield f"{place} has entries in one answer only"
    elif real != fake and "null" not in (real, fake):
        yield f"{place}: {real}, fake {fake}"


def _merged(rows: list[Any]) -> Any:
    """The shape of all entries together."""
    if not all(isinstance(one, dict) for one in rows):
        return next((one for one in rows if one != "null"), rows[0])
    merged: dict[str, Any] = {}
    for one in rows:
        for key, value in one.items():
            if merged.get(key) in (None, "null", []):
                merged[key] = value
    return merged
