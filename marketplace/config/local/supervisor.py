"""Starts parts, shows what they say, and stops all of them as soon as one of them ends."""

import os
import selectors
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import NoReturn

from marketplace.config.local.child import Child, Part, describe
from marketplace.config.local.errors import StartError
from marketplace.config.local.log import US, Log
from marketplace.config.local.server import Server

STOP_SECONDS = 10
TURN_SECONDS = 0.1


class StopAsked(BaseException):
    """Ctrl-C, a closed terminal, or a kill: the wish to stop, not a failure."""

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)


class PartEndedError(Exception):
    """A part that should run is gone."""

    def __init__(self, child: Child, status: int) -> None:
        super().__init__(f"{child.part.name} ended ({describe(status)})")
        self.child = child


class Supervisor:
    """One thread, one loop: `turn`. All waiting goes through it, so nothing goes unnoticed.

    Parts started last are stopped first; servers, on which they lean, come after all parts.
    """

    def __init__(self, log: Log, *, environment: Mapping[str, str], folder: Path) -> None:
        self.log = log
        self.environment = environment
        self.folder = folder
        self.children: list[Child] = []
        self.servers: list[Server] = []
        self._selector = selectors.DefaultSelector()
        self._asked: list[int] = []

    @contextmanager
    def signals(self) -> Iterator[None]:
        """Turn the signals that ask us to stop into `StopAsked`, raised by `turn`."""
        wanted = [signal.SIGINT, signal.SIGTERM]
        # nohup asks to outlive the terminal.
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
            wanted.append(signal.SIGHUP)
        before = {number: signal.signal(number, self._note) for number in wanted}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _note(self, number: int, _frame: FrameType | None) -> None:
        self._asked.append(number)

    def start(self, part: Part) -> Child:
        child = Child(part, environment=self.environment, folder=self.folder)
        self._selector.register(child.output, selectors.EVENT_READ, child)
        self.children.append(child)
        return child

    def adopt(self, server: Server) -> None:
        """Watch a server, which logs to its own file, from before it is ready."""
        self.servers.append(server)
        self.until(server.is_ready)

    def complete(self, step: Part) -> list[str]:
        """Run a part that is meant to end; the lines it printed.

        Raises StartError (step-failed) when it ends badly.
        """
        child = self.start(step)
        printed: list[str] = []
        while not child.ended():
            self.turn(besides=child, keep=printed)
        self._hear_out(child, printed)
        self.children.remove(child)
        status = child.finish(0)
        if status != 0:
            raise StartError("step-failed", f"{step.name} failed ({describe(status)}); see above.")
        return printed

    def until(self, condition: Callable[[], bool]) -> None:
        while not condition():
            self.turn()

    def forever(self) -> NoReturn:
        while True:
            self.turn()

    def turn(self, besides: Child | None = None, keep: list[str] | None = None) -> None:
        """Show what was said; raise StopAsked or PartEndedError if there is reason to stop.

        `besides` may end, and so may parts that are meant to; what `besides` prints is added to
        `keep` as well.
        """
        for key, _ in self._selector.select(TURN_SECONDS):
            self._show(key.data, keep if key.data is besides else None)
        if self._asked:
            raise StopAsked(self._asked.pop(0))
        for child in self._all():
            if child is not besides and child.ended():
                self._hear_out(child)
                self._bury(child)

    def _bury(self, child: Child) -> None:
        """Nothing leans on a part that may end, so even a bad end of it stops no other."""
        status = child.finish(0)
        if not child.part.ends:
            raise PartEndedError(child, status)
        self.children.remove(child)
        if status != 0:
            self.log.line(
                f"part-failed: {child.part.name} ended ({describe(status)}), see above. "
                "Everything else goes on; the next start tries again.",
                US,
            )

    def _all(self) -> list[Child]:
        return [*self.children, *(server.child for server in self.servers)]

    def _show(self, child: Child, keep: list[str] | None = None) -> bool:
        lines = child.read()
        if lines is None:
            self._selector.unregister(child.output)
            return False
        for line in lines:
            self.log.line(line, child.part.name)
        if keep is not None:
            keep.extend(lines)
        return True

    def _hear_out(self, child: Child, keep: list[str] | None = None) -> None:
        """Its last words, which may still lie in the pipe; not waiting for its orphans."""
        if child.output < 0 or child.output not in self._selector.get_map():
            return
        os.set_blocking(child.output, False)
        try:
            while self._show(child, keep):
                pass
        except BlockingIOError:
            self._selector.unregister(child.output)

    def stop(self) -> None:
        """Ask all parts at once, then the servers; insist after a while, or when asked again."""
        self._asked.clear()
        self._stop_together(self.children)
        for server in reversed(self.servers):
            self._stop_together([server.child])
            server.sweep()
        self.children.clear()
        self.servers.clear()
        self._selector.close()

    def _stop_together(self, children: list[Child]) -> None:
        for child in children:
            child.ask_to_stop()
        deadline = time.monotonic() + STOP_SECONDS
        while not all(child.ended() for child in children):
            for key, _ in self._selector.select(TURN_SECONDS):
                self._show(key.data)
            if self._asked or time.monotonic() > deadline:
                break
        for child in children:
            if not child.ended():
                self.log.line(f"{child.part.name} does not stop: killing it", US)
            self._hear_out(child)
            child.finish(0)
