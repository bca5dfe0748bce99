"""`hallmark kit` from the outside, as far as it goes without a cloud."""

from __future__ import annotations

from pathlib import Path

import pytest

from hallmark.cli.kit import EXIT_DONE, EXIT_REFUSED, run
from hallmark.kit.tests import TESTS
from tests.hallmark.kit.seen import TOML, adapter_in


def test_list_shows_every_test(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["list"]) == EXIT_DONE

    shown = capsys.readouterr().out
    assert all(test.name in shown for test in TESTS.values())
    assert len(shown.splitlines()) == 1 + len(TESTS)


def test_new_writes_an_adapter_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["new", str(tmp_path / "mine")]) == EXIT_DONE
    assert run(["new", str(tmp_path / "mine")]) == EXIT_REFUSED
    assert "not empty" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("change", "options", "complaint"),
    [
        (("", ""), ["--only", "osi.compute.flying"], "no test compute.flying"),
        (("", ""), ["--nonce", "ABC"], "32 hexadecimal digits"),
        (('"backup"', '"bakery"'), [], "there are: app-platform"),
        (('"object-store"', '"dns"'), [], "backup has: block-storage"),
        (("[verbs]", "[words]"), [], "[adapter-shape]"),
    ],
)
def test_nothing_is_started_on_a_wrong_word(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    change: tuple[str, str],
    options: list[str],
    complaint: str,
) -> None:
    adapter_in(tmp_path)
    (tmp_path / "adapter.toml").write_text(TOML.replace(*change))
    output = tmp_path / "out"

    words = ["run", "--adapter", str(tmp_path), "--os-cloud", "none", "--output", str(output)]
    assert run([*words, *options]) == EXIT_REFUSED

    assert complaint in capsys.readouterr().err
    assert not output.exists()


def test_a_folder_with_evidence_is_not_written_over(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    adapter_in(tmp_path)
    words = ["run", "--adapter", str(tmp_path), "--os-cloud", "none", "--output", str(tmp_path)]

    assert run(words) == EXIT_REFUSED
    assert "not empty" in capsys.readouterr().err


def test_a_cloud_that_nobody_knows_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    adapter_in(tmp_path)
    (tmp_path / "clouds.yaml").write_text("clouds: {}\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OS_CLIENT_CONFIG_FILE", str(tmp_path / "clouds.yaml"))

    words = ["run", "--adapter", ".", "--os-cloud", "none", "--output", "out"]
    assert run(words) == EXIT_REFUSED
    assert "none" in capsys.readouterr().err
