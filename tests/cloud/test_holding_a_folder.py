"""One cloud a folder, never over somebody's files, and on ports that are free."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from cloud.configuration.ini import as_text
from cloud.hold import MARK, hold, holder, release
from cloud.plan import HOST, LISTENERS, choose_ports
from marketplace.config.local.errors import StartError

HOLD_UNTIL_TOLD = """
import sys
from pathlib import Path
from cloud.hold import hold
with hold(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_the_holder_is_known_while_it_lives(tmp_path: Path) -> None:
    folder = tmp_path / "one"
    assert holder(folder) is None
    with hold(folder):
        assert holder(folder) == os.getpid()
    assert holder(folder) is None


def test_a_second_cloud_is_refused(tmp_path: Path) -> None:
    with hold(tmp_path), pytest.raises(StartError) as caught, hold(tmp_path):
        pass
    assert caught.value.code == "folder-held"


def test_files_of_others_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter").write_text("mine")
    with pytest.raises(StartError) as caught, hold(tmp_path):
        pass
    assert caught.value.code == "folder-foreign"
    assert (tmp_path / "letter").read_text() == "mine"


def test_each_start_clears_what_the_last_left(tmp_path: Path) -> None:
    with hold(tmp_path):
        (tmp_path / "log" / "old").write_text("yesterday")
        (tmp_path / "ready").write_text("1")
    with hold(tmp_path):
        assert sorted(path.name for path in tmp_path.rglob("*")) == [MARK, "data", "etc", "log"]


def test_stopping_asks_the_holder_and_waits(tmp_path: Path) -> None:
    assert release(tmp_path) is False
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD_UNTIL_TOLD, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        assert release(tmp_path) is True
    assert holder(tmp_path) is None


def test_ports_are_free_and_apart() -> None:
    ports = choose_ports(0)
    assert set(ports) == set(LISTENERS)
    assert len(set(ports.values())) == len(LISTENERS)


def test_a_taken_port_is_named() -> None:
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(StartError) as caught:
            choose_ports(port)
    assert caught.value.code == "port-taken"
    assert str(port) in str(caught.value)


def test_settings_are_written_as_the_services_read_them() -> None:
    written = as_text({"DEFAULT": {"on": True, "drivers": ("a", "b"), "size": 3}, "x": {"y": ""}})
    assert written == "[DEFAULT]\non = true\ndrivers = a,b\nsize = 3\n\n[x]\ny = \n"
