"""`make run` stops whole, whatever ends it, and says clearly what stands in its way."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.local import stand_in

pytestmark = pytest.mark.slow
CHECKOUT = Path(__file__).resolve().parents[2]
ELSEWHERE = {"DATABASE_URL": "postgresql://elsewhere/x", "REDIS_URL": "redis://elsewhere"}
KEPT = ("PATH", "HOME", "PYTHONPATH")
PATIENCE_SECONDS = 20


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def alive(mark: Path) -> list[str]:
    """Command lines of processes that name the folder `mark` or work inside it."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            place = str((process / "cwd").readlink())
        except OSError:
            continue
        if command and (str(mark) in command or str(mark) in place):
            found.append(command)
    return found


class Start:
    """One start of the stand-in, in its own session as in a terminal of its own."""

    def __init__(self, folder: Path, behaviour: str, **environ: str) -> None:
        self.folder = folder
        settings = {"HALLMARK_DATA": str(folder), "PORT": str(free_port())}
        kept = {name: os.environ[name] for name in KEPT if name in os.environ}
        self.log = folder.parent / f"{folder.name}-{time.monotonic_ns()}.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", stand_in.__name__, behaviour, str(folder)],
                env=kept | settings | environ,
                cwd=CHECKOUT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def says(self) -> str:
        return self.log.read_text()

    def until(self, condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not condition():
            assert time.monotonic() < deadline, self.says()
            time.sleep(0.02)

    def ready(self) -> "Start":
        self.until(lambda: "Hallmark is ready" in self.says() or self.process.poll() is not None)
        assert self.process.poll() is None, self.says()
        return self

    def ends(self) -> int:
        return self.process.wait(PATIENCE_SECONDS)

    def leaves_nothing(self) -> bool:
        self.until(lambda: not alive(self.folder))
        return True


Launch = Callable[..., Start]


@pytest.fixture
def data(open_folder: Path) -> Path:
    return open_folder / "data"


@pytest.fixture
def launch(data: Path) -> Iterator[Launch]:
    """Starts on the folder `data`; what the test did not stop itself is stopped like Ctrl-C."""
    starts: list[Start] = []

    def begin(behaviour: str, **environ: str) -> Start:
        starts.append(Start(data, behaviour, **environ))
        return starts[-1]

    yield begin
    for start in starts:
        if start.process.poll() is None:
            start.process.send_signal(signal.SIGINT)
            start.process.send_signal(signal.SIGINT)
        start.ends()
    assert all(start.leaves_nothing() for start in starts)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_wish_to_stop_stops_all_parts(data: Path, launch: Launch, number: signal.Signals) -> None:
    start = launch("family", **ELSEWHERE).ready()
    assert len(alive(data)) == 1 + 1 + 4  # supervisor, web, and a part with three children
    start.process.send_signal(number)
    assert start.ends() == 0
    assert f"Stopping ({number.name})" in start.says()
    assert start.leaves_nothing()


def test_a_killed_supervisor_leaves_no_process_and_the_next_start_works(
    data: Path, launch: Launch
) -> None:
    first = launch("steady").ready()
    assert any("postgres" in command for command in alive(data))
    assert any("redis" in command for command in alive(data))
    first.process.kill()
    first.ends()
    # At once, while the old PostgreSQL may still be writing its checkpoint.
    second = launch("steady").ready()
    assert "Starting a private PostgreSQL" in second.says()


def test_a_killed_supervisor_leaves_no_process(launch: Launch) -> None:
    start = launch("stubborn").ready()
    start.process.kill()
    start.ends()
    assert start.leaves_nothing()


def test_started_by_make_it_ends_with_make(data: Path) -> None:
    """Here a shell stands for make: it waits for the supervisor and is killed."""
    script = f"{sys.executable} -m {stand_in.__name__} steady {data} with-parent & wait"
    environ = {"HALLMARK_DATA": str(data), "PORT": str(free_port()), "PATH": os.defpath}
    with subprocess.Popen(
        ["sh", "-c", script], env=environ | ELSEWHERE, cwd=CHECKOUT, stdout=subprocess.PIPE
    ) as make:
        assert make.stdout is not None
        while b"Hallmark is ready" not in make.stdout.readline():
            assert make.poll() is None
        make.kill()
        assert b"Stopping (SIGTERM)" in make.stdout.read()
    assert not alive(data)


def test_one_part_that_dies_stops_all_and_is_named(launch: Launch) -> None:
    start = launch("crash", **ELSEWHERE)
    assert start.ends() == 1
    assert "part-ended: second ended (exit status 1)" in start.says()
    assert "out of silver" in start.says().split("part-ended")[1]


def test_a_part_behind_begins_when_all_is_ready_and_may_end(data: Path, launch: Launch) -> None:
    start = launch("filling", **ELSEWHERE).ready()
    start.until(lambda: "behind      full" in start.says() and len(alive(data)) == 3)
    assert "half full" in start.says().split("Hallmark is ready")[1]
    time.sleep(0.3)
    assert start.process.poll() is None
    assert "part-" not in start.says()


def test_a_part_behind_that_fails_is_named_and_stops_no_other(data: Path, launch: Launch) -> None:
    start = launch("spilling", **ELSEWHERE).ready()
    start.until(lambda: "part-failed: behind ended (exit status 1)" in start.says())
    assert "no more tin" in start.says()
    assert start.process.poll() is None
    assert len(alive(data)) == 3


@pytest.mark.parametrize("server", ["postgres", "redis"])
def test_a_server_that_dies_stops_all_and_is_named(data: Path, launch: Launch, server: str) -> None:
    start = launch("steady").ready()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes()
            ours = str((process / "cwd").readlink()).startswith(str(data))
        except OSError:
            continue
        if ours and f"/bin/{server}".encode() in command.split(b"\0")[0]:
            os.kill(int(process.name), signal.SIGKILL)
    assert start.ends() == 1
    assert f"part-ended: {server} ended (killed by SIGKILL)" in start.says()
    assert start.leaves_nothing()


def test_asking_twice_does_not_wait_for_a_stubborn_part(launch: Launch) -> None:
    start = launch("stubborn", **ELSEWHERE).ready()
    start.process.send_signal(signal.SIGINT)
    start.until(lambda: "Stopping" in start.says())
    time.sleep(0.3)
    start.process.send_signal(signal.SIGINT)
    assert start.ends() == 0
    assert "second does not stop: killing it" in start.says()
    assert start.leaves_nothing()


def test_the_logins_are_told_after_the_address(launch: Launch) -> None:
    start = launch("steady", **ELSEWHERE).ready()
    start.until(lambda: "Stop it with Ctrl-C" in start.says())
    after = start.says().split("Hallmark is ready")[1]
    assert "Login vendor, password x" in after
    assert "Guideline loaded" not in after
    assert "http://127.0.0.1:" in after


@pytest.mark.long
def test_a_program_beside_it_gets_what_its_parts_have(data: Path, launch: Launch) -> None:
    command = [sys.executable, "-m", "marketplace.config.local", "beside"]
    program = [sys.executable, "-c", "import os; print(os.environ['DATABASE_URL'])"]
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}

    def beside() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*command, *program],
            env=kept | {"HALLMARK_DATA": str(data)},
            cwd=CHECKOUT,
            check=False,
            capture_output=True,
            text=True,
        )

    start = launch("steady", **ELSEWHERE).ready()
    assert beside().stdout.strip() == ELSEWHERE["DATABASE_URL"]
    assert (data / "environment").stat().st_mode & 0o077 == 0
    start.process.send_signal(signal.SIGINT)
    assert start.ends() == 0
    after = beside()
    assert after.returncode == 1
    assert "not-running" in after.stderr and "make run" in after.stderr


