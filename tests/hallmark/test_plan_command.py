"""`hallmark plan` and `hallmark evaluate --join`, as a vendor runs them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from certification.engine.guideline import parse_guideline
from certification.engine.verdict import compile_guideline
from certification.guidelines import shipped_bytes, shipped_inventories
from hallmark.cli import main
from tests.engine.formats.building import RUNS, ran

GUIDELINE = compile_guideline(parse_guideline(shipped_bytes("2026.11")))
NEEDED = [GUIDELINE.tests[i] for i in GUIDELINE.targets["object"].counted]
WORDS = ["--guideline", "2026.11", "--target", "object"]


def stream(path: Path, *tests: str, begin: float = 0, status: str = "success") -> str:
    path.write_bytes(b"".join(ran(test, status, begin, begin + 1) for test in tests))
    return str(path)


def plan(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, list[str], str]:
    status = main(["plan", *WORDS, *words])
    said = capsys.readouterr()
    return status, said.out.splitlines(), said.err


def test_without_a_run_the_list_finds_all_tests_and_no_other(
    capsys: pytest.CaptureFixture[str],
) -> None:
    status, lines, said = plan(capsys)
    assert (status, len(lines)) == (1, len(NEEDED))
    assert (
        said
        == f"{len(NEEDED)} of {len(NEEDED)} tests of Object Storage 2026.11 are still needed.\n"
    )
    spelled = [f"{name}[id-{i},smoke]" for name, i in shipped_inventories()["tempest-47.0.0"]]
    patterns = [re.compile(line) for line in lines]
    assert not any("#" in line for line in lines)
    found = {test.partition("[")[0] for test in spelled if any(p.search(test) for p in patterns)}
    assert found == {test.name for test in NEEDED}


def test_what_passed_is_left_out_and_what_failed_is_not(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    names = [test.name for test in NEEDED]
    first = stream(tmp_path / "one", *names[5:])
    second = stream(tmp_path / "two", *names[5:7], begin=3600, status="fail")
    status, lines, said = plan(capsys, "--have", first, second, "-o", str(tmp_path / "list"))
    assert (status, lines) == (1, [])
    assert said.startswith("7 of ")
    kept = (tmp_path / "list").read_text().splitlines()
    assert [any(re.search(line, name) for line in kept) for name in names[:8]] == [True] * 7 + [
        False
    ]


def test_nothing_needed_is_an_empty_list(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    have = stream(tmp_path / "run", *(test.name for test in NEEDED))
    status, lines, said = plan(capsys, "--have", have)
    assert (status, lines) == (0, [])
    assert said.endswith("none is needed.\n")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--have", "absent"], "evidence-not-read"),
        (["--guideline", "none"], "guideline-not-found"),
        (["-o", "/dev/null/x"], "output-unwritable"),
    ],
)
def test_no_list_could_be_made(
    capsys: pytest.CaptureFixture[str], words: list[str], code: str
) -> None:
    status, lines, said = plan(capsys, *words)
    assert (status, lines) == (2, [])
    assert f"[{code}]" in said


def test_files_are_judged_as_one_claim(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    names = [test.name for test in NEEDED]
    one = stream(tmp_path / "one", *names[:40])
    two = stream(tmp_path / "two", *names[39:], begin=7200)
    assert main(["evaluate", *WORDS, "--json", "--join", two, one]) == 0
    (answer,) = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert answer["verdict"] == "passed"
    assert answer["joined"]["runs"] == [one, two]
    assert answer["joined"]["tests"][names[39]] == {
        "run": two,
        "state": "passed",
        "earlier": [{"run": one, "state": "passed"}],
    }
    assert answer["warnings"][0]["code"] == "joined"
    late = stream(tmp_path / "late", *names, begin=15 * 86_400)
    assert main(["evaluate", *WORDS, "--join", one, late]) == 2
    assert "[join-too-far-apart]" in capsys.readouterr().out


def test_a_genuine_run(capsys: pytest.CaptureFixture[str]) -> None:
    run = str(RUNS / "guideline-2020.06-parallel3.v2.gz")
    status = main(["plan", "--guideline", "2026.11", "--target", "compute", "--have", run])
    said = capsys.readouterr()
    assert (status, len(said.out.splitlines())) == (1, 13)
