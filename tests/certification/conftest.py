"""An evidence store of its own for each test, and nothing remembered from other databases."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django import Settings

from certification import judging


@pytest.fixture(autouse=True)
def evidence_folder(tmp_path: Path, settings: Settings) -> Path:
    folder = tmp_path / "evidence"
    local = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(folder)},
    }
    settings.EVIDENCE_DIR = folder
    pictures = local | {"OPTIONS": {"location": str(folder / "pictures")}}
    settings.STORAGES = settings.STORAGES | {"evidence": local, "pictures": pictures}
    return folder


@pytest.fixture(autouse=True)
def nothing_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test's database is rolled back, which no database of the service ever is."""
    monkeypatch.setattr(judging, "_dictionary", judging._Dictionary())
