"""Small evidence for the API's tests, made here byte by byte."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from subunit.v2 import StreamResultToBytes

START = datetime(2026, 11, 3, 9, 0, tzinfo=UTC)


def refstack_body(names: Iterable[str], **changes: Any) -> bytes:
    """What refstack-client sends for these passed tests; `changes` replace or add envelope keys."""
    envelope: dict[str, Any] = {
        "cpid": "7d3a54eeb3b14ca0a6e0e5a5b2b9f1cd",
        "duration_seconds": 61,
        "results": [{"name": name} for name in names],
    }
    return json.dumps(envelope | changes).encode()


def subunit_v2(passed: Iterable[str], failed: Iterable[str] = ()) -> bytes:
    stream = io.BytesIO()
    packets = StreamResultToBytes(stream)
    outcomes = [(name, "success") for name in passed] + [(name, "fail") for name in failed]
    for second, (name, outcome) in enumerate(outcomes):
        moment = START + timedelta(seconds=second)
        packets.status(test_id=name, test_status="inprogress", timestamp=moment)
        packets.status(test_id=name, test_status=outcome, timestamp=moment + timedelta(seconds=1))
    return stream.getvalue()


def subunit_v1(passed: Iterable[str], failed: Iterable[str] = ()) -> bytes:
    lines = [f"time: {START:%Y-%m-%d %H:%M:%S}Z"]
    for name in passed:
        lines += [f"test: {name}", f"success: {name}"]
    for name in failed:
        lines += [f"test: {name}", f"failure: {name}"]
    return ("\n".join(lines) + "\n").encode()


def zipped(raw: bytes) -> bytes:
    return gzip.compress(raw, mtime=0)
