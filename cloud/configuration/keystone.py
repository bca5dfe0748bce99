"""Identity."""

from __future__ import annotations

import base64
import os

from cloud.configuration.ini import Sections
from cloud.configuration.shared import Databases, basics, database, ending
from cloud.plan import Plan

_KEYS = ("fernet", "credential")


def files(plan: Plan, databases: Databases) -> dict[str, Sections]:
    folder = plan.settings("keystone")
    return {
        "keystone.conf": {
            "DEFAULT": basics(),
            "database": database(databases("keystone")),
            "token": {"provider": "fernet"},
            "fernet_tokens": {"key_repository": folder / "fernet"},
            "fernet_receipts": {"key_repository": folder / "fernet"},
            "credential": {"key_repository": folder / "credential"},
            "cache": {"enabled": True, "backend": "oslo_cache.dict"},
            # The fewest rounds that bcrypt takes: nobody has to be kept out of a throwaway cloud.
            "identity": {"password_hash_rounds": 4},
            **ending(plan),
        }
    }


def write_keys(plan: Plan) -> None:
    """Fresh keys for tokens and credentials: 0 is the next one, 1 the one in use."""
    for name in _KEYS:
        folder = plan.settings("keystone") / name
        folder.mkdir(mode=0o700)
        for number in (0, 1):
            key = folder / str(number)
            key.write_bytes(base64.urlsafe_b64encode(os.urandom(32)))
            key.chmod(0o600)
