"""How many bytes a caller announces: known before any of them is read."""

from __future__ import annotations

from django.http import HttpRequest

_DIGITS_MOST = 15


def announced_bytes(request: HttpRequest) -> int | None:
    """The Content-Length; None where there is none, as in a chunked upload, or it is no number."""
    text: str = request.META.get("CONTENT_LENGTH") or ""
    if not (text.isascii() and text.isdecimal()):
        return None
    # Any number so long is far past every limit, and Python refuses to read very long ones.
    return int(text) if len(text) <= _DIGITS_MOST else 10**_DIGITS_MOST
