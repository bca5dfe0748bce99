"""The data folder of `make run`: where it is, who holds it, what is in it."""

import fcntl
import hashlib
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import TextIO

from marketplace.config.local.errors import StartError
from marketplace.config.local.reach import barrier


def choose_folder(checkout: Path, environ: Mapping[str, str], user: str) -> Path:
    """HALLMARK_DATA, else `.run` in the checkout, else a place that `user` can reach.

    `user` runs PostgreSQL ("-" = we do, or there is no private PostgreSQL). A checkout in
    /root is closed to that user; the place then is in /var/lib, one for each checkout.
    """
    wanted = environ.get("HALLMARK_DATA")
    if wanted:
        return Path(wanted).expanduser().absolute()
    folder = checkout / ".run"
    if barrier(folder / "postgres", user) is None:
        return folder
    name = hashlib.sha256(os.fsencode(checkout)).hexdigest()[:12]
    return Path("/var/lib") / f"hallmark-{name}"


def _make(path: Path) -> None:
    """Root's PostgreSQL is another user and must be able to pass; nobody else needs to."""
    if not path.is_dir():
        path.mkdir(parents=True)
        path.chmod(0o711 if os.geteuid() == 0 else 0o700)


class DataFolder:
    """A folder that is there and can be written. Raises StartError (folder-unwritable)."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock: TextIO | None = None
        try:
            _make(path)
            self.evidence.mkdir(mode=0o700, exist_ok=True)
            probe = path / ".writable"
            probe.write_bytes(b"")
            probe.unlink()
        except OSError as error:
            raise StartError(
                "folder-unwritable",
                f"Cannot keep data in {path} ({error.filename}: {error.strerror}). Set "
                "HALLMARK_DATA to a folder that you may write, or mend the permissions.",
            ) from error

    @property
    def evidence(self) -> Path:
        return self.path / "evidence"

    @property
    def mail(self) -> Path:
        """Where a trial without a mail server leaves its mails, one file each."""
        return self.path / "mail"

    def hold(self, description: str) -> None:
        """Keep the folder to ourselves until this process ends, however it ends.

        Raises StartError (already-running) with the description the holder gave.
        """
        lock = (self.path / "lock").open("a+", encoding="utf-8")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            holder = lock.read().strip() or "just starting"
            lock.close()
            raise StartError(
                "already-running",
                f"Hallmark already runs on {self.path} ({holder}). Nothing was changed. "
                "Stop it with Ctrl-C in its terminal, or give this one its own HALLMARK_DATA.",
            ) from None
        lock.truncate(0)
        lock.write(f"process {os.getpid()}, {description}\n")
        lock.flush()
        self._lock = lock

    def release(self) -> None:
        if self._lock is not None:
            self._lock.truncate(0)
            self._lock.close()
            self._lock = None

    def secret_key(self) -> str:
        """Made once, readable by its owner alone."""
        path = self.path / "secret_key"
        if not path.exists():
            draft = path.with_suffix(".new")
            draft.unlink(missing_ok=True)
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as new:
                new.write(secrets.token_urlsafe(64))
            draft.rename(path)
        return path.read_text().strip()
