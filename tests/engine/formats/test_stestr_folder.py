"""A whole `.stestr` folder in one file: its latest run counts, and nothing in it leads anywhere."""

from __future__ import annotations

import gzip
import io
import lzma
import tarfile
from random import Random

import pytest
import zstandard

from certification.engine.formats import parse_report, parse_report_stream
from certification.engine.report import EvidenceFormat, EvidenceUnreadable
from tests.engine.formats.building import FAILED, PASSED, RUNS, pieces, ran

V2 = b"".join(ran(f"a.T.test_{n}") for n in range(9))
OLD = b"test: a.T.test_old\nsuccess: a.T.test_old\n"
NEW = b"test: a.T.test_new\nfailure: a.T.test_new\n"
FOLDER = {
    ".stestr/format": b"1\n",
    ".stestr/0": OLD,
    ".stestr/1": NEW,
    ".stestr/failing": NEW,
    ".stestr/next-stream": b"2\n",
    ".stestr/times.dbm.dat": bytes(3000),
}


def tar(files: dict[str, bytes], form: int = tarfile.PAX_FORMAT) -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w", format=form) as archive:
        folder = tarfile.TarInfo(".stestr")
        folder.type = tarfile.DIRTYPE
        archive.addfile(folder)
        for path, content in files.items():
            member = tarfile.TarInfo(path)
            member.size, member.mtime = len(content), 1_790_000_000.25
            archive.addfile(member, io.BytesIO(content))
    return target.getvalue()


def names(raw: bytes) -> list[str]:
    return [entry.name for entry in parse_report(raw).entries]


@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
@pytest.mark.parametrize("before", ["", "./", "/", "home/lab/" + "deep/" * 30])
def test_the_latest_run_counts(form: int, before: str) -> None:
    files = {f"{before}{path}": content for path, content in FOLDER.items()}
    raw = tar(files, form)
    report = parse_report(raw)
    assert report.format is EvidenceFormat.SUBUNIT_V1
    assert report.damage is None
    assert [(entry.name, entry.state) for entry in report.entries] == [("a.T.test_new", FAILED)]
    for packed in (gzip.compress(raw), lzma.compress(raw), zstandard.compress(raw)):
        assert parse_report(packed) == report
    for size in (1, 511, 512, 5000):
        assert parse_report_stream(pieces(raw, size)) == report


@pytest.mark.parametrize(
    "order", [[".stestr/10", ".stestr/9"], [".stestr/9", ".stestr/10"], [".stestr/10"]]
)
def test_ten_comes_after_nine_in_whatever_order(order: list[str]) -> None:
    contents = {".stestr/9": OLD, ".stestr/10": V2}
    found = parse_report(tar({path: contents[path] for path in order}))
    assert (found.format, found.count(PASSED)) == (EvidenceFormat.SUBUNIT_V2, 9)


def test_a_genuine_run_reads_as_it_does_alone() -> None:
    packed = (RUNS / "guideline-2020.06-parallel3.v1.gz").read_bytes()
    alone = parse_report(packed)
    found = parse_report(tar({**FOLDER, ".stestr/2": gzip.decompress(packed)}))
    assert (found.entries, found.fixtures) == (alone.entries, alone.fixtures)
    assert (found.started_at, found.ended_at) == (alone.started_at, alone.ended_at)


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({".stestr/format": b"1\n", ".stestr/next-stream": b"0\n"}, "stestr-no-run"),
        ({"notes.txt": b"nothing", "run/1.txt": OLD}, "stestr-no-run"),
        ({".stestr/0": OLD, "other/.stestr/1": NEW}, "stestr-several"),
        ({**FOLDER, ".stestr/2": b""}, "evidence-empty"),
        ({**FOLDER, ".stestr/2": b"no subunit at all\n"}, "evidence-format-unknown"),
    ],
)
def test_an_archive_without_a_run_is_refused_and_never_an_older_one_taken(
    files: dict[str, bytes], code: str
) -> None:
    with pytest.raises(EvidenceUnreadable) as refused:
        parse_report(tar(files))
    assert (refused.value.code, refused.value.place) == (code, "byte 0")
    assert len(str(refused.value)) > 30


def test_links_folders_and_devices_are_passed_over() -> None:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as archive:
        run = tarfile.TarInfo(".stestr/0")
        run.size = len(V2)
        archive.addfile(run, io.BytesIO(V2))
        for number, kind in enumerate(
            (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.DIRTYPE, tarfile.FIFOTYPE)
        ):
            link = tarfile.TarInfo(f".stestr/{number + 1}")
            link.type, link.linkname = kind, "../../etc/passwd"
            archive.addfile(link)
    assert parse_report(target.getvalue()).count(PASSED) == 9


def test_a_run_that_is_torn_inside_the_archive_says_where() -> None:
    raw = tar({".stestr/0": OLD, ".stestr/1": V2[:-3]})
    damage = parse_report(raw).damage
    assert damage is not None
    assert damage.reason == "in run 1 of the tar archive: the stream ends inside a packet"
    assert raw[damage.offset :].startswith(V2[-len(ran("a.T.test_8")) // 2 : -3][:1])


@pytest.mark.parametrize("size", [100, 700, 1600, 2200, 4000, 5000])
def test_an_archive_cut_short_never_reads_as_whole(size: int) -> None:
    raw = tar(FOLDER, tarfile.USTAR_FORMAT)
    try:
        report = parse_report(raw[:size])
    except EvidenceUnreadable:
        return
    assert report.damage is not None
    assert report.damage.offset <= size


def test_bytes_after_the_end_are_damage_and_more_zeros_are_none() -> None:
    raw = tar(FOLDER)
    assert parse_report(raw + bytes(10_240)).damage is None
    for wrong in (raw + b"x" * 512, raw + b"x", raw + bytes(3)):
        assert parse_report(wrong).damage is not None


@pytest.mark.parametrize(
    ("at", "with_what", "words"),
    [
        (124, b"zzzzzzzzzzz\0", "checksum"),
        (156, b"L", "checksum"),
    ],
)
def test_a_wrong_header_ends_the_reading(at: int, with_what: bytes, words: str) -> None:
    raw = bytearray(tar({".stestr/0": OLD, ".stestr/1": NEW}, tarfile.USTAR_FORMAT))
    header = 512 + 1024 + at  # the folder, the first run, the second run's header
    raw[header : header + len(with_what)] = with_what
    report = parse_report(bytes(raw))
    assert report.damage is not None
    assert words in report.damage.reason
    assert names(bytes(raw)) == ["a.T.test_old"]


def test_changed_bytes_are_read_or_refused_and_add_no_test() -> None:
    whole = tar({".stestr/0": V2, ".stestr/next-stream": b"1\n"})
    known = {entry.name for entry in parse_report(whole).entries}
    luck = Random(7)
    for _ in range(300):
        raw = bytearray(whole)
        for _ in range(luck.randrange(1, 4)):
            raw[luck.randrange(len(raw))] = luck.randrange(256)
        try:
            report = parse_report(bytes(raw))
        except EvidenceUnreadable:
            continue
        assert {entry.name for entry in report.entries if entry.state is PASSED} <= known


def test_many_files_are_too_many() -> None:
    header = tar({".stestr/x": b""}, tarfile.USTAR_FORMAT)[512:1024]
    report = parse_report(tar({".stestr/0": V2}, tarfile.USTAR_FORMAT)[: 512 * 3] + header * 20_001)
    assert report.damage is not None
    assert report.damage.reason == "more than 20000 files in the tar archive"
