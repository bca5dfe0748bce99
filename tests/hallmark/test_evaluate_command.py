"""`hallmark evaluate`, as a vendor runs it."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from certification.engine.guideline import parse_guideline
from certification.engine.verdict import compile_guideline
from certification.guidelines import shipped_bytes
from hallmark.cli import main
from tests.engine.verdict.building import run_files

LISTS = ("missing", "failed", "skipped", "flagged", "not_tested", "warnings")


@pytest.fixture
def evidence(tmp_path: Path) -> Path:
    """RefStack JSON in which every test of the storage target passed."""
    compiled = compile_guideline(parse_guideline(shipped_bytes("2026.11")))
    tests = [compiled.tests[i] for i in compiled.targets["object"].counted]
    results = [{"name": test.name, "uuid": test.idempotent_id} for test in tests]
    path = tmp_path / "run.json"
    path.write_text(json.dumps({"cpid": "a" * 32, "duration_seconds": 9, "results": results}))
    return path


def answers(
    capsys: pytest.CaptureFixture[str], *files: Path | str, target: str = "object", **more: str
) -> tuple[int, list[dict[str, Any]]]:
    guideline = more.get("guideline", "2026.11")
    words = ["evaluate", "--guideline", guideline, "--target", target, "--json"]
    status = main([*words, *map(str, files)])
    return status, [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_passing_file(capsys: pytest.CaptureFixture[str], evidence: Path) -> None:
    status, (answer,) = answers(capsys, evidence)
    assert (status, answer["verdict"], answer["reasons"]) == (0, "passed", [])
    assert (answer["required"]["total"], answer["required"]["passed"]) == (58, 58)
    assert (answer["evidence"], answer["guideline"], answer["target"]) == (
        str(evidence),
        "2026.11",
        "object",
    )
    assert answer["report"]["passes_only"] is True
    assert all(isinstance(answer[name], list) for name in LISTS)


def test_a_failing_file_says_what_is_missing(
    capsys: pytest.CaptureFixture[str], evidence: Path
) -> None:
    document = json.loads(evidence.read_text())
    lost = document["results"].pop()
    evidence.write_text(json.dumps(document))
    status, (answer,) = answers(capsys, evidence)
    assert (status, answer["verdict"], answer["missing"]) == (1, "failed", [lost["name"]])


def test_one_answer_per_file_in_order_whatever_is_wrong_with_some(
    capsys: pytest.CaptureFixture[str], evidence: Path, tmp_path: Path
) -> None:
    zipped = tmp_path / "run.json.gz"
    zipped.write_bytes(gzip.compress(evidence.read_bytes()))
    noise = tmp_path / "noise"
    noise.write_bytes(b"\x00\x01 no evidence")
    files = [tmp_path / "absent", evidence, noise, tmp_path, zipped]
    status, found = answers(capsys, *files)
    assert status == 2
    assert [answer["evidence"] for answer in found] == [str(path) for path in files]
    assert [answer["verdict"] for answer in found] == [
        "error",
        "passed",
        "error",
        "error",
        "passed",
    ]
    for answer in found:
        assert all(isinstance(answer[name], list) for name in LISTS)
        assert answer["required"]["total"] in (0, 58)
    assert found[0]["reasons"][0]["code"] == "evidence-not-read"
    assert found[2]["reasons"][0]["code"].startswith("evidence-")
    assert str(noise) in found[2]["reasons"][0]["text"]


@pytest.mark.parametrize("name", ["2026.11", "powered-2026.11"])
def test_a_shipped_guideline_is_known_by_its_id(
    capsys: pytest.CaptureFixture[str], evidence: Path, name: str
) -> None:
    assert answers(capsys, evidence, guideline=name)[0] == 0


def test_a_guideline_of_ones_own(
    capsys: pytest.CaptureFixture[str], evidence: Path, tmp_path: Path
) -> None:
    own = tmp_path / "own.json"
    own.write_bytes(shipped_bytes("2026.11").replace(b'"2026.11"', b'"own.1"'))
    status, (answer,) = answers(capsys, evidence, guideline=str(own))
    assert (status, answer["guideline"]) == (0, "own.1")


@pytest.mark.parametrize(
    ("document", "target", "code"),
    [
        (b"{ // no", "object", "guideline-json"),
        (b"{}", "object", "guideline-shape"),
        (None, "object", "guideline-not-found"),
        (shipped_bytes("2026.11"), "dns", "target-unknown"),
        (shipped_bytes("integration.2026.11"), "native", "guideline-integration"),
    ],
)
def test_a_wrong_guideline_or_target_is_an_error_for_every_file(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    document: bytes | None,
    target: str,
    code: str,
) -> None:
    path = tmp_path / "guideline.json"
    if document is not None:
        path.write_bytes(document)
    status, found = answers(capsys, "one", "two", target=target, guideline=str(path))
    assert status == 2
    assert [(a["verdict"], a["reasons"][0]["code"]) for a in found] == [("error", code)] * 2


def test_the_human_form(capsys: pytest.CaptureFixture[str], evidence: Path) -> None:
    status = main(["evaluate", "--guideline", "2026.11", "--target", "compute", str(evidence)])
    lines = capsys.readouterr().out.splitlines()
    assert status == 1
    assert lines[0] == f"{evidence}: failed for Compute 2026.11"
    assert (
        "Required tests: 2 of 217 passed, 0 failed, 0 skipped, 215 missing; 5 flagged." in lines[2]
    )
    assert "215 tests short of Compute 2026.11" in lines[3]


def test_a_name_cannot_steer_the_terminal(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "a\x1b[2Jb"
    main(["evaluate", "--guideline", "2026.11", "--target", "compute", str(path)])
    assert "\x1b" not in capsys.readouterr().out


@pytest.mark.slow
@pytest.mark.skipif(not run_files(), reason="no genuine run is at hand")
def test_a_genuine_run_in_both_encodings(capsys: pytest.CaptureFixture[str]) -> None:
    files = [path for path in run_files() if path.name.startswith("guideline")]
    status, found = answers(capsys, *files)
    assert (status, [answer["verdict"] for answer in found]) == (0, ["passed"] * len(files))


@pytest.mark.slow
def test_help_comes_at_once() -> None:
    began = time.perf_counter()
    words = [
        sys.executable,
        "-X",
        "importtime",
        "-c",
        "import hallmark.cli as c; c.main(['--help'])",
    ]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert time.perf_counter() - began < 5
    assert "evaluate" in done.stdout
    for heavy in ("certification", "msgspec", "isal", "httpx", "django", "rfc8785"):
        assert f" {heavy}" not in done.stderr


def test_without_a_command_it_says_which_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "evaluate" in capsys.readouterr().err


def test_an_unknown_command_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["judge"])
    assert stopped.value.code == 2
    assert "invalid choice: 'judge'" in capsys.readouterr().err
