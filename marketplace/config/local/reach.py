"""Root may not run PostgreSQL: the user that does, and what that user can reach."""

import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from pathlib import Path

from marketplace.config.local.errors import StartError

POSTGRES_USER = "pgserver"
# Folders are made in them by mkdtemp only, with names that nobody can foresee.
PUBLIC_PLACES = (Path("/tmp"), Path("/var/tmp"))  # noqa: S108


ADD_SYSTEM_USER = ("--system", "--user-group", "--no-create-home", "--shell", "/bin/false")


def postgres_user() -> str:
    """Name of the user PostgreSQL has to run as, made if need be; "-" when we are not root."""
    if os.geteuid() != 0:
        return "-"
    try:
        pwd.getpwnam(POSTGRES_USER)
    except KeyError:
        _add_user()
    return POSTGRES_USER


def _add_user() -> None:
    program = shutil.which("useradd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if program is None:
        raise StartError(
            "user-missing",
            f"PostgreSQL refuses to run as root, and there is no useradd to make the user "
            f"{POSTGRES_USER} for it. Make that user, or start as another user than root.",
        )
    made = subprocess.run(
        [program, *ADD_SYSTEM_USER, POSTGRES_USER],
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode != 0:
        raise StartError(
            "user-missing",
            f"PostgreSQL refuses to run as root, and its user {POSTGRES_USER} could not be "
            f"made: {made.stderr.strip()}. Start as another user than root.",
        )


def barrier(path: Path, user: str) -> Path | None:
    """The first folder on the way to `path` that `user` may not enter; None = it is reachable.

    Judged by owner, group and mode; "-" (ourselves) is not asked: the system will say.
    """
    if user == "-":
        return None
    account = pwd.getpwnam(user)
    for folder in reversed(path.absolute().parents):
        if not folder.exists():
            return None
        if not _may_enter(folder.stat(), account):
            return folder
    return None


def _may_enter(folder: os.stat_result, account: pwd.struct_passwd) -> bool:
    if folder.st_uid == account.pw_uid:
        return bool(folder.st_mode & stat.S_IXUSR)
    if folder.st_gid == account.pw_gid:
        return bool(folder.st_mode & stat.S_IXGRP)
    return bool(folder.st_mode & stat.S_IXOTH)


def temporary_folder() -> Path:
    """A new folder that the PostgreSQL user can reach, for throwaway servers; remove it after.

    Raises StartError (folder-unreachable) when every temporary place is closed to that user.
    """
    user = postgres_user()
    places = [Path(tempfile.gettempdir()), *PUBLIC_PLACES]
    for place in places:
        if place.is_dir() and barrier(place / "any", user) is None:
            folder = Path(tempfile.mkdtemp(prefix="hallmark-", dir=place))
            if user != "-":
                folder.chmod(0o711)
            return folder
    raise StartError(
        "folder-unreachable",
        f"The user {user}, who runs PostgreSQL, can reach none of {', '.join(map(str, places))}. "
        "Set TMPDIR to a folder that others may enter.",
    )
