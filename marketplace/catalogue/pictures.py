"""Pictures that vendors upload: never served as they came, always drawn anew (trust.md S20).

What is drawn holds pixels and nothing else: no metadata, no second file behind the picture, no
instruction to a browser. It is stored under its SHA-256, like evidence, and never changed.
"""

from __future__ import annotations

import hashlib
import io
import re
import struct
import zlib

from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages
from PIL import Image, ImageOps, UnidentifiedImageError

from marketplace.catalogue.refusals import CatalogueRefused

MOST_BYTES = 1024 * 1024
MOST_PIXELS = 1_000_000
LEAST_SIDE = 32
SIDE = 256
KINDS = ("PNG", "JPEG", "WEBP")
_SHA256 = re.compile(r"[0-9a-f]{64}")
#: What Pillow raises at a picture that is cut off or spoiled: each of its readers in its own way.
_BROKEN = (
    *(OSError, SyntaxError, ValueError, EOFError, LookupError, TypeError, ArithmeticError),
    *(struct.error, zlib.error),
)
_TOO_LARGE = (Image.DecompressionBombError, Image.DecompressionBombWarning)


class PictureRefused(CatalogueRefused):
    """Nothing of the file is kept."""


class PictureGone(LookupError):
    """Not in the store, or no longer what was put there."""


def redraw(raw: bytes) -> bytes:
    """PNG of at most 256 x 256 pixels that shows what the file showed. The size is known from the
    file's head, before a pixel is unpacked. Raises PictureRefused."""
    if len(raw) > MOST_BYTES:
        raise PictureRefused(
            "picture-too-large", "The logo is larger than 1 MiB. Export it smaller."
        )
    try:
        with Image.open(io.BytesIO(raw), formats=KINDS) as picture:
            _check_head(picture)
            return _drawn(picture)
    except UnidentifiedImageError:
        raise PictureRefused(
            "picture-kind", "The logo must be a PNG, JPEG or WebP file. SVG and GIF are not taken."
        ) from None
    except _TOO_LARGE:
        raise _too_many_pixels() from None
    except PictureRefused:
        raise
    except _BROKEN:
        raise PictureRefused(
            "picture-broken", "The logo cannot be read to its end. Export it again."
        ) from None


def _check_head(picture: Image.Image) -> None:
    width, height = picture.size
    if width * height > MOST_PIXELS:
        raise _too_many_pixels()
    if max(width, height) < LEAST_SIDE:
        raise PictureRefused(
            "picture-too-small", f"The logo must be at least {LEAST_SIDE} pixels wide or high."
        )
    if getattr(picture, "n_frames", 1) != 1:
        raise PictureRefused("picture-moves", "The logo moves. Upload a picture that stands still.")


def _too_many_pixels() -> PictureRefused:
    return PictureRefused(
        "picture-pixels", "The logo has more than one million pixels. Export it smaller."
    )


def _drawn(picture: Image.Image) -> bytes:
    upright = ImageOps.exif_transpose(picture).convert("RGBA")
    upright.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
    bare = Image.frombytes("RGBA", upright.size, upright.tobytes())
    written = io.BytesIO()
    bare.save(written, "PNG", optimize=True)
    return written.getvalue()


def digest_of_picture(drawn: bytes) -> str:
    return hashlib.sha256(drawn).hexdigest()


def store_picture(drawn: bytes) -> str:
    """The SHA-256 under which it is served. For what `redraw` gave."""
    sha256 = digest_of_picture(drawn)
    store, name = picture_store(), name_of_picture(sha256)
    try:
        read_picture(sha256)
    except PictureGone:
        # What a crash left half written would keep the name for ever.
        store.delete(name)
        store.save(name, ContentFile(drawn))
    return sha256


def read_picture(sha256: str) -> bytes:
    """Raises PictureGone."""
    if not _SHA256.fullmatch(sha256):
        raise PictureGone(f"{sha256[:70]!r} is no SHA-256.")
    try:
        with picture_store().open(name_of_picture(sha256), "rb") as content:
            drawn: bytes = content.read()
    except FileNotFoundError:
        raise PictureGone(f"The picture {sha256} is not in the store.") from None
    if digest_of_picture(drawn) != sha256:
        raise PictureGone(f"What lies in the store is no longer the picture {sha256}.")
    return drawn


def picture_store() -> Storage:
    return storages["pictures"]


def name_of_picture(sha256: str) -> str:
    """Within the store."""
    return f"{sha256[:2]}/{sha256}.png"
