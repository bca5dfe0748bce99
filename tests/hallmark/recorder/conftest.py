from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from hallmark.recorder import Recorder
from tests.hallmark.recorder.upstream import Client, Upstream, running, with_keystone


@pytest.fixture
def cloud() -> Iterator[Upstream]:
    """A cloud of six services on one origin."""
    with running() as upstream:
        yield with_keystone(upstream)


Recording = Callable[..., Client]


@pytest.fixture
def recording(cloud: Upstream) -> Iterator[Recording]:
    """Starts recorders before the small cloud; gives a client of each."""
    with ExitStack() as opened:

        def start(**settings: Any) -> Client:
            recorder = Recorder(auth_url=f"{cloud.origin}/identity/v3", **settings)
            client = Client(opened.enter_context(recorder))
            opened.callback(client.close)
            return client

        yield start


@pytest.fixture
def client(recording: Recording) -> Client:
    """A client behind the plain recorder."""
    return recording()
