"""The operator guide names every variable that the service reads, and none that nobody reads."""

from __future__ import annotations

import re

from tests.deploy.composition import CHECKOUT

GUIDE = (CHECKOUT / "docs" / "operator-guide.md").read_text()
SETTINGS = (CHECKOUT / "marketplace" / "config" / "settings.py").read_text()
COMPOSE = (CHECKOUT / "docker-compose.yml").read_text()
#: Read by `make run`, and by the client of the store.
OF_OTHERS = {"PORT", "HOST", "HALLMARK_DATA", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}


def read_somewhere() -> set[str]:
    settings = re.findall(r"\b(?:env|env_int|env_list)\(\s*\"([A-Z_]+)\"", SETTINGS)
    composed = re.findall(r"(?<!\$)\$\{([A-Z_]+)", COMPOSE)
    return {*settings, *composed, *OF_OTHERS}


def named() -> set[str]:
    rows = [line for line in GUIDE.splitlines() if line.startswith("| `")]
    first = "".join(row.split("|")[1] for row in rows)
    return set(re.findall(r"`([A-Z_]{4,})`", first))


def test_every_variable_is_named_and_every_named_one_is_read() -> None:
    assert len(read_somewhere()) > 40
    assert named() == read_somewhere()
