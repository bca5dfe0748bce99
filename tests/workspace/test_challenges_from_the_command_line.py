"""`hallmark upload --nonce` carries a challenge to the marketplace."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django.live_server_helper import LiveServer

from certification.models import Run
from certification.operations.submissions import issue_challenge
from hallmark.cli import upload
from tests.api.people import make_token
from tests.factories import subunit
from tests.workspace.stories import story

pytestmark = pytest.mark.slow


@pytest.mark.django_db(transaction=True)
def test_it_is_answered_once_and_then_refused(
    live_server: LiveServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    told = story()
    challenge = issue_challenge(release=told.release, guideline=told.guideline, by=told.owner)
    _, header = make_token(told.owner)
    monkeypatch.setenv("HALLMARK_TOKEN", header["Authorization"].removeprefix("Bearer "))
    first, second = tmp_path / "first.subunit", tmp_path / "second.subunit"
    first.write_bytes(subunit(a="success"))
    second.write_bytes(subunit(b="success"))
    options = ["--url", live_server.url, "--quiet", "--nonce", challenge.nonce]
    assert upload.run([*options, str(first)]) == upload.EXIT_DONE
    challenge.refresh_from_db()
    assert challenge.run == Run.objects.get()
    assert upload.run([*options, str(second)]) == upload.EXIT_NOT_SENT
    assert "challenge-used" in capsys.readouterr().err
    assert Run.objects.count() == 1

    unused = issue_challenge(release=told.release, guideline=told.guideline, by=told.owner)
    options[-1] = unused.nonce
    assert upload.run([*options, str(first)]) == upload.EXIT_DONE
    assert "The nonce is not used" in capsys.readouterr().out
    monkeypatch.delenv("HALLMARK_TOKEN")
    assert upload.run([*options, str(second)]) == upload.EXIT_NOT_SENT
    assert "challenge-anonymous" in capsys.readouterr().err
    unused.refresh_from_db()
    assert unused.used_at is None


def test_an_address_without_https_is_refused_at_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    evidence = tmp_path / "run.subunit"
    evidence.write_bytes(subunit(a="success"))
    assert upload.run(["--url", "127.0.0.1:8000", "--quiet", str(evidence)]) == 2
    said = capsys.readouterr().err
    assert "--url https://HOST" in said
    assert "trying again" not in said


def test_one_challenge_is_for_one_file(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        upload.run(["--nonce", "0" * 32, "a.subunit", "b.subunit"])
    assert ended.value.code == 2
    assert "send one file" in capsys.readouterr().err
