"""A bundle says what the kit wrote, or is refused with a code and the place."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from typing import Any

import pytest

from certification.engine.bundle import (
    Bundle,
    BundleRefused,
    Signature,
    bundle_files,
    idempotent_id_of,
    pae,
    read_bundle,
    report_of_bundle,
    write_bundle,
)
from certification.engine.footprint import Condition, Mode, write_footprint
from certification.engine.formats import (
    decode_report,
    encode_report,
    parse_report,
    parse_report_stream,
)
from certification.engine.report import EvidenceFormat
from certification.engine.report import TestState as State
from tests.engine.bundle.building import (
    NONCE,
    RESULTS,
    edited,
    files,
    footprint,
    manifest,
    opened,
    result,
    tables,
    with_files,
)
from tests.engine.formats.building import pieces

KEYID = "ab" * 32
SIGNED = [{"keyid": KEYID, "sig": base64.b64encode(bytes(64)).decode()}]


def refused(found: dict[str, bytes]) -> BundleRefused:
    with pytest.raises(BundleRefused) as refusal:
        opened(found)
    assert len(str(refusal.value)) > 20
    return refusal.value


def test_a_bundle_is_read_as_it_was_written() -> None:
    bundle = opened(files())
    assert isinstance(bundle, Bundle)
    assert bundle.manifest == replace(manifest(), files=bundle.manifest.files)
    assert [one.capability for one in bundle.results] == [
        "block.volumes", "identity.v3_auth", "lb.octavia",
    ]  # fmt: skip
    assert bundle.results[0].state is State.FAILED
    assert bundle.results[2].reason == "this cloud has no load balancer"
    assert bundle.footprints == (footprint(), footprint(Condition.MOVED))
    assert (bundle.faults, bundle.signatures) == ((), ())
    assert bundle.probe == b'{"format": "osi-probe/1"}'
    assert bundle.manifest_bytes == files()["manifest.json"]


def test_equal_files_give_equal_bytes_in_any_order() -> None:
    found = files()
    assert write_bundle(found) == write_bundle(dict(reversed(found.items())))


def test_signatures_are_carried_and_cover_nothing_but_the_manifest() -> None:
    signature = Signature(KEYID, bytes(range(64)))
    bundle = read_bundle(write_bundle(files(), [signature]), tables())
    assert bundle.signatures == (signature,)
    assert replace(bundle, signatures=()) == opened(files())


def test_pae_is_that_of_dsse() -> None:
    """The example of the DSSE protocol's own text."""
    assert pae("http://example.com/HelloWorld", b"hello world") == (
        b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    )


def test_the_report_has_one_entry_a_result_and_survives_storage() -> None:
    report = report_of_bundle(opened(files()))
    assert report.format is EvidenceFormat.OSI_BUNDLE
    assert [(one.name, one.state) for one in report.entries] == [
        ("osi.block.volumes", State.FAILED),
        ("osi.identity.v3_auth", State.PASSED),
        ("osi.lb.octavia", State.SKIPPED),
    ]
    assert report.entries[1].idempotent_id == idempotent_id_of("identity.v3_auth")
    assert report.started_at == report.entries[0].started_at
    assert decode_report(encode_report(report)) == report


def test_a_bundle_is_evidence_like_any_other() -> None:
    raw = write_bundle(files())
    report = parse_report(raw)
    assert replace(report, inflated_bytes=0) == report_of_bundle(opened(files()))
    assert report.inflated_bytes == len(raw)
    assert parse_report_stream(pieces(raw, 700)) == report


