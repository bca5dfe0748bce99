"""Behind the proxy people are told apart by their own address, and cannot choose it."""

from __future__ import annotations

import pytest
from axes.helpers import get_client_ip_address
from django.test import RequestFactory
from pytest_django import Settings


@pytest.mark.parametrize(
    ("production", "forwarded", "expected"),
    [
        (True, "203.0.113.7", "203.0.113.7"),
        (True, "10.9.9.9, 203.0.113.7", "203.0.113.7"),
        (True, "", "172.18.0.5"),
        (False, "203.0.113.7", "172.18.0.5"),
    ],
)
def test_the_proxy_says_who_asks(
    production: bool, forwarded: str, expected: str, settings: Settings
) -> None:
    settings.PRODUCTION = production
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    request = RequestFactory().get("/sign-in/", headers=headers, REMOTE_ADDR="172.18.0.5")
    assert get_client_ip_address(request) == expected
