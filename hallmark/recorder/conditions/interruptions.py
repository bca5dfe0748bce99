"""A cloud that is not always there: `flaky`, `limited` and `expire`."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from random import Random

from hallmark.recorder.asked import Answered, Asked, OwnAnswer
from hallmark.recorder.conditions.chance import Chance, may_be_struck
from hallmark.recorder.conditions.condition import Treatment
from hallmark.recorder.conditions.wording import refusal

_FLAKY_SHARE = 0.05
_LIMITED_SHARE = 0.02
RETRY_AFTER_S = 2
# A product that waits exactly as long as it was told must not come too early by our clock.
_CLOCK_SLACK_S = 0.05


class Flaky(Treatment):
    """503 in place of a call that the cloud never sees, so a repeat makes no duplicate."""

    def __init__(self, seed: int) -> None:
        self._chance = Chance("flaky", seed, _FLAKY_SHARE)

    def on_request(self, asked: Asked) -> OwnAnswer | None:
        if not may_be_struck(asked) or not self._chance.strikes((asked.method, asked.target)):
            return None
        return refusal(asked.service, 503, "The service is unavailable. Please try again later.")


class Limited(Treatment):
    """429 with Retry-After. Until that is over the same operation is refused again; the cloud sees
    none of it."""

    def __init__(self, seed: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._chance = Chance("limited", seed, _LIMITED_SHARE)
        self._clock = clock
        self._until: dict[tuple[str, str, str], float] = {}

    def on_request(self, asked: Asked) -> OwnAnswer | None:
        if not may_be_struck(asked):
            return None
        now = self._clock()
        left = self._until.get(asked.operation, now) - now
        if left <= _CLOCK_SLACK_S:
            self._until.pop(asked.operation, None)
            if not self._chance.strikes(asked.operation):
                return None
            left = RETRY_AFTER_S
            self._until[asked.operation] = now + left
        return refusal(asked.service, 429, "Too many requests.", retry_after=str(math.ceil(left)))


class Expire(Treatment):
    """The newest token that has worked once or twice is refused from then on, as one that ran out;
    a new one works. Until a refusal was met another token takes its place: a product may never come
    back with the first. Asking for tokens is left alone."""

    def __init__(self, seed: int) -> None:
        self._works = 1 + Random(f"expire:{seed}").randrange(2)  # noqa: S311 - repeatable on purpose
        self._worked: dict[bytes, int] = {}
        self._expired = b""
        self._met = False

    def on_request(self, asked: Asked) -> OwnAnswer | None:
        if not self._expired or asked.token != self._expired or not may_be_struck(asked):
            return None
        self._met = True
        message = "The request you have made requires authentication."
        return refusal("identity", 401, message, www_authenticate="Keystone")

    def on_answer(self, asked: Asked, answered: Answered) -> None:
        if self._met or not asked.token or not may_be_struck(asked):
            return
        if answered.head.status < 400:
            self._worked[asked.token] = self._worked.get(asked.token, 0) + 1
            if self._worked[asked.token] >= self._works:
                self._expired = asked.token
                self._worked.clear()
