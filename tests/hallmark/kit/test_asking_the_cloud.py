"""The kit's own look at the cloud gets over a connection that broke, once, and only where asking
again changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from hallmark.kit.cloud import Cloud
from hallmark.kit.login import CloudUnreadable, Login
from tests.fakes.cloud import PASSWORD, FakeCloud

# openstacksdk warns in its own modules of what it will remove one day.
pytestmark = [
    pytest.mark.filterwarnings("ignore::openstack.warnings.RemovedInSDK50Warning"),
    pytest.mark.filterwarnings("ignore::openstack.warnings.RemovedInSDK60Warning"),
]


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Iterator[Cloud]:
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.setenv(name, "127.0.0.1")
    domains = {"user_domain_id": "default", "project_domain_id": "default"}
    with FakeCloud() as fake:
        auth = {"auth_url": fake.auth_url, "username": "demo", "password": PASSWORD}
        login = Login({**auth, "project_name": "demo", **domains}, region="RegionOne")
        with Cloud(login) as opened:
            opened.read("image", "/images")
            yield opened


@pytest.mark.parametrize(
    ("method", "lost", "answered"),
    [("GET", 1, True), ("GET", 2, False), ("POST", 1, False), ("DELETE", 1, False)],
)
def test_only_a_look_is_repeated_and_once(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch, method: str, lost: int, answered: bool
) -> None:
    losses = [requests.ConnectionError("reset by peer")] * lost
    send = requests.Session.request

    def losing(*words: Any, **named: Any) -> Any:
        if losses:
            raise losses.pop()
        return send(*words, **named)

    monkeypatch.setattr(requests.Session, "request", losing)
    monkeypatch.setattr("keystoneauth1.session.time.sleep", lambda _seconds: None)

    if answered:
        assert cloud.ask("image", method, "/images").status_code == 200
    else:
        with pytest.raises(CloudUnreadable, match="establish connection"):
            cloud.ask("image", method, "/images")