@pytest.mark.parametrize(
    ("found", "code", "place"),
    [
        (edited("manifest.json", nonce="x"), "bundle-manifest", "manifest.json: nonce"),
        (edited("manifest.json", nonce="f" * 32), "bundle-nonce", "results.json: nonce"),
        (edited("manifest.json", format="osi/2"), "bundle-manifest", "manifest.json: format"),
        (edited("manifest.json", extra=1), "bundle-manifest", "manifest.json"),
        (edited("manifest.json", product="\u202ea\x1b"), "bundle-manifest", "manifest.json"),
        (edited("manifest.json", has_logins="yes"), "bundle-manifest", "manifest.json: has_logins"),
        (edited("manifest.json", mode="fast"), "bundle-manifest", "manifest.json: mode"),
        (edited("manifest.json", started="yesterday"), "bundle-manifest", "manifest.json: started"),
        (
            edited("manifest.json", started="2026-11-21T10:00:00+01:00"),
            "bundle-manifest",
            "manifest.json: started",
        ),
        (
            edited("manifest.json", ended="2026-11-20T10:00:00Z"),
            "bundle-manifest",
            "manifest.json: ended",
        ),
        (edited("manifest.json", files={}), "bundle-digest", "manifest.json: files"),
        (edited("results.json", nonce="f" * 32), "bundle-nonce", "results.json: nonce"),
        (edited("results.json", kit_version="9"), "bundle-nonce", "results.json: nonce"),
        (edited("results.json", results=[]), "bundle-results", "results.json: results"),
        (edited("results.json", format="x"), "bundle-results", "results.json: format"),
        (files() | {"manifest.json": b"{"}, "bundle-manifest", "manifest.json: line 1, column 2"),
        (files() | {"manifest.json": b"\xff"}, "bundle-manifest", "manifest.json"),
        (files() | {"manifest.json": b"[" * 99_999}, "bundle-manifest", "manifest.json"),
        (files() | {"manifest.json": b'{"a": 1, "a": 2}'}, "bundle-manifest", "manifest.json"),
        (files() | {"probe.json": b"changed"}, "bundle-digest", "manifest.json: files"),
        (
            files() | {"footprints/09-plain.json": write_footprint(footprint())},
            "bundle-digest",
            "manifest.json: files",
        ),
        (
            with_files({"transcripts/identity.v3_auth.txt": b"changed"}),
            "bundle-transcript",
            "transcripts/identity.v3_auth.txt",
        ),
        (
            with_files({"transcripts/identity.v3_auth.txt": None}),
            "bundle-transcript",
            "transcripts/identity.v3_auth.txt",
        ),
        (
            with_files({"transcripts/block.snapshots.txt": b"dropped its result"}),
            "bundle-transcript",
            "transcripts/block.snapshots.txt",
        ),
        (with_files({"results.json": None}), "bundle-file", "results.json"),
        ({"results.json": b"{}"}, "bundle-file", "manifest.json"),
        (files() | {"signature.dsse.json": b"{}"}, "bundle-signature", "signature.dsse.json"),
    ],
)  # fmt: skip
def test_what_is_no_bundle_is_refused(found: dict[str, bytes], code: str, place: str) -> None:
    refusal = refused(found)
    assert (refusal.code, refusal.place) == (code, place)


@pytest.mark.parametrize("name", [name for name in files() if name != "manifest.json"])
def test_each_file_must_be_there_and_unchanged(name: str) -> None:
    found = files()
    without = {other: text for other, text in found.items() if other != name}
    assert refused(without).code in ("bundle-digest", "bundle-file")
    assert refused(found | {name: found[name] + b" "}).code == "bundle-digest"


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"capability": "Identity"}, "results.json: results[0].capability"),
        ({"idempotent_id": idempotent_id_of("x.y")}, "results.json: results[0].idempotent_id"),
        ({"state": "missing"}, "results.json: results[0].state"),
        ({"state": "xfail"}, "results.json: results[0].state"),
        ({"reason": "x" * 301}, "results.json: results[0].reason"),
        ({"started": "2026-11-22T00:00:00Z"}, "results.json: results[0]: ended"),
        ({"capability": "block.volumes", "idempotent_id": idempotent_id_of("block.volumes")},
         "results.json: results[1].capability"),
    ],
)  # fmt: skip
def test_a_result_that_is_none_is_refused(changes: dict[str, Any], place: str) -> None:
    results = json.loads(files()["results.json"])["results"]
    results[0] |= changes
    refusal = refused(edited("results.json", results=results))
    assert (refusal.code, refusal.place) == ("bundle-results", place)


