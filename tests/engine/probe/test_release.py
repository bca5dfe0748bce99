"""Which release the microversions of a cloud make it: over the whole shipped table."""

from __future__ import annotations

import json

import pytest

from certification.engine.probe import MicroversionTable, measure_release, parse_microversions
from certification.guidelines import shipped_microversions

TABLE = parse_microversions(shipped_microversions())
SERVICES = ("compute", "block-storage", "shared-file-system")

#: Release to what compute, block-storage and shared-file-system say; empty where they say nothing.
CLOUDS = """
    kilo 2.3 - 1.0
    liberty 2.12 - 2.6
    mitaka 2.25 3.0 2.15
    newton 2.38 3.15 2.22
    ocata 2.42 3.27 2.32
    pike 2.53 3.43 2.40
    queens 2.60 3.50 2.42
    rocky 2.65 3.55 2.46
    stein 2.72 3.59 2.49
    train 2.79 3.59 2.51
    ussuri 2.87 3.60 2.55
    victoria 2.87 3.62 2.57
    wallaby 2.88 3.64 2.63
    xena 2.90 3.66 2.65
    yoga 2.90 3.68 2.70
    zed 2.93 3.70 2.73
    antelope 2.95 3.70 2.78
    bobcat 2.95 3.70 2.82
    caracal 2.96 3.71 2.85
    dalmatian 2.96 3.71 2.87
    epoxy 2.100 3.71 2.89
    flamingo 2.100 3.71 2.91
    gazpacho 2.103 3.71 2.95
    hibiscus 2.104 3.71 2.95
"""
ROWS = [line.split() for line in CLOUDS.strip().splitlines()]


def said(row: list[str]) -> dict[str, str]:
    return {name: value for name, value in zip(SERVICES, row[1:], strict=True) if value != "-"}


def test_the_table_covers_every_release() -> None:
    assert TABLE.releases == tuple(row[0] for row in ROWS)
    assert set(TABLE.maxima) == set(SERVICES)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_a_cloud_with_all_three_is_measured(row: list[str]) -> None:
    found = measure_release(said(row), TABLE)
    assert (found.oldest, found.newest, found.reason) == (row[0], row[0], "measured")
    assert found.is_measured


#: Where compute alone leaves two releases.
PAIRS = {
    "ussuri": ("ussuri", "victoria"),
    "victoria": ("ussuri", "victoria"),
    "xena": ("xena", "yoga"),
    "yoga": ("xena", "yoga"),
    "antelope": ("antelope", "bobcat"),
    "bobcat": ("antelope", "bobcat"),
    "caracal": ("caracal", "dalmatian"),
    "dalmatian": ("caracal", "dalmatian"),
    "epoxy": ("epoxy", "flamingo"),
    "flamingo": ("epoxy", "flamingo"),
}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_compute_alone_leaves_two_where_they_share_a_maximum(row: list[str]) -> None:
    found = measure_release({"compute": row[1]}, TABLE)
    assert (found.oldest, found.newest) == PAIRS.get(row[0], (row[0], row[0]))
    assert found.reason == ("between" if row[0] in PAIRS else "measured")


@pytest.mark.parametrize(
    ("maxima", "oldest", "newest", "reason"),
    [
        # A small cloud of today without shared file systems.
        ({"compute": "2.104", "block-storage": "3.71"}, "hibiscus", "hibiscus", "measured"),
        # The last known maximum goes on until the table says otherwise.
        ({"block-storage": "3.71"}, "caracal", "hibiscus", "between"),
        ({"block-storage": "3.71", "compute": "2.100"}, "epoxy", "flamingo", "between"),
        ({"shared-file-system": "2.95"}, "gazpacho", "hibiscus", "between"),
        # Above the last row of a service lie only the releases that the table has no row for.
        ({"block-storage": "3.72"}, "epoxy", "hibiscus", "between"),
        ({"shared-file-system": "2.99"}, "hibiscus", "hibiscus", "measured"),
        ({"shared-file-system": "2.99", "compute": "2.104"}, "hibiscus", "hibiscus", "measured"),
        ({"shared-file-system": "2.99", "compute": "2.103"}, "", "", "contradiction"),
        # Newer than the table, where the table knows the newest release.
        ({"compute": "2.105"}, "", "", "contradiction"),
        ({"compute": "3.0"}, "", "", "contradiction"),
        # Limited by its operator, or a state between two releases.
        ({"compute": "2.99", "block-storage": "3.71"}, "", "", "contradiction"),
        ({"compute": "2.1"}, "", "", "contradiction"),
        ({"compute": "2.104", "block-storage": "3.70"}, "", "", "contradiction"),
        ({"compute": "2.79", "block-storage": "3.71"}, "", "", "contradiction"),
        # Versions are numbers and no text.
        ({"compute": "2.9"}, "", "", "contradiction"),
        # Nothing that the table knows.
        ({}, "", "", "no-data"),
        ({"placement": "1.39", "baremetal": "1.90"}, "", "", "no-data"),
        ({"compute": ""}, "", "", "no-data"),
        ({"compute": "newest"}, "", "", "no-data"),
        ({"placement": "1.39", "compute": "2.104"}, "hibiscus", "hibiscus", "measured"),
    ],
)
def test_what_is_left_over_all_services(
    maxima: dict[str, str], oldest: str, newest: str, reason: str
) -> None:
    found = measure_release(maxima, TABLE)
    assert (found.oldest, found.newest, found.reason) == (oldest, newest, reason)
    assert found.is_measured == (reason == "measured")


def document(**changes: object) -> bytes:
    whole = {
        "format": "maximum-microversions/1",
        "releases": ["a", "b"],
        "maxima": {"compute": {"a": "2.1", "b": "2.2"}},
    }
    return json.dumps(whole | changes).encode()


def test_a_small_table_is_read() -> None:
    table = parse_microversions(document())
    assert table == MicroversionTable(("a", "b"), {"compute": {"a": "2.1", "b": "2.2"}})


@pytest.mark.parametrize(
    "changes",
    [
        {"format": "other/1"},
        {"maxima": {"compute": {"c": "2.1"}}},
        {"maxima": {"compute": {"a": "two"}}},
        {"maxima": {"compute": {"a": "2.10", "b": "2.9"}}},
        {"maxima": {"compute": {}}},
    ],
)
def test_a_faulty_table_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"microversions|maxima"):
        parse_microversions(document(**changes))
