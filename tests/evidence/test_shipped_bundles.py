"""The bundles that ship with the code read, hold no path or secret, and give the stated level."""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest

from certification.engine.bundle import Bundle
from certification.engine.integration import (
    EvidenceClass,
    NotApplicable,
    Profile,
    evidence_of,
    judge_level,
    parse_rules,
    profile_obstacles,
)
from certification.engine.report import TestState
from certification.guidelines import shipped_bytes
from hallmark.pack import open_bundle
from marketplace.catalogue.models import Category
from marketplace.catalogue.openstack import find_release

CHECKOUT = Path(__file__).resolve().parents[2]
FOLDER = CHECKOUT / "evidence"
MEASURED: list[dict[str, Any]] = json.loads((FOLDER / "index.json").read_bytes())["measured"]
RULES = parse_rules(shipped_bytes("integration.2026.11"))
MOST_BYTES = 512 * 1024
#: Where somebody's own files would lie, and what a token or password in clear would look like.
FOREIGN = re.compile(
    rb"(?<![\w.-])/(?:root|home|work|Users|var/tmp)/"
    rb"|gAAAAA[\w-]{20}|(?i:\"password\"\s*:|X-Auth-Token)"
)


def raw_of(entry: dict[str, Any]) -> bytes:
    return (FOLDER / entry["bundle"]).read_bytes()


def bundle_of(entry: dict[str, Any]) -> Bundle:
    return open_bundle(raw_of(entry))


def by_name(entry: dict[str, Any]) -> str:
    return str(entry["bundle"])


def profile_of(entry: dict[str, Any]) -> Profile:
    said = entry["profile"]
    left_out = tuple(NotApplicable(*one) for one in said["not_applicable"].items())
    return Profile(said["profile"], said["primary"], left_out, said["has_logins"])


def test_every_bundle_is_in_the_index_once() -> None:
    assert MEASURED
    assert sorted(entry["bundle"] for entry in MEASURED) == sorted(
        path.name for path in FOLDER.glob("*.osi.zip")
    )


@pytest.mark.parametrize("entry", MEASURED, ids=by_name)
def test_a_bundle_reads_without_fault(entry: dict[str, Any]) -> None:
    bundle = bundle_of(entry)
    assert bundle.faults == ()
    assert bundle.manifest.product_version == entry["version"]
    assert bundle.manifest.guideline == "integration.2026.11"
    asked = entry.get("only", RULES.capabilities)
    assert sorted(result.capability for result in bundle.results) == sorted(asked)
    passed = sum(result.state is TestState.PASSED for result in bundle.results)
    assert passed == entry["passed"]


@pytest.mark.parametrize("entry", MEASURED, ids=by_name)
def test_what_is_left_out_needs_no_reviewer_and_was_not_used(entry: dict[str, Any]) -> None:
    profile, said = profile_of(entry), bundle_of(entry).manifest
    assert profile_obstacles(RULES, profile) == ()
    assert (profile.profile, profile.primary, profile.has_logins) == (
        said.profile,
        said.primary,
        said.has_logins,
    )


@pytest.mark.parametrize("product", sorted({entry["name"] for entry in MEASURED}))
def test_the_bundles_of_a_product_give_the_stated_level(product: str) -> None:
    entries = [entry for entry in MEASURED if entry["name"] == product]
    runs = [
        evidence_of(
            bundle_of(entry),
            sha256=hashlib.sha256(raw_of(entry)).hexdigest(),
            evidence_class=EvidenceClass.SELF_REPORTED,
        )
        for entry in entries
    ]
    profile = profile_of(entries[0])
    found = judge_level(RULES, profile, runs, version=entries[0]["version"])
    assert found.open_subjects == ()
    for entry in entries:
        assert profile_of(entry) == profile
        assert (found.level.word, found.figure.shown) == (entry["level"], entry["figure"])


@pytest.mark.parametrize("entry", MEASURED, ids=by_name)
def test_a_bundle_is_small_and_tells_nothing_of_whose_machine_it_was(entry: dict[str, Any]) -> None:
    raw = raw_of(entry)
    assert len(raw) < MOST_BYTES
    with zipfile.ZipFile(io.BytesIO(raw)) as files:
        for name in files.namelist():
            assert FOREIGN.search(files.read(name)) is None, name


@pytest.mark.parametrize("entry", MEASURED, ids=by_name)
def test_what_the_index_says_can_be_listed(entry: dict[str, Any]) -> None:
    assert entry["category"] in Category.values
    assert all(find_release(name) for name in entry["openstack_releases"])
    assert (CHECKOUT / "adapters" / entry["adapter"] / "adapter.toml").is_file()
