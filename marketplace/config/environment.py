"""Reading settings from the environment, failing loudly."""

from __future__ import annotations

import os
from ipaddress import IPv4Address
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def env(name: str, default: str | None = None) -> str:
    """The variable's text; without a default a missing or empty variable stops the start."""
    found = os.environ.get(name, default)
    if found is None or (default is None and not found.strip()):
        raise ImproperlyConfigured(
            f"{name} is not set. Set it in the environment of every process."
        )
    return found


def env_int(name: str, default: int) -> int:
    text = os.environ.get(name, str(default))
    try:
        return int(text)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {text!r}.") from None


def env_list(name: str, default: str = "") -> list[str]:
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


def address_ports(texts: list[str], default_port: int) -> list[tuple[str, int]]:
    """`192.0.2.53` or `192.0.2.53:5353`, each as address and port."""
    found = []
    for text in texts:
        address, _, port = text.partition(":")
        try:
            found.append((str(IPv4Address(address)), int(port or default_port)))
        except ValueError:
            raise ImproperlyConfigured(
                f"{text!r} is no IPv4 address with or without a port, such as 192.0.2.53:53."
            ) from None
    return found


def database_from_url(url: str) -> dict[str, Any]:
    """Django's settings for `postgresql://user:password@host:port/name?option=value`.

    A socket folder is given as `?host=/folder`, as libpq does.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql"):
        raise ImproperlyConfigured(
            f"DATABASE_URL must begin with postgresql://, not {parts.scheme}://."
        )
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "marketplace.config.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "postgres",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", None) or parts.hostname or "",
        "PORT": str(parts.port or options.pop("port", "")),
        "OPTIONS": options,
    }
