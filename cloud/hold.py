"""Who holds a cloud's folder: one process at a time, known by a lock that ends with it."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from marketplace.config.local.errors import StartError

#: Marks a folder as a cloud's; holds the process that runs it.
MARK = ".small-cloud"
#: Made at each start; what an earlier cloud left there is removed before.
OWN = ("etc", "data", "log", "postgres", "postgres.log", "clouds.yaml", "openrc", "ready")
STOP_SECONDS = 90


@contextmanager
def hold(folder: Path) -> Iterator[None]:
    """Take the folder for this process and clear it. Raises StartError (folder-...)."""
    folder.mkdir(parents=True, exist_ok=True)
    mark = folder / MARK
    if not mark.exists() and any(folder.iterdir()):
        raise StartError(
            "folder-foreign",
            f"{folder} holds files, and no cloud made it. Give a new or empty folder.",
        )
    with mark.open("a+b") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StartError(
                "folder-held", f"A cloud runs in {folder} already. Stop it first, or take another."
            ) from None
        file.truncate(0)
        file.write(str(os.getpid()).encode())
        file.flush()
        _clear(folder)
        yield


def _clear(folder: Path) -> None:
    for name in OWN:
        path = folder / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    # The database's user passes through here on the way to its own folder.
    folder.chmod(0o711)
    for name in ("etc", "data", "log"):
        (folder / name).mkdir(mode=0o700)


def holder(folder: Path) -> int | None:
    """Process that runs the cloud of this folder; None when nobody does."""
    mark = folder / MARK
    if not mark.exists():
        return None
    with mark.open("r+b") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return int(file.read() or 0) or None
    return None


def release(folder: Path) -> bool:
    """Ask the cloud of this folder to stop and wait for it; False when none runs.

    Raises StartError (cloud-stuck) when it does not.
    """
    process = holder(folder)
    if process is None:
        return False
    os.kill(process, signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    while holder(folder) is not None:
        if time.monotonic() > deadline:
            raise StartError("cloud-stuck", f"The process {process} did not stop the cloud.")
        time.sleep(0.1)
    return True
