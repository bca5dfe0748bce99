"""Addresses as they stand in mails and webhooks."""

from __future__ import annotations

from django.conf import settings


def absolute(path: str) -> str:
    """A trial that nobody gave an address is read on the machine it runs on."""
    return (settings.PUBLIC_URL or "http://localhost:8000") + path
