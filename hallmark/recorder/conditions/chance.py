"""When a fault strikes: the same calls in the same order are struck again with the same seed."""

from __future__ import annotations

from collections.abc import Hashable
from random import Random

from hallmark.recorder.asked import Asked


class Chance:
    """Strikes one of the first two calls that it is asked about, so that short runs meet a fault
    too, then a share of the rest; never the same request twice in succession: a repeat of it gets
    through."""

    def __init__(self, name: str, seed: int, share: float) -> None:
        self._random = Random(f"{name}:{seed}")  # noqa: S311 - repeatable on purpose, guards nothing
        self._share = share
        self._until_first = self._random.randrange(2)
        self._spared: set[Hashable] = set()

    def strikes(self, request: Hashable) -> bool:
        if request in self._spared:
            self._spared.discard(request)
            return False
        first = self._until_first == 0
        self._until_first -= 1
        if not first and (self._until_first >= 0 or self._random.random() >= self._share):
            return False
        self._spared.add(request)
        return True


def may_be_struck(asked: Asked) -> bool:
    """Tokens and version documents are left alone: without them nothing else can be asked."""
    return not asked.is_authentication and not asked.is_discovery
