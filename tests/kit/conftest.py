"""A fake cloud of the test's own, and a folder with a clouds.yaml that leads to it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.cloud import FakeCloud


@pytest.fixture
def services(request: pytest.FixtureRequest) -> frozenset[str] | None:
    """What the fake cloud offers beside identity: what the variant asks for, else everything."""
    params = getattr(request.node, "callspec", None)
    variant = params.params.get("variant") if params else None
    return variant.services if variant else None


@pytest.fixture
def in_fake_cloud(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, services: frozenset[str] | None
) -> Iterator[Path]:
    for name in [name for name in os.environ if name.startswith("OS_")]:
        monkeypatch.delenv(name)
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.setenv(name, "127.0.0.1")
    # The fake settles in 20 ms: no need to wait a second between two looks.
    monkeypatch.setattr("hallmark.kit.cloud._POLL_S", 0.03)
    with FakeCloud(services=services, regions=("RegionOne", "RegionTwo")) as cloud:
        monkeypatch.setenv("OS_CLIENT_CONFIG_FILE", str(cloud.write_clouds_yaml(tmp_path)))
        yield tmp_path
