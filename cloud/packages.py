"""The installed services: a virtual environment of their own, from the lock beside this file."""

from __future__ import annotations

import fcntl
import hashlib
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from marketplace.config.local.errors import StartError

LOCK = Path(__file__).with_name("requirements.lock")
INSIDE = Path(__file__).with_name("inside")


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Two clouds that prepare the same environment would spoil each other's work."""
    with LOCK.open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def install(environment: Path, say: Callable[[str], None]) -> None:
    """Make `environment` unless it is there and up to date; about half a minute and 600 MB.

    Raises StartError (install-failed). Call it within `one_at_a_time`.
    """
    stamp = environment / "installed"
    wanted = _digest(environment)
    if stamp.exists() and stamp.read_text() == wanted:
        return
    began = time.monotonic()
    say("installing the services (once; half a minute and 600 MB)")
    environment.parent.mkdir(parents=True, exist_ok=True)
    _run(sys.executable, "-m", "venv", "--clear", str(environment))
    _run(*_installer(environment), "--require-hashes", "-r", str(LOCK))
    stamp.write_text(wanted)
    say(f"installed in {time.monotonic() - began:.0f} s")


def _installer(environment: Path) -> list[str]:
    """uv where it is at hand, as in the development environment: it is four times as fast. It is
    told to trust whom the machine trusts, as pip does: mirrors have certificates of their own."""
    python = str(environment / "bin" / "python")
    uv = Path(sys.executable).with_name("uv")
    if uv.exists():
        return [str(uv), "--system-certs", "pip", "install", "--quiet", "--python", python]
    return [python, "-m", "pip", "--disable-pip-version-check", "install", "-qq"]


def _digest(environment: Path) -> str:
    """Changes with what is to be installed, the Python, and the place, which scripts name."""
    place = f"{sys.version}\n{sys.base_prefix}\n{environment}"
    return hashlib.sha256(LOCK.read_bytes() + place.encode()).hexdigest()


def _run(*command: str) -> None:
    if subprocess.run(command, check=False).returncode != 0:
        raise StartError("install-failed", f"See above. The command was: {' '.join(command)}")
