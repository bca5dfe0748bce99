"""gzip files made bit by bit: sound headers and trailers around deflate blocks whose sets of codes
may be incomplete, overfull, empty or without an end."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from random import Random

from tests.engine.fuzz.bodies import V1

#: The order in which the lengths of the code for lengths are written (RFC 1951, section 3.2.7).
_ORDER = (16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15)
_END = 256
_TEXT = V1[: V1.index(b"success: ") + 150]


class _Bits:
    def __init__(self) -> None:
        self._value = 0
        self._size = 0

    def put(self, value: int, size: int) -> None:
        self._value |= value << self._size
        self._size += size

    def whole(self) -> bytes:
        return self._value.to_bytes((self._size + 7) // 8, "little")


def deflated(luck: Random) -> bytes:
    """A member of gzip that says two tests began and one passed, more or less well deflated."""
    text = _TEXT if luck.random() < 0.5 else b"test: a.T.x\nsuccess: a.T.x\n"
    return _header(luck) + _block(text, luck) + _trailer(text, luck)


def _header(luck: Random) -> bytes:
    flags = luck.choice((0, 0, 0, 4, 8, 16, 2, 30, 1, 0x20, luck.randrange(256)))
    head = b"\x1f\x8b\x08" + bytes((flags,)) + bytes(6)
    if flags & 4:
        extra = luck.randbytes(luck.choice((0, 3, 300)))
        head += len(extra).to_bytes(2, "little") + extra
    for bit, text in ((8, b"run.subunit\0"), (16, b"n" * luck.choice((0, 9, 70_000)) + b"\0")):
        if flags & bit:
            head += text
    if flags & 2:
        right = zlib.crc32(head) & 0xFFFF
        head += luck.choice((right, right, right ^ 1)).to_bytes(2, "little")
    return head


def _trailer(text: bytes, luck: Random) -> bytes:
    sound = zlib.crc32(text).to_bytes(4, "little") + len(text).to_bytes(4, "little")
    return luck.choice((sound, sound, sound, sound, sound[:-1], bytes(8), sound + sound))


def _block(text: bytes, luck: Random) -> bytes:
    """One last block with codes of its own, all of it literals."""
    literals, distances = [0] * 286, [0] * luck.choice((1, 1, 2, 30, 32))
    used = sorted({*text, _END})
    for symbol, length in zip(used, _lengths(len(used), luck), strict=True):
        literals[symbol] = length
    for at in luck.sample(range(len(distances)), min(len(distances), luck.choice((0, 1, 1, 2, 5)))):
        distances[at] = luck.choice((1, 1, 2, 15))
    if luck.random() < 0.3:
        literals[luck.randrange(286)] = luck.randrange(16)
    bits = _Bits()
    bits.put(0b101, 3)
    _put_lengths(bits, literals, distances, luck)
    codes = _codes(literals)
    for symbol in (*text, _END):
        bits.put(*codes.get(symbol, (0, 0)))
    return bits.whole()


def _put_lengths(
    bits: _Bits, literals: Sequence[int], distances: Sequence[int], luck: Random
) -> None:
    given = [*literals, *distances]
    used = sorted(set(given))
    lengths = [0] * 19
    for symbol, length in zip(used, _lengths(len(used), luck, most=7), strict=True):
        lengths[symbol] = length
    bits.put(len(literals) - 257, 5)
    bits.put(len(distances) - 1, 5)
    bits.put(len(_ORDER) - 4, 4)
    for symbol in _ORDER:
        bits.put(lengths[symbol], 3)
    codes = _codes(lengths)
    for length in given:
        bits.put(*codes[length])


def _lengths(count: int, luck: Random, most: int = 15) -> list[int]:
    """Lengths of so many codes: a complete set, and now and then one code too long for it."""
    leaves = [1, 1] if count > 1 else [1]
    while len(leaves) < count:
        at = luck.choice([n for n, length in enumerate(leaves) if length < most])
        leaves[at] += 1
        leaves.append(leaves[at])
    if luck.random() < 0.2:
        at = luck.randrange(count)
        leaves[at] = min(leaves[at] + 1, most)
    return leaves


def _codes(lengths: Sequence[int]) -> dict[int, tuple[int, int]]:
    """(bits in the order in which they are written, how many) of each symbol."""
    codes: dict[int, tuple[int, int]] = {}
    code = 0
    for length in range(1, 16):
        for symbol, one in enumerate(lengths):
            if one == length:
                turned = f"{code & (1 << length) - 1:0{length}b}"[::-1]
                codes[symbol] = (int(turned, 2), length)
                code += 1
        code <<= 1
    return codes
