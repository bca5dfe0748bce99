"""A verb runs as a process: its exit, its facts, its limit."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from hallmark.kit.verbs import Ended, VerbRun, run_verb, wait_for_line
from tests.hallmark.kit.seen import TOML, adapter_in

ENVIRONMENT = {"PATH": os.environ["PATH"], "OSI_COUNT": "2", "OSI_SECRET": "s"}


def run(folder: Path, line: str, verb: str = "list", text: str = TOML) -> VerbRun:
    adapter = adapter_in(folder, text, **{verb: line})
    return run_verb(adapter, verb, label=verb, environment=ENVIRONMENT)


@pytest.mark.parametrize(
    ("line", "verb", "ended"),
    [
        ("exit 0", "list", Ended.DONE),
        ("exit 1", "list", Ended.FAILED),
        ("exit 3", "list", Ended.UNSUPPORTED),
        ("exit 4", "login", Ended.REFUSED),
        ("exit 4", "list", Ended.FAILED),
        ("kill -9 $$", "list", Ended.FAILED),
        ("echo '{\"items\": ['", "list", Ended.FAILED),
        ("echo '{\"items\": ['; exit 3", "list", Ended.UNSUPPORTED),
        ("test -z \"$HOME$OS_CLOUD\" && test $OSI_COUNT = 2", "list", Ended.DONE),
        ("read line", "list", Ended.FAILED),
    ],
)  # fmt: skip
def test_the_exit_says_how_it_ended(tmp_path: Path, line: str, verb: str, ended: Ended) -> None:
    done = run(tmp_path, line, verb)

    assert done.ended is ended
    assert bool(done.problem) is (ended is Ended.FAILED)


@pytest.mark.parametrize(
    ("line", "facts"),
    [
        ('echo \'{"items": ["a"]}\'', {"items": ["a"]}),
        ("echo begun; echo '{\"items\": []}'; echo", {"items": []}),
        ('echo \'{"items": ["a"]}\'; echo end', None),
        ("echo '[1]'", None),
        ("true", None),
    ],
)
def test_facts_are_the_last_line(tmp_path: Path, line: str, facts: object) -> None:
    assert run(tmp_path, line).facts == facts


def test_a_verb_that_is_not_there_is_not_supported(tmp_path: Path) -> None:
    adapter = adapter_in(tmp_path)

    done = run_verb(adapter, "scale", label="scale", environment=ENVIRONMENT)

    assert done.ended is Ended.UNSUPPORTED


def test_a_command_that_is_not_there_has_failed(tmp_path: Path) -> None:
    adapter = adapter_in(tmp_path, TOML + 'list = ["./none"]\n')

    done = run_verb(adapter, "list", label="list", environment=ENVIRONMENT)

    assert done.ended is Ended.FAILED and "cannot be started" in done.problem


def test_the_limit_ends_the_verb_and_its_children(tmp_path: Path) -> None:
    text = TOML.replace("[verbs]", "[limits]\nlist = 0.2\n[verbs]")
    began = time.monotonic()

    done = run(tmp_path, "sleep 30 & echo $! > child; wait", text=text)

    assert done.ended is Ended.FAILED and done.timed_out
    assert time.monotonic() - began < 5
    child = Path("/proc", (tmp_path / "child").read_text().strip(), "stat")
    deadline = time.monotonic() + 5
    while not _is_over(child) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert _is_over(child)


def _is_over(child: Path) -> bool:
    try:
        return child.read_text().split()[2] in ("Z", "X")
    except (FileNotFoundError, ProcessLookupError):
        return True


def test_secrets_of_the_environment_are_not_shown_as_other_variables_are(tmp_path: Path) -> None:
    assert "PATH" not in run(tmp_path, "true").settings


def test_something_can_be_done_meanwhile(tmp_path: Path) -> None:
    seen = []
    adapter = adapter_in(tmp_path, watch="echo ready; while ! test -e go; do sleep 0.02; done")

    def meanwhile(output: Path) -> None:
        seen.append(wait_for_line(output, "ready", 5))
        (tmp_path / "go").touch()

    done = run_verb(adapter, "watch", label="watch", environment=ENVIRONMENT, meanwhile=meanwhile)

    assert done.ended is Ended.DONE and seen == [True]
