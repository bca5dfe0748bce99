"""Answers that were made already, kept in each process under what they were made of."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

#: Of about 10 kB each.
KEPT_MOST = 256


class KeptAnswers:
    """Those asked for last."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._pages: OrderedDict[str, bytes] = OrderedDict()

    def get(self, key: str) -> bytes | None:
        with self._lock:
            if key in self._pages:
                self._pages.move_to_end(key)
            return self._pages.get(key)

    def put(self, key: str, body: bytes) -> None:
        with self._lock:
            self._pages[key] = body
            if len(self._pages) > KEPT_MOST:
                self._pages.popitem(last=False)
