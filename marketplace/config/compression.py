"""Pages in fewer bytes, for people who are not signed in.

A compressed page may tell an eavesdropper who can make it repeat his words something of the secrets
in it (BREACH). Visitors without a session are shown none but the token of a form, which is masked
anew in each page; everybody else gets pages as they are.
"""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

#: Badges and other answers whose bytes others keep stay as they are.
_COMPRESSED = ("text/html", "text/csv")


class CompressedForVisitors(GZipMiddleware):
    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        signed_in = settings.SESSION_COOKIE_NAME in request.COOKIES or response.cookies.get(
            settings.SESSION_COOKIE_NAME
        )
        if signed_in or not response.headers.get("Content-Type", "").startswith(_COMPRESSED):
            return response
        return super().process_response(request, response)
