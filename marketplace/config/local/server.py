"""A private server: a child with an address, which is ready some time after its start."""

import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from marketplace.config.local.child import Child, describe
from marketplace.config.local.errors import StartError

READY_SECONDS = 60


@dataclass
class Server:
    """`url` as the settings read it; `leftover` is a folder to remove once it has stopped."""

    url: str
    child: Child
    is_ready: Callable[[], bool]
    leftover: Path | None = None

    def wait(self) -> None:
        """Until it takes connections. Raises StartError (server-failed) with its last lines."""
        deadline = time.monotonic() + READY_SECONDS
        while not self.is_ready():
            if self.child.ended():
                raise self._failure(describe(self.stop()))
            if time.monotonic() > deadline:
                self.stop()
                raise self._failure(f"not ready after {READY_SECONDS} s")
            time.sleep(0.02)

    def _failure(self, why: str) -> StartError:
        said = "\n".join(self.child.last_lines())
        return StartError(
            "server-failed", f"{self.child.part.name} did not start ({why}). It said:\n{said}"
        )

    def stop(self, patience_seconds: float = 15) -> int:
        """Stop it and leave nothing behind; its exit status. May be called twice."""
        status = self.child.stop(patience_seconds)
        self.sweep()
        return status

    def sweep(self) -> None:
        if self.leftover is not None:
            shutil.rmtree(self.leftover, ignore_errors=True)
