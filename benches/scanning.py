"""How fast subunit v2 is scanned, against python-subunit: `python -m benches.scanning`.

Two comparisons, as ratios in one run because machines are noisy: python-subunit driving what stestr
drives (its per-test dictionaries and its summary), and python-subunit filling a plain dict.
"""

from __future__ import annotations

import gc
import io
import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

import subunit
import testtools

from certification.engine.formats import DEFAULT, parse_report, parse_report_stream
from certification.engine.formats.subunit_v2 import SubunitV2

TESTS = 2_000
RUNS = 9
PIECE_BYTES = 256 * 1024
_BEGAN = datetime(2026, 11, 1, tzinfo=UTC)


def stream_of(tests: int, attachment_bytes: int) -> bytes:
    """A run of `tests` passed tests, each with one attachment, in the packets Tempest writes."""
    target = io.BytesIO()
    writer = subunit.StreamResultToBytes(target)
    line = b"2026-11-01 00:00:00,000 INFO [rest_client] Request (C:t): 200 GET http://c/v3/x 0.1s\n"
    log = (line * (attachment_bytes // len(line) + 1))[:attachment_bytes]
    for number in range(tests):
        test_id = (
            f"tempest.api.compute.servers.test_group_{number // 20}.ServersTestJSON"
            f".test_case_{number}[id-{number:08x}-dff5-4082-ad1f-3f9a80aa3f59,smoke]"
        )
        began = _BEGAN + timedelta(milliseconds=300 * number)
        ended = began + timedelta(milliseconds=250)
        writer.status(test_id=test_id, test_status="inprogress", timestamp=began)
        writer.status(
            test_id=test_id, file_name="pythonlogging:''", file_bytes=log, eof=True,
            mime_type="text/plain;charset=utf8", timestamp=ended,
        )  # fmt: skip
        tags = {f"worker-{number % 4}"}
        writer.status(test_id=test_id, test_status="success", test_tags=tags, timestamp=ended)
    return target.getvalue()


def as_stestr(stream: bytes) -> int:
    """What stestr does with a stream: one dictionary per test, and a summary."""
    tests: list[object] = []
    result = testtools.CopyStreamResult(
        [testtools.StreamToDict(tests.append), testtools.StreamSummary()]
    )
    result.startTestRun()
    subunit.ByteStreamToStreamResult(io.BytesIO(stream), non_subunit_name="stdout").run(result)
    result.stopTestRun()
    return len(tests)


class _Statuses:
    """The least that python-subunit can be asked for: the last status of each test."""

    def __init__(self) -> None:
        self.by_test: dict[str, str] = {}

    def status(
        self, test_id: str | None = None, test_status: str | None = None, **_: object
    ) -> None:
        if test_id and test_status:
            self.by_test[test_id] = test_status


def into_dict(stream: bytes) -> int:
    """python-subunit alone, without what testtools adds."""
    statuses = _Statuses()
    subunit.ByteStreamToStreamResult(io.BytesIO(stream)).run(statuses)
    return len(statuses.by_test)


def scanned(stream: bytes) -> int:
    """The scan alone, up to the state, times and reason of each test by name and id."""
    scanner = SubunitV2(DEFAULT)
    scanner.feed(stream)
    return len(scanner.ledger.identities)


def reported(stream: bytes) -> int:
    """The whole of it: scan, sort, report with its entries."""
    return len(parse_report(stream).entries)


def medians_ms(readers: Sequence[Callable[[bytes], int]], stream: bytes) -> list[float]:
    """The median of `RUNS` runs of each in milliseconds of CPU time. They take turns, because a
    machine that slows down shall do so for all of them."""
    spent: list[list[float]] = [[] for _ in readers]
    for _ in range(RUNS):
        for read, figures in zip(readers, spent, strict=True):
            gc.collect()
            began = time.process_time()
            tests = read(stream)
            figures.append((time.process_time() - began) * 1000)
            if tests != TESTS:
                raise SystemExit(f"{read.__name__} found {tests} tests of {TESTS}")
    return [statistics.median(figures) for figures in spent]


def peak_extra_bytes(stream: bytes) -> int:
    """The most memory held at a time while the stream is parsed in pieces, without the stream."""

    def pieces() -> Iterator[bytes]:
        for begin in range(0, len(stream), PIECE_BYTES):
            yield stream[begin : begin + PIECE_BYTES]

    tracemalloc.start()
    parse_report_stream(pieces())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def main() -> None:
    # As the worker sets it, for all that are compared.
    gc.set_threshold(20_000, 20, 50)
    readers = (scanned, reported, into_dict, as_stestr)
    out = sys.stdout.write
    out(f"ms of CPU, medians of {RUNS}; in brackets how many times slower than the scan\n")
    out(f"{'stream':>9}" + "".join(f"{read.__name__:>17}" for read in readers) + "\n")
    stream = b""
    for attachment_bytes in (0, 5_400, 50_000):
        stream = stream_of(TESTS, attachment_bytes)
        spent = medians_ms(readers, stream)
        cells = "".join(f"{ms:9.1f} ({ms / spent[0]:4.1f})" for ms in spent)
        out(f"{len(stream) / 1e6:6.1f} MB{cells}\n")
    out(f"peak memory for {len(stream) / 1e6:.0f} MB in pieces: ")
    out(f"{peak_extra_bytes(stream) / 1e6:.1f} MB\n")


if __name__ == "__main__":
    main()
