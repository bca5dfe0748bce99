"""Where `make run` keeps its data, and that it is nobody else's to read."""

import os
import stat
import sys
from pathlib import Path

import pytest

from marketplace.config.local import install, reach
from marketplace.config.local.errors import StartError
from marketplace.config.local.folder import DataFolder, choose_folder


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_environment_decides_else_the_checkout(tmp_path: Path) -> None:
    assert choose_folder(tmp_path, {"HALLMARK_DATA": "/data/here"}, "-") == Path("/data/here")
    assert choose_folder(tmp_path, {}, "-") == tmp_path / ".run"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root needs another user")
def test_root_at_home_gets_a_place_that_postgres_can_reach(open_folder: Path) -> None:
    user = reach.postgres_user()
    assert choose_folder(open_folder, {}, user) == open_folder / ".run"
    closed = open_folder / "home"
    closed.mkdir(mode=0o700)
    place = choose_folder(closed / "checkout", {}, user)
    assert place.parent == Path("/var/lib")
    assert place == choose_folder(closed / "checkout", {}, user)
    assert place != choose_folder(closed / "another", {}, user)


def test_secrets_and_evidence_are_for_the_owner_alone(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    key = folder.secret_key()
    assert len(key) > 60
    assert DataFolder(tmp_path / "data").secret_key() == key
    assert mode(folder.path / "secret_key") == 0o600
    assert mode(folder.evidence) == 0o700
    assert mode(folder.path) & 0o066 == 0


def test_a_folder_that_was_there_keeps_its_permissions(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    DataFolder(tmp_path)
    assert mode(tmp_path) == 0o755


def test_it_is_held_by_one_at_a_time(tmp_path: Path) -> None:
    first, second = DataFolder(tmp_path), DataFolder(tmp_path)
    first.hold("http://one")
    with pytest.raises(StartError, match=f"process {os.getpid()}, http://one") as refused:
        second.hold("http://two")
    assert refused.value.code == "already-running"
    first.release()
    second.hold("http://two")
    second.release()


def test_an_old_python_gets_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    install.check_python()
    monkeypatch.setattr(install, "OLDEST", (sys.version_info[0] + 1, 0))
    with pytest.raises(SystemExit, match="python-too-old: Hallmark needs Python"):
        install.check_python()
