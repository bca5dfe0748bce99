"""Make `.venv` from the lock, once: run by the Makefile with whatever Python the machine has.

Its grammar is that of Python 3.6, so that an old one gets a sentence, not a syntax error.
"""

import fcntl
import hashlib
import importlib.util
import subprocess
import sys
import time
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[3]
ENVIRONMENT = CHECKOUT / ".venv"
PYTHON = ENVIRONMENT / "bin" / "python"
STAMP = ENVIRONMENT / "installed"
LOCK = CHECKOUT / "requirements.lock"
OLDEST = (3, 11)


def main() -> None:
    check_python()
    with LOCK.open("rb") as lock:
        take_turn(lock.fileno())
        wanted = [place(), content()]
        found = STAMP.read_text().split() if STAMP.exists() else []
        if found != wanted or not PYTHON.exists():
            moved = bool(found) and found[0] != wanted[0]
            install(anew=moved or not PYTHON.exists())
            STAMP.write_text("\n".join(wanted))


def check_python() -> None:
    """Ends the program with a sentence when this Python will not do."""
    if sys.version_info < OLDEST:
        found = ".".join(map(str, sys.version_info[:3]))
        sys.exit(
            f"python-too-old: Hallmark needs Python 3.11 or newer, and {sys.executable} is {found}."
            " Install it, or name one: PYTHON=/path/to/python3.11 make run"
        )
    for module in ("venv", "ensurepip"):
        if importlib.util.find_spec(module) is None:
            sys.exit(
                f"venv-missing: this Python ({sys.executable}) comes without {module}."
                " On Debian and Ubuntu: apt-get install python3-venv"
            )


def take_turn(lock: int) -> None:
    """Two installations into one folder would spoil each other."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        say("Another installation is under way here; waiting for it ...")
        fcntl.flock(lock, fcntl.LOCK_EX)


def place() -> str:
    """Changes with the Python and with the path, which the scripts inside name."""
    return digest(f"{sys.version}\n{sys.base_prefix}\n{CHECKOUT}".encode())


def content() -> str:
    """Changes with what is to be installed."""
    return digest(LOCK.read_bytes(), (CHECKOUT / "pyproject.toml").read_bytes())


def digest(*parts: bytes) -> str:
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def install(anew: bool) -> None:
    """`anew` throws away what was built for another place or another Python."""
    start = time.monotonic()
    say("Preparing .venv ...")
    run(sys.executable, "-m", "venv", *(["--clear"] if anew else []), str(ENVIRONMENT))
    pip = (str(PYTHON), "-m", "pip", "--disable-pip-version-check", "install", "-qq")
    say("Installing the packages of requirements.lock (about half a minute) ...")
    run(*pip, "--require-hashes", "-r", str(LOCK))
    say("Installing Hallmark itself ...")
    run(*pip, "--no-deps", "--no-build-isolation", "--editable", str(CHECKOUT))
    say(f"Installed in {time.monotonic() - start:.0f} s.")


def run(*command: str) -> None:
    finished = subprocess.run(command, check=False, cwd=str(CHECKOUT))
    if finished.returncode != 0:
        sys.exit(f"install-failed: see above. The command was: {' '.join(command)}")


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("Interrupted; the next start begins the installation anew.")
