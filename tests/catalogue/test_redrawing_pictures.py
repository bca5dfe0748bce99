"""A logo is drawn anew: pixels and nothing else; what is no plain picture is refused by name."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image, PngImagePlugin

from marketplace.catalogue.pictures import (
    MOST_BYTES,
    SIDE,
    PictureGone,
    PictureRefused,
    read_picture,
    redraw,
    store_picture,
)
from tests.catalogue.pictures import picture
from tests.certification.conftest import evidence_folder

__all__ = ["evidence_folder"]

SCRIPT = b"<script>alert(1)</script>"


def seen(drawn: bytes) -> Image.Image:
    return Image.open(io.BytesIO(drawn))


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png_that_claims(width: int, height: int) -> bytes:
    """A few bytes whose head promises that many pixels."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IDAT", zlib.compress(b"\0" * 1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + body + chunk(b"IEND", b"")


def moving(kind: str) -> bytes:
    frames = [Image.new("RGB", (40, 40), colour) for colour in ("red", "blue")]
    written = io.BytesIO()
    frames[0].save(written, kind, save_all=True, append_images=frames[1:])
    return written.getvalue()


@pytest.mark.parametrize(
    ("raw", "size"),
    [
        (picture("PNG"), (60, 40)),
        (picture("JPEG"), (60, 40)),
        (picture("WEBP"), (60, 40)),
        (picture("JPEG", mode="CMYK"), (60, 40)),
        (picture("PNG", mode="P"), (60, 40)),
        (picture("PNG", mode="1"), (60, 40)),
        (picture("PNG", mode="I;16"), (60, 40)),
        (picture("PNG", (1000, 500)), (256, 128)),
        (picture("WEBP", (100, 1000)), (26, 256)),
        (picture("PNG", (1000, 1)), (256, 1)),
    ],
)
def test_what_comes_out_is_a_small_png(raw: bytes, size: tuple[int, int]) -> None:
    drawn = redraw(raw)
    found = seen(drawn)
    assert (found.format, found.mode, found.size) == ("PNG", "RGBA", size)
    assert max(found.size) <= SIDE
    assert redraw(raw) == drawn
    assert redraw(drawn) == drawn


def test_transparency_stays() -> None:
    [(_, colour)] = seen(redraw(picture("PNG", mode="RGBA"))).getcolors() or []
    assert colour == (200, 30, 60, 90)


def test_nothing_but_pixels_stays() -> None:
    words = PngImagePlugin.PngInfo()
    words.add_text("Comment", SCRIPT.decode())
    exif = Image.Exif()
    exif[0x010E] = SCRIPT.decode()
    exif[0x0112] = 6  # lies on its side
    for raw in (
        picture("PNG", pnginfo=words, icc_profile=SCRIPT, exif=exif),
        picture("JPEG", exif=exif, icc_profile=SCRIPT, comment=SCRIPT),
        picture("WEBP", exif=exif, xmp=SCRIPT),
    ):
        assert SCRIPT in raw or SCRIPT in zlib_parts(raw)
        drawn = redraw(raw)
        assert SCRIPT not in drawn
        assert seen(drawn).info == {}
        assert {
            kind for kind in (b"tEXt", b"iCCP", b"eXIf", b"zTXt", b"iTXt") if kind in drawn
        } == set()
        assert seen(drawn).size == (40, 60)  # stood up


def zlib_parts(raw: bytes) -> bytes:
    start = raw.find(b"iCCP")
    return zlib.decompressobj().decompress(raw[raw.index(b"\0\0", start) + 2 :])


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_second_file_behind_or_inside_the_picture_is_gone(kind: str) -> None:
    behind = picture(kind) + b"PK\x03\x04" + SCRIPT + b"%PDF-1.4"
    drawn = redraw(behind)
    assert SCRIPT not in drawn
    assert drawn.endswith(b"IEND\xaeB`\x82")


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "picture-kind"),
        (b"hello", "picture-kind"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "picture-kind"),
        (SCRIPT + picture("PNG"), "picture-kind"),
        (picture("GIF"), "picture-kind"),
        (moving("GIF"), "picture-kind"),
        (picture("BMP"), "picture-kind"),
        (picture("TIFF"), "picture-kind"),
        (picture("ICO", (64, 64)), "picture-kind"),
        (moving("WEBP"), "picture-moves"),
        (moving("PNG"), "picture-moves"),
        (picture("PNG") + b"\0" * MOST_BYTES, "picture-too-large"),
        (picture("PNG", (1001, 1000)), "picture-pixels"),
        (png_that_claims(20_000, 5_000), "picture-pixels"),
        (png_that_claims(60_000, 60_000), "picture-pixels"),
        (png_that_claims(2**31 - 1, 2**31 - 1), "picture-pixels"),
        (picture("PNG", (16, 16)), "picture-too-small"),
        (png_that_claims(500, 500), "picture-broken"),
        (picture("PNG", (200, 200))[:-40], "picture-broken"),
        (picture("JPEG", (200, 200))[:-100], "picture-broken"),
        (picture("WEBP", (200, 200))[:-20], "picture-broken"),
    ],
)
def test_what_is_no_plain_picture_is_refused(raw: bytes, code: str) -> None:
    with pytest.raises(PictureRefused) as refused:
        redraw(raw)
    assert refused.value.code == code
    assert str(refused.value).startswith("The logo")


def test_a_text_that_unpacks_to_much_is_refused() -> None:
    packed = chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"a" * 8 * 1024**2))
    plain = picture("PNG")
    bomb = plain[:33] + packed + plain[33:]
    assert len(bomb) < MOST_BYTES
    with pytest.raises(PictureRefused, match="cannot be read"):
        redraw(bomb)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_every_cut_and_many_flips_end_in_a_picture_or_a_word(kind: str) -> None:
    raw = picture(kind, (40, 40))
    spoiled = [raw[:length] for length in range(0, len(raw), 7)]
    spoiled += [
        raw[:place] + bytes([raw[place] ^ 0xFF]) + raw[place + 1 :]
        for place in range(0, len(raw), 3)
    ]
    for one in spoiled:
        try:
            assert seen(redraw(one)).format == "PNG"
        except PictureRefused as refused:
            assert refused.code.startswith("picture-")


def test_a_picture_is_kept_under_its_digest(evidence_folder: Path) -> None:
    drawn = redraw(picture("PNG"))
    sha256 = store_picture(drawn)
    assert store_picture(drawn) == sha256
    assert read_picture(sha256) == drawn
    [kept] = (evidence_folder / "pictures").rglob("*.png")
    kept.chmod(0o600)
    kept.write_bytes(drawn[:-1])
    with pytest.raises(PictureGone):
        read_picture(sha256)
    assert store_picture(drawn) == sha256
    assert read_picture(sha256) == drawn
    for unknown in ("0" * 64, "../" * 5 + "etc/passwd", sha256.upper(), ""):
        with pytest.raises(PictureGone):
            read_picture(unknown)
