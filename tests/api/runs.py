"""Stored runs for the tests that read: rows as the intake and the worker leave them."""

from __future__ import annotations

import hashlib
import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models.functions import Now

from certification.models import Run

NOON = datetime(2026, 11, 5, 12, tzinfo=UTC)
_numbers = itertools.count()


def stored_run(minutes: float = 0, **facts: Any) -> Run:
    """A judged run without evidence, received that many minutes after noon."""
    text = f"evidence {next(_numbers)}".encode()
    given = {
        "evidence_sha256": hashlib.sha256(text).hexdigest(),
        "evidence_bytes": len(text),
        "uploaded_via": "refstack",
        "received_at": NOON + timedelta(minutes=minutes),
        "state": "verified",
        "duration_seconds": 61,
    } | facts
    if given["state"] == "verified":
        given["verified_at"] = Now()
    if given["state"] in ("unreadable", "quarantined"):
        given["fault_code"] = "evidence-damaged"
    run = Run.objects.create(**given)
    run.refresh_from_db()
    return run
