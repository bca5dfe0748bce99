"""A sample of request ids by which an operator's log can be compared."""

from __future__ import annotations

import hashlib
from heapq import heappush, heappushpop


class SmallestDigests:
    """The smallest of all SHA-256 digests: a sample that no order of calls can steer."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._kept: set[str] = set()
        self._largest_first: list[tuple[int, str]] = []

    def add(self, text: str) -> None:
        digest = hashlib.sha256(text.encode()).hexdigest()
        if digest in self._kept:
            return
        entry = (-int(digest, 16), digest)
        self._kept.add(digest)
        if len(self._kept) <= self._size:
            heappush(self._largest_first, entry)
        else:
            self._kept.discard(heappushpop(self._largest_first, entry)[1])

    def sorted(self) -> tuple[str, ...]:
        return tuple(sorted(self._kept))
