"""Evidence written by somebody who knows each format and means ill: sound outside, odd within."""

from __future__ import annotations

import gzip
import io
import lzma
import tarfile
from random import Random

import zstandard

from tests.engine.fuzz.bodies import JSON, V1, V2, bundle, plain

_SKIPPED = b"\x50\x2a\x4d\x18\x03\0\0\0abc"


def packed(luck: Random) -> bytes:
    """Several members, frames or streams, with what may stand between them."""
    parts = luck.choice(
        ((V1, V1), (V2[:200], V2[200:]), (b"", V1), (luck.choice(plain()), b""))
    )  # fmt: skip
    way = luck.choice((_gzipped, _xzipped, _zstandard))
    return b"".join(way(part, luck) for part in parts)


def _gzipped(raw: bytes, luck: Random) -> bytes:
    return gzip.compress(raw, luck.choice((0, 1, 9)), mtime=0) + luck.choice((b"", b"", b"\0\0"))


def _xzipped(raw: bytes, luck: Random) -> bytes:
    check = luck.choice((lzma.CHECK_NONE, lzma.CHECK_CRC32, lzma.CHECK_CRC64, lzma.CHECK_SHA256))
    first = luck.choice(((), ({"id": lzma.FILTER_DELTA, "dist": 3},), ({"id": lzma.FILTER_X86},)))
    last = {"id": lzma.FILTER_LZMA2, "preset": 0, "dict_size": _window(luck)}
    filters = [*first, last]
    padding = bytes(luck.choice((0, 0, 4, 8, 3)))
    if luck.random() < 0.1:
        return lzma.compress(raw, format=lzma.FORMAT_ALONE) + padding
    return lzma.compress(raw, check=check, filters=filters) + padding


def _window(luck: Random) -> int:
    return 1 << (luck.choice((26, 27)) if luck.random() < 0.01 else luck.choice((12, 16, 20)))


def _zstandard(raw: bytes, luck: Random) -> bytes:
    frame = zstandard.ZstdCompressor(
        write_checksum=luck.random() < 0.5, write_content_size=luck.random() < 0.5
    ).compress(raw)
    if luck.random() < 0.3:  # the byte that says how large a window is wanted, or a dictionary
        frame = frame[:4] + bytes((luck.randrange(256),)) + frame[5:]
    return luck.choice((b"", _SKIPPED)) + frame + luck.choice((b"", b"", _SKIPPED, _SKIPPED[:6]))


def folder(luck: Random) -> bytes:
    """A tar archive with odd names and kinds, its sums right."""
    out = io.BytesIO()
    form = luck.choice((tarfile.GNU_FORMAT, tarfile.PAX_FORMAT, tarfile.USTAR_FORMAT))
    for _ in range(luck.randrange(1, 5)):
        member, content = _member(luck)
        out.write(member.tobuf(form, errors="replace"))
        out.write(content + bytes(-len(content) % 512))
    return out.getvalue() + bytes(luck.choice((1024, 1024, 512, 0)))


def _member(luck: Random) -> tuple[tarfile.TarInfo, bytes]:
    names = (
        "0",
        "1",
        "01",
        "next-stream",
        "../1",
        "/1",
        "./.stestr/2",
        "a/1",
        "é/1",
        "x" * 99 + "/1",
    )
    content = luck.choice(
        (V1, V2, b"", b"2\n", JSON, gzip.compress(V1, mtime=0), folder_in_folder())
    )
    member = tarfile.TarInfo(luck.choice(names))
    member.size = luck.choice((len(content),) * 4 + (0, len(content) + 1, (1 << 33) - 1))
    member.type = luck.choice(
        (b"0", b"0", b"0", b"\0", b"1", b"2", b"5", b"7", b"S", b"g", b"x", b"V")
    )
    if member.type in b"12":
        member.linkname = "1"
    if member.type in b"gx":
        content = luck.choice(
            (b"8 path=1\n", b"12 path=../1\n", b"11 size=99\n", b"22 GNU.sparse.major=1\n",
             b"7 size=\n", b"999999999 path=1\n", b"30 path=1\n")
        )  # fmt: skip
        member.size = len(content)
    if luck.random() < 0.2:
        member.pax_headers = {"path": luck.choice(names), "size": str(luck.choice((3, 10**11)))}
    return member, content


def folder_in_folder() -> bytes:
    return plain()[-1]


