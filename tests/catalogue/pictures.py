"""Pictures as vendors upload them, made by the library that reads them."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image


def picture(kind: str, size: tuple[int, int] = (60, 40), mode: str = "RGB", **how: Any) -> bytes:
    """One colour. `kind` as Pillow names it: PNG, JPEG, WEBP ..."""
    colour = (200, 30, 60, 90)[: len(mode)] if mode in ("RGB", "RGBA", "CMYK") else 1
    written = io.BytesIO()
    Image.new(mode, size, colour).save(written, kind, **how)
    return written.getvalue()
