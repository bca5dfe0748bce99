"""A zip is taken apart without believing it."""

from __future__ import annotations

import io
import struct
import tracemalloc
import warnings
import zipfile
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certification.engine.bundle import BundleRefused, is_bundle, read_bundle, write_bundle
from certification.engine.formats import parse_report
from certification.engine.report import EvidenceUnreadable
from tests.engine.bundle.building import files, tables

WHOLE = write_bundle(files())
MIB = 1 << 20


def zipped(
    entries: list[tuple[str, bytes]], method: int = zipfile.ZIP_DEFLATED, comment: bytes = b""
) -> bytes:
    target = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(target, "w", method) as archive:
        warnings.simplefilter("ignore")
        archive.comment = comment
        for name, content in entries:
            archive.writestr(name, content)
    return target.getvalue()


def refusal(raw: bytes) -> BundleRefused:
    with pytest.raises(BundleRefused) as refused:
        read_bundle(raw, tables())
    return refused.value


def encrypted() -> bytes:
    """A zip whose first entry says that it is encrypted, in both of its headers."""
    raw = bytearray(zipped([("manifest.json", b"{}")]))
    directory = raw.rindex(b"PK\x01\x02")
    raw[6] |= 1
    raw[directory + 8] |= 1
    return bytes(raw)


@pytest.mark.parametrize(
    "name",
    [
        "../manifest.json", "/etc/passwd", "transcripts/../../x.txt", "manifest.json\0.txt",
        "Manifest.json", "footprints/1-plain.json", "footprints/01-rainy.json", "footprints/",
        "transcripts/identity.v3_auth.txt/x", "transcripts\\identity.v3_auth.txt", "a" * 300,
        "manifest.json ", "transcripts/идентити.x.txt",
    ],
)  # fmt: skip
def test_only_the_fixed_names_are_taken(name: str) -> None:
    raw = zipped([(name.replace("\0", "!"), b"x")])
    if "\0" in name:
        raw = raw.replace(b"manifest.json!", b"manifest.json\0")
    refused = refusal(raw)
    assert refused.code in ("bundle-file", "bundle-damaged")


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "bundle-damaged"),
        (b"PK\x03\x04", "bundle-damaged"),
        (b"PK\x05\x06" + bytes(18), "bundle-damaged"),
        (b"x" + WHOLE, "bundle-damaged"),
        (WHOLE + b"x", "bundle-damaged"),
        (zipped([("manifest.json", b"{}")], comment=b"hello"), "bundle-damaged"),
        (encrypted(), "bundle-file"),
        (zipped([("manifest.json", b"{}")], zipfile.ZIP_BZIP2), "bundle-file"),
        (zipped([("manifest.json", b"{}"), ("manifest.json", b"{}")]), "bundle-file"),
        (zipped([(f"transcripts/a.b{n}.txt", b"") for n in range(401)]), "bundle-too-large"),
        (zipped([("manifest.json", bytes(MIB))]), "bundle-too-large"),
        (zipped([("signature.dsse.json", bytes(MIB))]), "bundle-too-large"),
        (b"PK\x03\x04" + bytes(64 * MIB), "bundle-too-large"),
    ],
    ids=range(13),
)
def test_a_zip_that_is_no_bundle_is_refused(raw: bytes, code: str) -> None:
    assert refusal(raw).code == code


def test_transcripts_of_129_mib_cost_little_memory() -> None:
    raw = zipped([(f"transcripts/a.b{n}.txt", bytes(43 * MIB)) for n in range(3)])
    assert len(raw) < MIB
    tracemalloc.start()
    assert refusal(raw).code == "bundle-too-large"
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8 * MIB


def test_headers_that_lie_about_a_size_change_nothing() -> None:
    """The directory says 10 bytes, the deflated data hold a megabyte."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(bytes(MIB)) + packer.flush()
    raw = bytearray(zipped([("manifest.json", bytes(MIB // 8))]))
    honest = len(raw)
    directory = raw.rindex(b"PK\x01\x02")
    raw[directory + 24 : directory + 28] = struct.pack("<L", 10)
    assert len(raw) == honest
    assert len(packed) < 2000
    assert refusal(bytes(raw)).code == "bundle-damaged"


def test_every_truncation_is_refused() -> None:
    for size in range(0, len(WHOLE), 37):
        assert refusal(WHOLE[:size]).code == "bundle-damaged"


@settings(max_examples=150, deadline=None)
@given(at=st.integers(0, len(WHOLE) - 1), bit=st.integers(0, 7))
def test_a_changed_bit_is_refused_or_changes_nothing(at: int, bit: int) -> None:
    """Dates and attributes of the zip say nothing; everything else is under a digest."""
    raw = bytearray(WHOLE)
    raw[at] ^= 1 << bit
    try:
        assert read_bundle(bytes(raw), tables()) == read_bundle(WHOLE, tables())
    except BundleRefused as refused:
        assert refused.code.startswith("bundle-")


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=400), st.integers(0, len(WHOLE)), st.integers(0, len(WHOLE)))
def test_nothing_but_a_refusal_comes_of_garbage(middle: bytes, before: int, after: int) -> None:
    raw = WHOLE[:before] + middle + WHOLE[after:]
    try:
        read_bundle(raw, tables())
    except BundleRefused as refused:
        assert refused.code.startswith("bundle-")


def test_as_evidence_it_is_refused_by_the_same_codes() -> None:
    import gzip

    for raw, code in (
        (WHOLE[:-1], "bundle-damaged"),
        (b"PK\x03\x04" + bytes(1000), "bundle-damaged"),
        (gzip.compress(WHOLE, mtime=0), "bundle-packed-twice"),
    ):
        with pytest.raises(EvidenceUnreadable) as refused:
            parse_report(raw)
        assert refused.value.code == code
    assert is_bundle(WHOLE[:4])
    assert not is_bundle(b"{")
