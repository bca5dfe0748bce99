"""The guidelines that Hallmark ships, each written by Hallmark, and the facts that they lean on.

`powered-<id>.json` and `integration-<id>.json` are documents of interop schema 2.0.
`tempest-47-inventory.json` lists the tests of Tempest 47.0.0: class, test, idempotent id;
`tempest-47-times.json` what many of them took in genuine runs, in milliseconds.
`operations.json` is the table by which footprints name API operations, `microversions.json` the
highest microversion of each service in each OpenStack release.
"""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from importlib.resources import files

_SUFFIX = ".json"
_INVENTORIES = {"tempest-47.0.0": "tempest-47-inventory.json"}
_TIMES = "tempest-47-times.json"
_OPERATIONS = "operations.json"
_MICROVERSIONS = "microversions.json"

#: Family of documents (how its files begin) to how its ids begin.
_FAMILIES = {"powered-": "", "integration-": "integration."}


class GuidelineNotShipped(LookupError):
    """No document of that id comes with Hallmark. The message lists those that do."""


def shipped_ids() -> tuple[str, ...]:
    """Ids of the shipped documents: platforms first, each family oldest first (`2026.11`,
    `2027.05`, `integration.2026.11`)."""
    return tuple(_documents())


def shipped_bytes(guideline_id: str) -> bytes:
    """The document of `2026.11`, `powered-2026.11`, `integration.2026.11` or
    `integration-2026.11`, byte for byte. Raises GuidelineNotShipped."""
    return files(__name__).joinpath(shipped_file_name(guideline_id)).read_bytes()


def shipped_file_name(guideline_id: str) -> str:
    """`powered-2026.11.json`: under which name a document is imported. Raises
    GuidelineNotShipped."""
    documents = _documents()
    for found, name in documents.items():
        if guideline_id in (found, name.removesuffix(_SUFFIX)):
            return name
    raise GuidelineNotShipped(
        f"No guideline {guideline_id[:80]!r} is shipped; there is {', '.join(documents)}."
    )


def shipped_inventories() -> dict[str, tuple[tuple[str, str], ...]]:
    """Suite and version to its sorted (test name, bare idempotent id) pairs."""
    return {suite: _inventory(name) for suite, name in _INVENTORIES.items()}


@cache
def usual_times() -> dict[str, int]:
    """Milliseconds by test name, means of genuine runs: good for telling quick from slow."""
    classes = json.loads(files(__name__).joinpath(_TIMES).read_bytes())["classes"]
    return {f"{scope}.{test}": ms for scope, tests in classes.items() for test, ms in tests.items()}


@cache
def shared_ids() -> frozenset[str]:
    """Ids that more than one test of a shipped suite has: classes hand their tests on."""
    counted = Counter(i for tests in shipped_inventories().values() for _, i in tests if i)
    return frozenset(i for i, count in counted.items() if count > 1)


def shipped_operation_table() -> bytes:
    """For `certification.engine.footprint.parse_table`."""
    return files(__name__).joinpath(_OPERATIONS).read_bytes()


def shipped_microversions() -> bytes:
    """For `certification.engine.probe`: which maximum microversion means which release."""
    return files(__name__).joinpath(_MICROVERSIONS).read_bytes()


def _documents() -> dict[str, str]:
    """Guideline id to file name, in the order of `shipped_ids`."""
    names = sorted(entry.name for entry in files(__name__).iterdir())
    return {
        before + name[len(family) : -len(_SUFFIX)]: name
        for family, before in _FAMILIES.items()
        for name in names
        if name.startswith(family) and name.endswith(_SUFFIX)
    }


def _inventory(file_name: str) -> tuple[tuple[str, str], ...]:
    classes = json.loads(files(__name__).joinpath(file_name).read_bytes())["classes"]
    return tuple(
        sorted(
            (f"{scope}.{test}", i) for scope, tests in classes.items() for test, i in tests.items()
        )
    )
