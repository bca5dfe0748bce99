"""Runs that nobody has sent before, as large as the target asks."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from marketplace.site.demo.scripts import every_test, required_names
from marketplace.site.demo.simulation import Script, simulated_run

GUIDELINE = "2026.11"
TARGET = "object"


def required() -> list[str]:
    """Bare names of the tests that the target needs, in order."""
    return sorted(required_names(GUIDELINE, TARGET))


def object_storage_run(failed: Iterable[str] = (), missing: Iterable[str] = ()) -> bytes:
    """A gzipped subunit stream that began just now, by a clock that is three minutes slow: so it is
    over, and answers a challenge that was taken a moment ago."""
    script = Script(every_test(TARGET), failed=tuple(failed), missing=tuple(missing))
    seed = secrets.token_hex(8)
    began = datetime.now(UTC) - timedelta(minutes=3)
    return simulated_run(script, cloud=f"cloud {seed}", run=f"run {seed}", began_at=began)
