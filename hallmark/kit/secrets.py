"""Secrets of a run: made up for the product, looked for afterwards, kept out of what is written."""

from __future__ import annotations

import base64
import secrets
import zlib
from collections.abc import Iterable
from pathlib import Path

from certification.engine.scrubbing import MASK, scrub

#: A shorter password may be a word that stands in texts anyway (`demo`): not looked for.
SHORTEST_SOUGHT = 8
#: So much of packed user data is looked into.
UNPACKED_BYTES = 1024 * 1024


def canary() -> str:
    """A secret that occurs nowhere else: 128 bit."""
    return f"osi-canary-{secrets.token_hex(16)}"


def mark() -> str:
    """What every resource of one installation must carry."""
    return f"osi-{secrets.token_hex(5)}"


class KnownSecrets:
    """All that must not appear in what a run writes."""

    def __init__(self) -> None:
        self._known: set[str] = set()
        self._places: dict[str, str] = {}

    def learn(self, *found: str) -> None:
        self._known.update(one for one in found if one)

    def name_place(self, folder: Path, name: str) -> None:
        """Write `name` for a folder of this machine, which is nobody's business."""
        self._places[str(folder)] = name

    def hidden_in(self, text: str) -> str:
        """The text without them and without what looks like one. Longest first: one secret may
        begin another."""
        for place, name in self._places.items():
            text = text.replace(place, name)
        for secret in sorted(self._known, key=len, reverse=True):
            text = text.replace(secret, MASK)
        return scrub(text)


def spellings(secret: str) -> tuple[str, ...]:
    """How a secret looks in plain text, hexadecimal, and base64 at each of its three offsets."""
    raw = secret.encode()
    encoded = []
    for offset in range(3):
        text = base64.b64encode(b"\0" * offset + raw).decode()
        # The first and last groups of four depend on the neighbours.
        encoded.append(text[4 if offset else 0 : -4])
    # A short rest would be found by chance.
    return (secret, raw.hex(), *(one for one in encoded if len(one) >= SHORTEST_SOUGHT))


def found_in(text: str, sought: Iterable[str]) -> bool:
    """Whether one of the secrets stands in the text, in any spelling."""
    return any(
        spelling in text
        for secret in sought
        if len(secret) >= SHORTEST_SOUGHT
        for spelling in spellings(secret)
    )


def decoded(text: str) -> str:
    """What base64 text holds, unpacked where it is gzip; the text itself otherwise."""
    try:
        raw = base64.b64decode(text, validate=True)
        if raw.startswith(b"\x1f\x8b"):
            raw = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(raw, UNPACKED_BYTES)
    except (ValueError, zlib.error):
        return text
    return f"{text}\n{raw.decode('utf-8', 'replace')}"
