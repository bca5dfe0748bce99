"""Logos of vendors' products, as we drew them."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import condition, require_safe

from marketplace.catalogue.pictures import PictureGone, read_picture

#: The name is the digest of the bytes, so they never change. One year, the most that caches keep.
CACHE_SECONDS = 31_536_000


def _tag(_request: HttpRequest, sha256: str) -> str:
    return f'"{sha256}"'


@require_safe
@condition(etag_func=_tag)
def logo(_request: HttpRequest, sha256: str) -> HttpResponse:
    try:
        drawn = read_picture(sha256)
    except PictureGone:
        raise Http404("There is no such picture.") from None
    answer = HttpResponse(drawn, content_type="image/png")
    answer["Cache-Control"] = f"public, max-age={CACHE_SECONDS}, immutable"
    answer["Content-Disposition"] = 'inline; filename="logo.png"'
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer
