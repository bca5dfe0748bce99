"""A fake cloud on a port of its own, and a clouds.yaml that names it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hallmark.probe.cloud import SECRET, FakeCloud, served

ENTRY = """
clouds:
  fake:
    auth:
      auth_url: {auth_url}
      username: planted
      password: {secret}
      project_name: planted
      user_domain_name: planted
      project_domain_name: planted
    region_name: planted-region
    identity_api_version: 3
"""


@pytest.fixture
def clouds_yaml(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The SDK finds this file and no variable of the machine's own clouds or proxies."""
    place = tmp_path / "named-by-the-environment.yaml"
    monkeypatch.setenv("OS_CLIENT_CONFIG_FILE", str(place))
    monkeypatch.setenv("no_proxy", "*")
    monkeypatch.chdir(tmp_path)
    return place


@pytest.fixture
def cloud(clouds_yaml: Path) -> Iterator[FakeCloud]:
    fake = FakeCloud()
    with served(fake) as origin:
        clouds_yaml.write_text(ENTRY.format(auth_url=f"{origin}/v3", secret=SECRET))
        yield fake