def test_a_second_start_says_that_it_runs_and_does_no_harm(data: Path, launch: Launch) -> None:
    first = launch("steady", **ELSEWHERE).ready()
    second = launch("steady", **ELSEWHERE)
    assert second.ends() == 1
    assert "already-running" in second.says()
    assert f"process {first.process.pid}, http://127.0.0.1:" in second.says()
    assert first.process.poll() is None
    assert len(alive(data)) == 3


def test_a_taken_port_is_named_with_a_way_out(launch: Launch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        start = launch("steady", PORT=str(port), **ELSEWHERE)
        assert start.ends() == 1
    assert f"port-taken: Port {port} on 127.0.0.1 is in use" in start.says()
    assert "make run" in start.says()


@pytest.mark.parametrize(
    ("environ", "sentence"),
    [
        ({"PORT": "http"}, "port-invalid: PORT=http is not a port"),
        ({"HALLMARK_MODE": "production"}, "mode-refused: `make run` is the demo"),
        ({"HOST": "192.0.2.1"}, "address-invalid: Cannot listen on HOST=192.0.2.1"),
        ({"HALLMARK_DATA": "/proc/nowhere/data"}, "folder-unwritable: Cannot keep data in /proc"),
    ],
)
def test_what_stands_in_the_way_is_said(
    data: Path, launch: Launch, environ: dict[str, str], sentence: str
) -> None:
    data.mkdir()
    start = launch("steady", **(ELSEWHERE | environ))
    assert start.ends() == 1
    assert sentence in start.says()
    assert "Traceback" not in start.says()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_permission_is_named(data: Path, launch: Launch) -> None:
    data.mkdir(mode=0o500)
    start = launch("steady", **ELSEWHERE)
    assert start.ends() == 1
    assert f"folder-unwritable: Cannot keep data in {data}" in start.says()
