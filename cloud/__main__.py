"""`python -m cloud up|down|status [FOLDER]`, or `python -m cloud during COMMAND...`."""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import NoReturn

from cloud.hold import hold, holder, release
from cloud.plan import CHECKOUT, ENVIRONMENT, Plan, choose_ports
from cloud.running import Cloud
from marketplace.config.local.errors import StartError

FOLDER = CHECKOUT / ".cloud" / "one"
#: Tells tests where the cloud is: the folder with its clouds.yaml and access logs.
VARIABLE = "HALLMARK_TEST_CLOUD"


def main() -> int:
    choices = _arguments().parse_args()
    try:
        return int(choices.act(choices))
    except StartError as error:
        _say(str(error))
        return 1


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m cloud", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for act, words in (
        (up, "start a cloud; return when it is ready"),
        (run, "start a cloud and stay; Ctrl-C stops it"),
        (down, "stop the cloud"),
        (status, "tell whether a cloud runs"),
    ):
        command = commands.add_parser(act.__name__, help=words)
        command.add_argument("folder", nargs="?", type=Path, default=FOLDER)
        command.set_defaults(act=act)
        if act in (up, run):
            _add_choices(command)
    command = commands.add_parser("during", help="run a command while a cloud of its own is up")
    command.add_argument("command", nargs=argparse.REMAINDER)
    command.set_defaults(act=during)
    _add_choices(command)
    return parser


def _add_choices(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--port", type=int, default=0, help="first of ten ports; without it, any that are free"
    )
    command.add_argument(
        "--environment", type=Path, default=ENVIRONMENT, help="where the services are installed"
    )


def up(choices: argparse.Namespace) -> int:
    """The cloud runs in a process of its own, which outlives this one."""
    folder = choices.folder.absolute()
    if holder(folder) is not None:
        raise StartError("folder-held", f"A cloud runs in {folder} already.")
    words = ["run", str(folder), f"--port={choices.port}", f"--environment={choices.environment}"]
    shown = folder.with_name(f"{folder.name}.start.log")
    shown.parent.mkdir(parents=True, exist_ok=True)
    with shown.open("w+") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "cloud", *words],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            cwd=CHECKOUT,
        )
        with shown.open() as said:
            while process.poll() is None and not _is_ready(folder, process.pid):
                time.sleep(0.2)
                sys.stdout.write(said.read())
                sys.stdout.flush()
            sys.stdout.write(said.read())
    if process.poll() is not None:
        return 1
    _say(f"How to reach it: export OS_CLIENT_CONFIG_FILE={folder}/clouds.yaml OS_CLOUD=mini-demo")
    _say("(mini-admin is the administrator). What was asked of it: the folder log.")
    _say(f"To stop it: {_command()} down {folder}")
    return 0


def run(choices: argparse.Namespace) -> int:
    folder = choices.folder.absolute()
    with _running(folder, choices) as cloud:
        (folder / "ready").write_text(str(os.getpid()))
        cloud.watch()
    return 0


def down(choices: argparse.Namespace) -> int:
    folder = choices.folder.absolute()
    _say("stopped" if release(folder) else f"no cloud runs in {folder}")
    return 0


def status(choices: argparse.Namespace) -> int:
    """Exit status 0 when a cloud is ready, 1 when it is on its way, 3 without one."""
    folder = choices.folder.absolute()
    process = holder(folder)
    if process is None:
        _say(f"no cloud runs in {folder}")
        return 3
    ready = _is_ready(folder, process)
    _say(f"the cloud in {folder} {'is ready' if ready else 'is starting'} (process {process})")
    return 0 if ready else 1


def during(choices: argparse.Namespace) -> int:
    """The exit status is the command's. The folder is kept, with its logs, when that is not 0."""
    command = [word for word in choices.command if word != "--"]
    if not command:
        raise StartError("command-missing", "Say what to run while the cloud is up.")
    folder = FOLDER.with_name(f"during-{os.getpid()}")
    with _running(folder, choices):
        environment = {**os.environ, VARIABLE: str(folder)}
        ended = subprocess.run(command, env=environment, check=False).returncode
    if ended == 0:
        shutil.rmtree(folder)
    else:
        _say(f"The command failed; the logs of the cloud are in {folder}/log")
    return ended


@contextmanager
def _running(folder: Path, choices: argparse.Namespace) -> Iterator[Cloud]:
    """A cloud that is ready; stopped on the way out, whatever that is."""
    signal.signal(signal.SIGTERM, _leave)
    began = time.monotonic()

    def say(text: str) -> None:
        _say(f"[{time.monotonic() - began:4.0f} s] {text}")

    with hold(folder):
        plan = Plan(folder, choices.environment.absolute(), choose_ports(choices.port))
        cloud = Cloud(plan, say)
        try:
            cloud.start()
            say(f"the cloud is up: {plan.identity_url}")
            yield cloud
        finally:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            cloud.stop()


def _leave(_number: int, _frame: FrameType | None) -> NoReturn:
    sys.exit(0)


def _is_ready(folder: Path, process: int) -> bool:
    ready = folder / "ready"
    return ready.exists() and ready.read_text() == str(process)


def _command() -> str:
    return f"{os.path.relpath(sys.executable)} -m cloud"


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
