"""Addresses in answers: whole, and on the public host where one is configured."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from rest_framework.request import Request


def absolute(request: HttpRequest | Request, path: str) -> str:
    return (settings.PUBLIC_URL or request.build_absolute_uri("/").rstrip("/")) + path
