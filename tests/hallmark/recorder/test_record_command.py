"""`hallmark record` as a person calls it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from certification.engine.footprint import Footprint, read_footprint
from hallmark.cli import main
from tests.hallmark.recorder.upstream import Upstream, saying

LOOK = (
    "import os, sys, urllib.request as r\n"
    "print(sorted(name for name in os.environ if name.startswith('OS_')))\n"
    "r.urlopen(r.Request(os.environ['OS_AUTH_URL'], headers={'User-Agent': 'plan-b/1'})).read()\n"
    "sys.exit(int(sys.argv[1]))"
)


@pytest.fixture(autouse=True)
def here(cloud: Upstream, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    auth = {"auth_url": f"{cloud.origin}/identity/v3", "username": "u", "password": "hidden"}
    (tmp_path / "clouds.yaml").write_text(yaml.safe_dump({"clouds": {"mine": {"auth": auth}}}))
    for name in [name for name in os.environ if name.startswith("OS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("OS_STRAY", "1")
    monkeypatch.chdir(tmp_path)
    cloud.on("GET", "/identity/v3", saying(200, {"version": {}}))
    return tmp_path


def footprint(folder: Path, name: str = "footprint.json") -> Footprint:
    return read_footprint((folder / name).read_bytes())


def test_a_command_is_recorded_and_its_status_kept(
    here: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    status = main(
        [
            *("record", "--os-cloud", "mine", "--product", "Plan B", "--version", "1"),
            *("--mode", "option", "--user-agent", "plan-b/", "--nonce", "a" * 32, "-o", "f.json"),
            *("--", sys.executable, "-c", LOOK, "7"),
        ]
    )
    told = capfd.readouterr()
    found = footprint(here, "f.json")

    assert status == 7
    assert (found.product, found.product_version, found.mode) == ("Plan B", "1", "option")
    assert (found.nonce, found.requests, found.facts.agents_declared) == ("a" * 32, 1, 1)
    assert "OS_CLOUD" in told.out
    assert "OS_STRAY" not in told.out
    assert "identity: 1 calls, 1 operations\n1 calls in all, 100.0 % matched, 0 unknown" in told.err
    assert b"hidden" not in (here / "f.json").read_bytes()


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ([sys.executable, "-c", "import os; os.kill(os.getpid(), 9)"], 128 + 9),
        (["/nowhere/at-all"], 127),
        (["."], 126),
    ],
)
def test_a_command_that_cannot_end_well_says_so_as_in_a_shell(
    here: Path, words: list[str], status: int
) -> None:
    assert main(["record", "--os-cloud", "mine", "--", *words]) == status
    assert footprint(here).requests == 0


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--os-cloud", "other"], "cloud-unknown"),
        (["--os-cloud", "mine", "-o", "no/such/folder/f.json"], "output-unwritable"),
        (["--os-cloud", "mine", "--ca", "/nowhere"], "ca-unreadable"),
        ([], "cloud-not-named"),
    ],
)
def test_what_cannot_be_recorded_is_not_run(
    here: Path, words: list[str], code: str, capfd: pytest.CaptureFixture[str]
) -> None:
    run = [sys.executable, "-c", "open('ran', 'w')"]

    assert main(["record", *words, "--", *run]) == 125
    assert f"[{code}]" in capfd.readouterr().err
    assert not (here / "ran").exists()


@pytest.mark.parametrize(
    "words",
    [
        ["--os-cloud", "mine"],
        ["--nonce", "short", "--", "true"],
        ["--condition", "sunny", "--", "true"],
        ["--max-microversion", "compute:2.1", "--", "true"],
    ],
)
def test_words_that_say_nothing_are_refused(words: list[str]) -> None:
    with pytest.raises(SystemExit) as refused:
        main(["record", *words])
    assert refused.value.code == 2


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("pass", "did not try"),
        ("import os, ssl, urllib.request as r\ntry: r.urlopen(os.environ['OS_AUTH_URL'])\n"
         "except OSError: pass", "stopped at the certificate"),
        ("import os, ssl, urllib.request as r\n"
         "r.urlopen(os.environ['OS_AUTH_URL'], context=ssl._create_unverified_context()).read()",
         "1 calls went through"),
    ],
)  # fmt: skip
def test_bad_ca_says_what_the_command_did(
    script: str, words: str, capfd: pytest.CaptureFixture[str]
) -> None:
    run = [sys.executable, "-W", "ignore", "-c", script]

    assert main(["record", "--os-cloud", "mine", "--condition", "bad-ca", "--", *run]) == 0
    assert words in capfd.readouterr().err


def test_an_end_from_outside_ends_the_command_and_keeps_the_footprint(here: Path) -> None:
    run = [sys.executable, "-c", "import time; print('on', flush=True); time.sleep(60)"]
    recording = subprocess.Popen(
        [sys.executable, "-m", "hallmark.cli", "record", "--os-cloud", "mine", "--", *run],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
    )
    assert recording.stdout is not None
    assert recording.stdout.readline() == b"on\n"
    recording.send_signal(signal.SIGTERM)

    assert recording.wait(10) == 128 + signal.SIGTERM
    recording.stdout.close()
    assert footprint(here).requests == 0
