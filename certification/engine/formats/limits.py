"""How much evidence one run may bring (trust.md S1, S2): what costs memory or time is bounded."""

from __future__ import annotations

from dataclasses import dataclass

MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes in bytes, lengths in characters. Past any of them nothing more is read.

    `tests` bounds distinct test ids and `ids_bytes` all of them together as they are spelled,
    `events` what costs a step of the parser (subunit packets, lines, chunks, tags), `noise_bytes`
    the text of a subunit v1 stream outside its sized attachments.
    """

    wire_bytes: int = 128 * MIB
    inflated_bytes: int = 128 * MIB
    json_bytes: int = 8 * MIB
    tests: int = 20_000
    ids_bytes: int = 16 * MIB
    name_chars: int = 512
    id_chars: int = 36
    cpid_chars: int = 128
    events: int = 1_000_000
    noise_bytes: int = 16 * MIB


DEFAULT = Limits()

#: Of a container: beginning each costs more than its bytes. Writers in parallel make hundreds.
MOST_MEMBERS = 20_000


class StreamFault(Exception):
    """The stream cannot be followed past this point. The message is the reason, fit for people.

    `distance` is how many bytes after the reader's position the fault stands.
    """

    def __init__(self, reason: str, distance: int = 0) -> None:
        super().__init__(reason)
        self.distance = distance


class Damaged(Exception):
    """A container cannot be followed; the message says why, fit for people."""
