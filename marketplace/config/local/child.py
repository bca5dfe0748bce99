"""One supervised process: started on a leash, stopped with everything it started."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

from marketplace.config.local import leash
from marketplace.config.local.errors import StartError

LINES_KEPT = 20
LONGEST_LINE_BYTES = 65536
OVERWRITE = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND


@dataclass(frozen=True)
class Part:
    """A program to keep running. `command[0]` is a path or a name on PATH.

    `ends`: its work is done one day, and nothing else leans on it.
    """

    name: str
    command: tuple[str, ...]
    stop_signal: signal.Signals = signal.SIGTERM
    # Sent by the kernel when the supervisor itself was killed: nobody is left to insist.
    orphan_signal: signal.Signals = signal.SIGKILL
    user: str = "-"
    stdin: bytes = b""
    ends: bool = False


class Child:
    """A part that was started. It leads its own session, so a Ctrl-C reaches only us.

    The thread that makes it must live as long as the child may: the leash is tied to that thread.
    """

    def __init__(
        self,
        part: Part,
        *,
        environment: Mapping[str, str],
        folder: Path,
        output: Path | None = None,
    ) -> None:
        """Start it in `folder`; its output goes to a pipe (`read`), or to the file `output`.

        Raises StartError (program-missing) when there is no such program.
        """
        self.part = part
        self._lines: deque[str] = deque(maxlen=LINES_KEPT)
        self._file = output
        program = shutil.which(part.command[0], path=environment.get("PATH"))
        if program is None:
            raise StartError("program-missing", f"{part.name}: no program {part.command[0]}.")
        command = [
            *(sys.executable, "-I", "-S", leash.__file__),
            *(str(os.getpid()), part.orphan_signal.name, part.user),
            *(program, *part.command[1:]),
        ]
        with ExitStack() as files:
            stdin = files.enter_context(tempfile.TemporaryFile())
            stdin.write(part.stdin)
            stdin.seek(0)
            sink = subprocess.PIPE
            if output is not None:
                sink = os.open(output, OVERWRITE, 0o600)
                files.callback(os.close, sink)
            self.popen = subprocess.Popen(
                command,
                env=dict(environment),
                cwd=folder,
                stdin=stdin,
                stdout=sink,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        # The pipe with its output; -1 when that goes to a file.
        self.output = -1 if self.popen.stdout is None else self.popen.stdout.fileno()
        self._rest = b""

    @property
    def pid(self) -> int:
        return self.popen.pid

    def read(self) -> list[str] | None:
        """Whole lines that can be read now without waiting for more; None at the end."""
        chunk = os.read(self.output, LONGEST_LINE_BYTES)
        *whole, self._rest = (self._rest + chunk).split(b"\n")
        if self._rest and (not chunk or len(self._rest) > LONGEST_LINE_BYTES):
            whole, self._rest = [*whole, self._rest], b""
        if not chunk and not whole:
            return None
        lines = [line.decode("utf-8", "replace").rstrip("\r") for line in whole]
        self._lines.extend(lines)
        return lines

    def last_lines(self) -> list[str]:
        """The end of what it said and we read."""
        if self._file is None:
            return list(self._lines)
        return self._file.read_text("utf-8", "replace").splitlines()[-LINES_KEPT:]

    def ended(self) -> bool:
        """Whether it is over; the process is left unreaped, so its group cannot be mistaken."""
        if self.popen.returncode is not None:
            return True
        state = os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOWAIT | os.WNOHANG)
        return state is not None

    def ask_to_stop(self) -> None:
        if not self.ended():
            self.popen.send_signal(self.part.stop_signal)

    def finish(self, patience_seconds: float) -> int:
        """Wait that long, then kill it and what is left of its session; its exit status."""
        deadline = time.monotonic() + patience_seconds
        while not self.ended() and time.monotonic() < deadline:
            time.sleep(0.02)
        if self.popen.returncode is None:
            # macOS answers "not permitted" for a group of zombies.
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, signal.SIGKILL)
            if self.popen.stdout is not None:
                self.popen.stdout.close()
        return self.popen.wait()

    def stop(self, patience_seconds: float = 10) -> int:
        """Ask, wait, insist. Returns the exit status; negative = ended by that signal."""
        self.ask_to_stop()
        return self.finish(patience_seconds)


def describe(status: int) -> str:
    """'exit status 3' or 'killed by SIGKILL'."""
    if status >= 0:
        return f"exit status {status}"
    return f"killed by {signal.Signals(-status).name}"
