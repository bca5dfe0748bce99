"""The invented past of a trial: what is done within it counts as done then. Never in production."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from django.conf import settings

_then: ContextVar[datetime | None] = ContextVar("hallmark_past", default=None)


class PastRefused(RuntimeError):
    code = "past-refused"


@contextmanager
def in_the_past(at: datetime) -> Iterator[None]:
    """Raises PastRefused in production."""
    if settings.PRODUCTION:
        raise PastRefused("Past dates are for the demo catalogue alone.")
    before = _then.set(at)
    try:
        yield
    finally:
        _then.reset(before)


def past() -> datetime | None:
    """The moment that is told of; None where people do real deeds, as always in production."""
    return None if settings.PRODUCTION else _then.get()
