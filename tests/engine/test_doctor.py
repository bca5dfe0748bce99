"""The usual mistakes of a run are recognised, and an honest run is left in peace."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
from typing import Any

import pytest
from msgspec import structs

from certification.engine.doctor import RULES, TESTS_NAMED, Patient, examine, examine_refusal
from certification.engine.formats import parse_report
from certification.engine.report import (
    Damage,
    Entry,
    EvidenceFormat,
    EvidenceUnreadable,
    Fixture,
    Report,
)
from tests.engine.formats.building import FAILED, PASSED, RUNS, SKIPPED

BEGAN = 1_790_000_000.0
DAY = 86_400.0


def run(*entries: Entry, **facts: Any) -> Report:
    return Report(EvidenceFormat.SUBUNIT_V2, entries or (passed("a"),), **facts)


def passed(name: str) -> Entry:
    return Entry(f"tempest.api.volume.Tests.{name}", "", PASSED)


def skipped(reason: str, name: str = "b") -> Entry:
    return Entry(f"tempest.api.volume.Tests.{name}", "", SKIPPED, reason)


def codes(patient: Patient) -> list[str]:
    return [found.code for found in examine(patient)]


@pytest.mark.parametrize("form", ["v1", "v2"])
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("identity-serial", []),
        ("objectstore-image-serial", []),
        ("guideline-2020.06-parallel3", ["guest-validation-off"]),
    ],
)
def test_genuine_runs(name: str, form: str, expected: list[str]) -> None:
    report = parse_report((RUNS / f"{name}.{form}.gz").read_bytes())
    assert report.ended_at is not None
    assert codes(Patient(report, received_at=report.ended_at + 60)) == expected


def test_a_genuine_finding_counts_and_names_three() -> None:
    report = parse_report((RUNS / "guideline-2020.06-parallel3.v2.gz").read_bytes())
    [found] = examine(Patient(report))
    assert found.evidence.startswith("6 tests or classes were skipped for it, for instance: Inst")
    assert len(found.tests) == TESTS_NAMED
    assert found.setting == "[validation] run_validation = True"


@pytest.mark.parametrize(
    ("reason", "code"),
    [
        ("Instance validation tests are disabled.", "guest-validation-off"),
        ("Missing Identity Admin API credentials in configuration.", "admin-missing"),
        ("Admin credentials are not configured", "admin-missing"),
        ("Missing alt credentials", "users-missing"),
        ("Not enough credentials available", "users-missing"),
        ("cinder is not available", "service-off"),
        ("Skipped because the volume service is not available", "service-off"),
        ("TestVolumes skipped as Cinder is not available", "service-off"),
        ("object storage service is not available", "service-off"),
        ("Forbidden: the request you have made requires authentication", "scope-wrong"),
        ("Got 403 from the identity service", "scope-wrong"),
    ],
)
def test_the_words_of_skips(reason: str, code: str) -> None:
    assert codes(Patient(run(passed("a"), skipped(reason)))) == [code]
    whole_class = Fixture("tempest.api.volume.Tests", "setUpClass", SKIPPED, reason)
    assert codes(Patient(run(fixtures=(whole_class,)))) == [code]


@pytest.mark.parametrize(
    "reason",
    [
        "Security compliance not available.",
        "ImageLocationsTest skipped as show_multiple_locations is not available",
        "Skipped until bug: https://launchpad.net/bugs/2030527 is resolved.",
        "Missing storage policy 'silver'",
        "Server does not support glance-download import method",
        "http store is disabled",
    ],
)
def test_skips_that_are_no_mistake_of_the_configuration(reason: str) -> None:
    assert codes(Patient(run(passed("a"), skipped(reason)))) == []


def test_many_of_one_kind_are_one_finding() -> None:
    many = [skipped("Missing alt credentials", f"t{number}") for number in range(40)]
    [found] = examine(Patient(run(passed("a"), *many)))
    assert found.evidence.startswith("40 tests or classes")
    assert len(found.tests) == TESTS_NAMED


SET_UPS = tuple(
    Fixture(f"tempest.api.volume.Tests{number}", "setUpClass", FAILED) for number in range(3)
)


@pytest.mark.parametrize(
    ("patient", "code"),
    [
        (Patient(Report(EvidenceFormat.SUBUNIT_V2, ())), "result-list-empty"),
        (Patient(run(damage=Damage(71, "the packet ends early"))), "stream-cut-off"),
        (Patient(run(looks_incomplete=True)), "stream-cut-off"),
        (Patient(run(structs.replace(passed("a"), state=FAILED))), "nothing-passed"),
        (Patient(run(fixtures=SET_UPS)), "set-up-failed"),
        (Patient(run(), asked=10, missing=tuple("abcdef")), "list-wrong"),
        (Patient(run(cpid="new"), earlier_cpids=frozenset({"old"})), "cloud-another"),
        (Patient(run(started_at=BEGAN, ended_at=BEGAN - 1)), "clock-odd"),
        (Patient(run(started_at=BEGAN, ended_at=BEGAN + 8 * DAY)), "clock-odd"),
        (
            Patient(run(started_at=BEGAN, ended_at=BEGAN + 9), received_at=BEGAN - DAY),
            "clock-odd",
        ),
        (
            Patient(run(started_at=BEGAN, ended_at=BEGAN + 9), received_at=BEGAN + 91 * DAY),
            "run-old",
        ),
    ],
)
def test_each_mistake_is_recognised(patient: Patient, code: str) -> None:
    assert codes(patient) == [code]


@pytest.mark.parametrize(
    "patient",
    [
        Patient(run()),
        Patient(run(), asked=10, missing=tuple("abcde")),
        Patient(run(cpid="same"), earlier_cpids=frozenset({"same", "old"})),
        Patient(run(), earlier_cpids=frozenset({"old"})),
        Patient(run(fixtures=SET_UPS[:2])),
        Patient(run(started_at=BEGAN, ended_at=BEGAN + DAY), received_at=BEGAN + DAY),
    ],
)
def test_just_short_of_a_mistake_nothing_is_said(patient: Patient) -> None:
    assert examine(patient) == ()


def test_a_list_of_one_service_is_named() -> None:
    report = parse_report((RUNS / "identity-serial.v2.gz").read_bytes())
    [found] = examine(Patient(report, asked=2, missing=("x", "y")))
    assert found.evidence == (
        "2 of 2 tests asked for are not in the run, which holds 79 tests, all of "
        "tempest.api.identity."
    )
    [named] = examine(Patient(report, asked=2, missing=("x", "y"), target="Compute 2026.11"))
    assert named.title == "Most tests of Compute 2026.11 were not run"
    assert named.evidence.startswith("2 of 2 tests that Compute 2026.11 asks for are not in the")


@pytest.mark.parametrize(
    "code", ["evidence-no-passing-test", "evidence-no-result", "evidence-empty"]
)
def test_an_empty_list_that_was_refused_leads_to_the_old_client(code: str) -> None:
    found = examine_refusal(code)
    assert found is not None
    assert found.code == "result-list-empty"
    assert "version 2" in found.mend


def packed(**files: bytes) -> bytes:
    """A tar archive of these files."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        for name, raw in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(raw)
            archive.addfile(member, io.BytesIO(raw))
    return made.getvalue()


