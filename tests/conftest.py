"""A real private PostgreSQL and Redis for the whole session, one database per test worker."""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path

import django
import pytest

from marketplace.config.local.servers import throwaway_servers

_STARTED_BY = "HALLMARK_TEST_SERVERS"
_servers = ExitStack()
#: Folders whose files take longest, each of them on one worker: begun last, they are waited for.
_LONGEST_FIRST = ("journeys", "accessibility", "permissions", "deploy", "kit", "vectors", "local")


def _start_servers() -> None:
    """Once, in the process that starts the workers; these inherit the environment."""
    if os.environ.get(_STARTED_BY):
        return
    os.environ.update(_servers.enter_context(throwaway_servers(environ={})))
    folder = Path(tempfile.mkdtemp(prefix="hallmark-test-evidence-"))
    _servers.callback(shutil.rmtree, folder, ignore_errors=True)
    os.environ["EVIDENCE_DIR"] = str(folder)
    os.environ["HALLMARK_MODE"] = "test"
    os.environ[_STARTED_BY] = str(os.getpid())


def _own_evidence_folder() -> None:
    """A worker's database knows nothing of another worker's evidence, so neither does its store."""
    folder = Path(os.environ["EVIDENCE_DIR"]) / os.environ.get("PYTEST_XDIST_WORKER", "alone")
    folder.mkdir(exist_ok=True)
    os.environ["EVIDENCE_DIR"] = str(folder)


_start_servers()
if os.environ.get(_STARTED_BY) != str(os.getpid()):
    _own_evidence_folder()
os.environ["DJANGO_SETTINGS_MODULE"] = "marketplace.config.settings"
django.setup()

import marketplace.config.celery  # noqa: E402, F401 - as manage.py does, for those who publish


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """After the shuffle, which this leaves alone within each part."""
    items.sort(key=_place)


def pytest_collection_finish(session: pytest.Session) -> None:
    """What was collected stays to the end: the collector need not walk it again and again."""
    gc.collect()
    gc.freeze()


def _place(item: pytest.Item) -> int:
    folder = item.path.relative_to(Path(__file__).parent).parts[0]
    return (*_LONGEST_FIRST, folder).index(folder)


def pytest_unconfigure(config: pytest.Config) -> None:
    if os.environ.get(_STARTED_BY) == str(os.getpid()):
        _servers.close()