def results(luck: Random) -> bytes:
    """RefStack JSON of keys and values that a reader may take one way or the other."""
    keys = ('"cpid"', '"duration_seconds"', '"results"', '"cp\\u0069d"', '"metadata"')
    values = (
        '"x"', "7", "null", "NaN", "-Infinity", "1e999", "1" * luck.choice((9, 4_400)), "-1", "7.0",
        '"\\ud800"', '"\\u0000"', "[]", "{}", "[" * 990 + "]" * 990, '[{"name":"a.T.x"}]',
        '[{"name":"a.T.x","name":"b.T.x"}]', '[{"name":"a.T.x","uuid":"\\ud83d\\ude00"}]',
        '[{"name":"a.T.x","uuid":null}]', '[{"name":"a.T.x[id-1]","uuid":"id-2","more":[NaN]}]',
    )  # fmt: skip
    sound = {keys[0]: '"x"', keys[1]: "7", keys[2]: '[{"name":"a.T.x"},{"name":"a.T.y"}]'}
    pairs = [*sound.items()]
    for _ in range(luck.randrange(3)):
        pairs.insert(luck.randrange(4), (luck.choice(keys), luck.choice(values)))
    luck.shuffle(pairs)
    text = "{" + ",".join(f"{key}:{value}" for key, value in pairs) + "}"
    return text.encode(luck.choice(("utf-8", "utf-8", "utf-8", "utf-16", "utf-8-sig")))


def suite(luck: Random) -> bytes:
    """JUnit with declarations, entities, namespaces and tests inside of tests."""
    code = luck.choice(("utf-8", "latin-1", "utf-7", "x"))
    heads = (
        "", "", "", '<?xml version="1.0"?>', '<?xml version="1.1"?>',
        f'<?xml version="1.0" encoding="{code}"?>',
        "<!DOCTYPE t [<!ENTITY a 'x'>]>", "<!DOCTYPE t SYSTEM 'file:///etc/passwd'>", "<!-- -->",
    )  # fmt: skip
    inside = (
        "", "", "<failure/>", "<error/>", "<skipped/>", "<x:failure xmlns:x='u'/>", "<Failure/>",
        "<testcase name='b'/>", "<system-out><![CDATA[<failure/>]]></system-out>", "<?failure?>",
        "&a;", "&#0;", "&#x10FFFF;", "<properties><failure/></properties>", "<!--<failure/>-->",
        "<rerunFailure/>", "]]>", "<skipped message='&lt;'>\ud7ff</skipped>",
    )  # fmt: skip
    said = (
        *("", "", " status='run'", " status='notrun'", " result='Failed'", " name='c'"),
        f" x='{'y' * luck.choice((9, 99_000))}'",
    )
    cases = "".join(
        f"<testcase classname='a.T' name='{luck.choice(('x', 'y', '', ' z ', '&#10;'))}'"
        f"{luck.choice(said)}>{luck.choice(inside)}</testcase>"
        for _ in range(luck.randrange(1, 4))
    )
    space = luck.choice(("", "", " xmlns='u'", " tests='1'", " tests='9'", " failures='1'"))
    text = (
        f"{luck.choice(heads)}<testsuite{space}>{cases}</testsuite>{luck.choice(('', '', '<a/>'))}"
    )
    return text.encode(luck.choice(("utf-8", "utf-8", "utf-8", "utf-16", "utf-8-sig")))


def points(luck: Random) -> bytes:
    """TAP whose plans, subtests and blocks do not always fit."""
    lines = [luck.choice(("TAP version 14", "TAP version 13", "TAP version 12", "1..2"))]
    for _ in range(luck.randrange(1, 12)):
        line = luck.choice(
            ("ok", "ok 1 - a.T.x", "not ok 2 - a.T.x", "ok 2 - a.T.y # skip", "ok - a \\# b",
             "ok 3 - a.T.z # TODO", "1..3", "1..0 # skip all", "Bail out!", "---", "...",

             "pragma +strict", "ok 1#x", "# Subtest: a", "ok 99999999999 a",
             "okay", "OK 1", "ok\t1\ta.T.x", "TAP version 14")
        )  # fmt: skip
        lines.append(" " * luck.choice((0, 0, 0, 4, 4, 8, 2, 68)) + line)
    return "\n".join([*lines, luck.choice(("1..1", "1..2", ""))]).encode() + b"\n"


def inside_each_other(luck: Random) -> bytes:
    """A bundle in a tar, a tar in gzip in zstd, and the like."""
    raw = luck.choice((bundle(), folder(luck), luck.choice(plain())))
    for _ in range(luck.randrange(1, 3)):
        raw = luck.choice((_gzipped, _xzipped, _zstandard))(raw, luck)
    return raw
