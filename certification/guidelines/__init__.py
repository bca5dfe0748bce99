"""The guidelines that Hallmark ships, each written by Hallmark, and the test inventory they use.

`powered-<id>.json` are documents of interop schema 2.0; `tempest-47-inventory.json` lists the tests
of Tempest 47.0.0: class, test, idempotent id.
"""

from __future__ import annotations

import json
from importlib.resources import files

_PREFIX = "powered-"
_SUFFIX = ".json"
_INVENTORIES = {"tempest-47.0.0": "tempest-47-inventory.json"}


class GuidelineNotShipped(LookupError):
    """No document of that id comes with Hallmark. The message lists those that do."""


def shipped_ids() -> tuple[str, ...]:
    """Ids of the shipped documents, oldest first: `2026.11`, `2027.05`."""
    names = (entry.name for entry in files(__name__).iterdir())
    return tuple(
        sorted(
            name[len(_PREFIX) : -len(_SUFFIX)]
            for name in names
            if name.startswith(_PREFIX) and name.endswith(_SUFFIX)
        )
    )


def shipped_bytes(guideline_id: str) -> bytes:
    """The document of `2026.11` or `powered-2026.11`, byte for byte. Raises GuidelineNotShipped."""
    bare = guideline_id.removeprefix(_PREFIX)
    if bare not in shipped_ids():
        raise GuidelineNotShipped(
            f"No guideline {guideline_id[:80]!r} is shipped; there is {', '.join(shipped_ids())}."
        )
    return files(__name__).joinpath(f"{_PREFIX}{bare}{_SUFFIX}").read_bytes()


def shipped_inventories() -> dict[str, tuple[tuple[str, str], ...]]:
    """Suite and version to its sorted (test name, bare idempotent id) pairs."""
    return {suite: _inventory(name) for suite, name in _INVENTORIES.items()}


def _inventory(file_name: str) -> tuple[tuple[str, str], ...]:
    classes = json.loads(files(__name__).joinpath(file_name).read_bytes())["classes"]
    return tuple(
        sorted(
            (f"{scope}.{test}", i) for scope, tests in classes.items() for test, i in tests.items()
        )
    )
