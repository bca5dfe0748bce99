"""What every command says of itself."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from hallmark.cli import COMMANDS, main

CHECKOUT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("words", [*([one] for one in COMMANDS), ["kit", "run"], ["kit", "new"]])
def test_it_tells_examples_and_exit_statuses(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*words, "--help"])
    said = capsys.readouterr().out
    assert ended.value.code == 0
    assert "\nexamples:\n  " in said
    assert f"hallmark {' '.join(words)} " in said.split("examples:")[1]
    if words != ["kit"]:
        assert "Exit status:" in " ".join(said.split())


def test_the_version_is_that_of_the_package(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"hallmark {version('hallmark')}\n"


def test_a_reader_that_goes_away_gets_no_traceback() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [*(sys.executable, "-m", "hallmark.cli"), *("kit", "list")],
        cwd=CHECKOUT,
        stdout=writing,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (141, b"")
