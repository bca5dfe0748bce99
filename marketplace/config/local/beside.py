"""A program beside a trial that runs: the same database, evidence and secrets.

`make run` leaves what its parts were given in the data folder, for its owner alone.
"""

import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from marketplace.config.local.errors import StartError
from marketplace.config.local.folder import choose_folder
from marketplace.config.local.reach import postgres_user

GIVEN = (
    "ALLOWED_HOSTS",
    "DATABASE_URL",
    "EVIDENCE_DIR",
    "HALLMARK_MODE",
    "HALLMARK_SECRET_KEY",
    "MAIL_DIR",
    "PATH",
    "PUBLIC_URL",
    "PYTHONWARNINGS",
    "REDIS_URL",
)
_FILE = "environment"


def leave(folder: Path, environment: Mapping[str, str]) -> None:
    path = folder / _FILE
    path.unlink(missing_ok=True)
    given = {name: environment[name] for name in GIVEN if name in environment}
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(given, file)


def take_back(folder: Path) -> None:
    (folder / _FILE).unlink(missing_ok=True)


def given_in(folder: Path) -> dict[str, str]:
    """Raises StartError (not-running)."""
    try:
        given: dict[str, str] = json.loads((folder / _FILE).read_text())
    except FileNotFoundError:
        raise StartError(
            "not-running",
            f"No trial runs on {folder}. Start it with `make run`, in another terminal.",
        ) from None
    return given


def run(program: Sequence[str], *, checkout: Path, environ: Mapping[str, str]) -> int:
    """Exit status of the program. Raises StartError."""
    user = "-" if environ.get("DATABASE_URL") else postgres_user()
    given = given_in(choose_folder(checkout, environ, user))
    return subprocess.run(program, env={**environ, **given}, check=False).returncode
