"""Folders that a private PostgreSQL can reach, also where pytest's own are closed to it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from marketplace.config.local.reach import temporary_folder


@pytest.fixture
def open_folder() -> Iterator[Path]:
    folder = temporary_folder()
    yield folder
    shutil.rmtree(folder, ignore_errors=True)
