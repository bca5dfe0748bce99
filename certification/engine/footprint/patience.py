"""How a product goes on after a cloud said "not now": repeats after 5xx, waits after 429."""

from __future__ import annotations

from certification.engine.footprint.observation import Call

#: Failed requests that are remembered; a product that has left more behind repeats none of them.
_MAX_FAILED = 10_000

#: service, method, path template
Place = tuple[str, str, str]


class Patience:
    """`after_429_min_s` is the shortest time from a 429 to the next call of the same operation;
    None while there was none of both."""

    def __init__(self) -> None:
        self.retries_after_5xx = 0
        self.after_429_min_s: float | None = None
        self._limited: dict[Place, float] = {}
        self._failed: set[tuple[str, str]] = set()

    def note(self, place: Place, call: Call) -> None:
        if self._limited:
            self._after_429(place, call)
        if call.status == 429:
            self._limited[place] = max(call.answered, call.seconds)
        if self._failed or call.status >= 500:
            self._after_5xx(call)

    def _after_429(self, place: Place, call: Call) -> None:
        """A call that was already under way when the 429 came says nothing."""
        since = self._limited.get(place)
        if since is None or call.seconds < since:
            return
        del self._limited[place]
        gap = round(call.seconds - since, 3)
        if self.after_429_min_s is None or gap < self.after_429_min_s:
            self.after_429_min_s = gap

    def _after_5xx(self, call: Call) -> None:
        request = (call.method, call.url)
        if request in self._failed:
            self.retries_after_5xx += 1
            self._failed.discard(request)
        if call.status >= 500 and len(self._failed) < _MAX_FAILED:
            self._failed.add(request)
