from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from tests.certification.conftest import evidence_folder, nothing_remembered
from tests.notices.receivers import Mailbox, Receiver, lead_to, mail_server, web_server

__all__ = ["evidence_folder", "nothing_remembered"]


@pytest.fixture
def mailbox(settings: Settings) -> Iterator[Mailbox]:
    """A mail server that the settings lead to."""
    with mail_server() as box:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", box.port
        settings.EMAIL_USE_TLS = False
        settings.MAIL_IS_SENT = True
        settings.PUBLIC_URL = "https://hallmark.example"
        yield box


@pytest.fixture
def receiver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    with web_server(tmp_path) as found:
        lead_to(monkeypatch, found.place, found.port)
        yield found