@pytest.mark.parametrize(
    ("envelope", "place"),
    [
        ({"payloadType": "text/plain", "signatures": SIGNED}, "payloadType"),
        ({"signatures": []}, "signatures"),
        ({"signatures": [{"keyid": KEYID, "sig": "AAAA"}]}, "signatures[0].sig"),
        ({"signatures": [{"keyid": KEYID, "sig": "&" * 88}]}, "signatures[0].sig"),
        ({"signatures": [{"keyid": "../x", "sig": ""}]}, "signatures[0].keyid"),
    ],
)
def test_a_signature_file_that_is_none_is_refused(envelope: dict[str, Any], place: str) -> None:
    whole = {"payloadType": "application/vnd.hallmark.osi-manifest+json", "signatures": []}
    raw = json.dumps(whole | envelope).encode()
    refusal = refused(files() | {"signature.dsse.json": raw})
    assert (refusal.code, refusal.place) == ("bundle-signature", f"signature.dsse.json: {place}")


def _edited_count() -> bytes:
    document = json.loads(write_footprint(footprint()))
    document["operations"][0]["count"] += 1
    return json.dumps(document).encode()


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("footprints/01-plain.json", write_footprint(footprint(nonce="f" * 32))),
        ("footprints/01-plain.json", _edited_count()),
        ("footprints/01-plain.json", b"{"),
        ("footprints/01-plain.json", b""),
        ("footprints/01-plain.json", write_footprint(footprint())[:-9]),
        ("footprints/01-plain.json", write_footprint(footprint(Condition.FLAKY))),
        ("footprints/01-plain.json", write_footprint(footprint(mode=Mode.OPTION))),
        ("footprints/01-plain.json", write_footprint(footprint(product="Another"))),
        ("footprints/01-plain.json", write_footprint(footprint(product_version="3"))),
        (
            "footprints/01-plain.json",
            write_footprint(
                footprint(started="2026-11-20T10:00:00Z", ended="2026-11-20T10:30:00Z")
            ),
        ),
        (
            "footprints/03-moved.json",
            write_footprint(footprint(Condition.MOVED)),
        ),
    ],
)
def test_a_footprint_that_cannot_be_believed_is_left_out_and_named(name: str, raw: bytes) -> None:
    bundle = opened(with_files({name: raw}))
    assert len(bundle.faults) == 1
    assert bundle.faults[0].startswith(f"{name}: ")
    assert len(bundle.footprints) == len(opened(files()).footprints) - (name[11:13] == "01")
    assert [one.code for one in report_of_bundle(bundle).warnings] == ["footprint-left-out"]


def test_without_a_known_operation_table_no_footprint_counts() -> None:
    bundle = read_bundle(write_bundle(files()), {})
    assert bundle.footprints == ()
    assert len(bundle.faults) == 2


def test_secrets_do_not_come_along() -> None:
    reason = "login failed with password=hunter2hunter2"
    made = bundle_files(
        manifest(settings={"login": "--os-password hunter2hunter2"}),
        [result("identity.v3_auth", State.SKIPPED, f"\x1b[31m{reason}")],
        [],
        {},
    )
    bundle = opened(made)
    assert "hunter2" not in bundle.results[0].reason + bundle.manifest.settings["login"]
    assert b"hunter2" not in made["results.json"]


def test_the_nonce_stands_in_results_and_manifest() -> None:
    for name in ("manifest.json", "results.json"):
        assert json.loads(files()[name])["nonce"] == NONCE
    assert len(RESULTS) == 3
