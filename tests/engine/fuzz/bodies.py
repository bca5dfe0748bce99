"""Small bodies of every format, from which the mutated ones are made."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import tarfile
from collections.abc import Callable, Mapping
from functools import cache
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import zstandard

from certification.engine.bundle import write_bundle
from tests.engine.bundle.building import files
from tests.engine.formats.building import ran, v2
from tests.engine.formats.test_junit_dialects import GO, KUBERNETES, PYTEST, TEMPEST

TESTS = tuple(
    f"tempest.api.compute.test_x.XTest.test_{n}[id-{n:08x}-dff5-4082-ad1f-3f9a80aa3f59,smoke]"
    for n in range(6)
)
V2 = b"".join(
    (
        v2({"test_id": TESTS[0], "file_name": "log", "file_bytes": b"x" * 90, "eof": True}),
        *(ran(test, begin=n, end=n + 0.7) for n, test in enumerate(TESTS[:4])),
        ran(TESTS[4], "fail", 5, 6),
        v2({"test_id": TESTS[5], "file_name": "reason", "file_bytes": b"no room", "eof": True,
            "mime_type": "text/plain;charset=utf8", "test_tags": {"worker-0"}}),
        ran(TESTS[5], "skip", 6, 6.1),
    )
)  # fmt: skip
V1 = "".join(
    (
        "time: 2026-11-21 00:49:13.629117Z\ntags: worker-0\n",
        *(f"test: {test}\nsuccess: {test}\n" for test in TESTS[:3]),
        f"test: {TESTS[3]}\ntime: 2026-11-21 00:49:14Z\nsuccess: {TESTS[3]} [ multipart\n"
        "Content-Type: text/plain;charset=utf8\nlog\n5\r\nhello0\r\n]\n",
        f"test: {TESTS[4]}\nfailure: {TESTS[4]} [\ntrace\n ] quoted\n]\n",
        f"test: {TESTS[5]}\nskip: {TESTS[5]} [\nno room\n]\n",
    )
).encode()
JSON = json.dumps(
    {
        "cpid": "a" * 32,
        "duration_seconds": 77,
        "results": [
            {"name": test.partition("[")[0], "uuid": test.partition("[")[2][3:39]} for test in TESTS
        ],
    }
).encode()
TAP = (
    b"TAP version 14\n1..4\nok 1 - a.T.test_a\nok 2 - a.T.test_b # SKIP no room\n"
    b"not ok 3 - a.T.test_c\n  ---\n  message: broken\n  ...\n"
    b"    ok 1 - a.T.sub\n    1..1\nok 4 - a.T.test_d\n"
)


def folder() -> bytes:
    target = io.BytesIO()
    kept = {"format": b"1\n", "0": V1, "1": V2, "next-stream": b"2\n"}
    with tarfile.open(fileobj=target, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for name, content in kept.items():
            member = tarfile.TarInfo(f".stestr/{name}")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return target.getvalue()


@cache
def plain() -> tuple[bytes, ...]:
    return (V2, V1, JSON, TAP, TEMPEST, PYTEST, GO, KUBERNETES, folder())


PACKERS: tuple[Callable[[bytes], bytes], ...] = (
    lambda raw: gzip.compress(raw, 1, mtime=0),
    lambda raw: lzma.compress(raw, preset=0),
    lambda raw: zstandard.compress(raw, 1),
    bz2.compress,
)


@cache
def bundle() -> bytes:
    return write_bundle(files(), [])


def zipped(contents: Mapping[str, bytes]) -> bytes:
    """Any files as a zip of the form that a bundle has."""
    target = io.BytesIO()
    with ZipFile(target, "w") as archive:
        for name, content in contents.items():
            entry = ZipInfo(name)
            entry.compress_type, entry.create_system = ZIP_DEFLATED, 3
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return target.getvalue()