def zipped(**files: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, raw in files.items():
            archive.writestr(name, raw)
    return made.getvalue()


STREAM = b"test: a.b\nsuccess: a.b\n"


@pytest.mark.parametrize(
    ("raw", "code", "mend"),
    [
        (packed(**{".stestr/next-stream": b"0\n"}), "archive-without-run", "next-stream"),
        (packed(**{"results.xml": b"<testsuite/>"}), "archive-without-run", "whole folder"),
        (
            packed(**{"a/0": STREAM, "a/next-stream": b"1", "b/0": STREAM, "b/next-stream": b"1"}),
            "archive-of-several",
            "one .stestr folder",
        ),
        (zipped(**{"results.xml": b"<testsuite/>"}), "zip-of-results", "Unpack it"),
        (zipped(**{".stestr/0": STREAM, ".stestr/next-stream": b"1"}), "zip-of-results", "as tar"),
        (gzip.compress(gzip.compress(STREAM, mtime=0), mtime=0), "packed-twice", "Unpack it once"),
        (b"<html><body>Results</body></html>", "file-without-results", "what the test runner"),
    ],
)
def test_a_file_that_cannot_be_read_is_recognised(raw: bytes, code: str, mend: str) -> None:
    with pytest.raises(EvidenceUnreadable) as refused:
        parse_report(raw)
    found = examine_refusal(refused.value.code)
    assert found is not None
    assert found.code == code
    assert mend in found.mend


def test_another_refusal_is_no_mistake_of_the_configuration() -> None:
    assert examine_refusal("json-schema") is None


def test_every_rule_has_a_code_of_its_own_and_says_how_to_mend() -> None:
    assert len({rule.code for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert rule.mend.endswith((".", "it.")), rule.code
        assert not rule.title.endswith("."), rule.code
