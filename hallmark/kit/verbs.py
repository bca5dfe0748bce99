"""Run a verb of an adapter: one process group, one time limit, one answer."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, BinaryIO

from hallmark.kit.adapter import Adapter

#: More output than this is not read: the transcript keeps far less, a secret is looked for in this.
READ_BYTES = 8 * 1024 * 1024
UNSUPPORTED = 3
REFUSED = 4
TIMED_OUT = "not done within"
_POLL_S = 0.02


class Ended(StrEnum):
    """`UNSUPPORTED`: no such verb, or exit 3. `REFUSED`: exit 4 of `login`."""

    DONE = "done"
    UNSUPPORTED = "not supported"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class VerbRun:
    """One call of a verb. `label` tells several calls apart (`create again`). `facts` is None
    without a JSON object in the last line. `problem` says why it failed. `seconds` it took."""

    verb: str
    label: str
    ended: Ended
    exit_status: int | None
    output: str
    errors: str
    facts: Mapping[str, Any] | None
    problem: str
    seconds: float
    settings: Mapping[str, str]

    @property
    def timed_out(self) -> bool:
        return self.problem.startswith(TIMED_OUT)

    @property
    def text(self) -> str:
        return f"{self.output}\n{self.errors}"


def run_verb(
    adapter: Adapter,
    verb: str,
    *,
    label: str,
    environment: Mapping[str, str],
    meanwhile: Callable[[Path], None] | None = None,
) -> VerbRun:
    """Run a verb to its end or its limit. `meanwhile` gets the file that standard output grows in,
    and is called once, while the verb runs. A verb that cannot be started has failed."""
    shown = {name: value for name, value in environment.items() if name.startswith("OSI_")}
    if not adapter.has(verb):
        return VerbRun(verb, label, Ended.UNSUPPORTED, None, "", "", None, "", 0.0, shown)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="osi-verb-") as folder:
        output, errors = Path(folder, "output"), Path(folder, "errors")
        with output.open("wb") as out, errors.open("wb") as err:
            status, problem = _call(adapter, verb, environment, (out, err), meanwhile)
        text, error_text = _read(output), _read(errors)
    facts, broken = _facts(text) if status == 0 else (None, "")
    ended, problem = _judge(verb, status, problem or broken)
    seconds = time.monotonic() - began
    return VerbRun(verb, label, ended, status, text, error_text, facts, problem, seconds, shown)


def _call(
    adapter: Adapter,
    verb: str,
    environment: Mapping[str, str],
    into: tuple[BinaryIO, BinaryIO],
    meanwhile: Callable[[Path], None] | None,
) -> tuple[int | None, str]:
    """(exit status, what went wrong beside it). `into` takes output and errors."""
    limit = adapter.limit_s(verb)
    try:
        # A session of its own, so that a time-out ends its children too.
        process = subprocess.Popen(
            adapter.verbs[verb],
            cwd=adapter.folder,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=into[0],
            stderr=into[1],
            start_new_session=True,
        )
    except OSError as error:
        return None, f"{adapter.verbs[verb][0]} cannot be started: {error.strerror}"
    with _ended_at_last(process):
        if meanwhile is not None:
            meanwhile(Path(into[0].name))
        try:
            return process.wait(limit), ""
        except subprocess.TimeoutExpired:
            return None, f"{TIMED_OUT} {limit:.0f} s"


@contextlib.contextmanager
def _ended_at_last(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """Leave no verb running, whatever happens. What it started and left behind after a proper end
    may be the product itself: that stays."""
    try:
        yield
    finally:
        if process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _read(path: Path) -> str:
    with path.open("rb") as file:
        return file.read(READ_BYTES).decode("utf-8", "replace")


def _facts(output: str) -> tuple[Mapping[str, Any] | None, str]:
    """(the facts in the last line, what is broken about it)."""
    last = output.rstrip().rpartition("\n")[2].strip()
    if not last.startswith("{"):
        return None, ""
    try:
        facts = json.loads(last)
    except (ValueError, RecursionError):
        return None, "its last line begins like a JSON object and is none"
    return facts, ""


def _judge(verb: str, status: int | None, problem: str) -> tuple[Ended, str]:
    if problem:
        return Ended.FAILED, problem
    if status == 0:
        return Ended.DONE, ""
    if status == UNSUPPORTED:
        return Ended.UNSUPPORTED, ""
    if status == REFUSED and verb == "login":
        return Ended.REFUSED, ""
    return Ended.FAILED, f"exit status {status}"


def wait_for_line(path: Path, line: str, limit_s: float) -> bool:
    """Whether `line` stood in the growing file within the limit."""
    deadline = time.monotonic() + limit_s
    while time.monotonic() < deadline:
        if line in _read(path).splitlines():
            return True
        time.sleep(_POLL_S)
    return False
