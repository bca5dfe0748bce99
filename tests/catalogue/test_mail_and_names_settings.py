"""Mail and name servers from the environment; production prints no link."""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured

from marketplace.config.environment import address_ports
from tests.catalogue.test_starting_in_production import PRODUCTION, settings_of


@pytest.mark.parametrize(
    ("environment", "backend", "is_sent"),
    [
        ({}, "filebased", False),
        ({"EMAIL_HOST": "mail.example"}, "smtp", True),
        (PRODUCTION, "dummy", False),
        (PRODUCTION | {"EMAIL_HOST": "mail.example"}, "smtp", True),
    ],
)
def test_mails_go_where_they_may(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], backend: str, is_sent: bool
) -> None:
    if "HALLMARK_MODE" not in environment:
        environment = environment | {"HALLMARK_MODE": "demo"}
    made = settings_of(monkeypatch, environment)
    assert made["EMAIL_BACKEND"] == f"django.core.mail.backends.{backend}.EmailBackend"
    assert made["MAIL_IS_SENT"] is is_sent
    assert made["SECOND_FACTOR_REQUIRED"] is made["PRODUCTION"]


def test_name_servers_are_addresses() -> None:
    assert address_ports(["192.0.2.53", "192.0.2.54:5353"], 53) == [
        ("192.0.2.53", 53),
        ("192.0.2.54", 5353),
    ]
    for wrong in ("dns.example", "192.0.2.53:x", "::1"):
        with pytest.raises(ImproperlyConfigured, match="no IPv4 address"):
            address_ports([wrong], 53)
