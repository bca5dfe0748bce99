"""The databases of the services, in one private PostgreSQL.

Empty tables depend on nothing but the installed versions, and take a minute to make. So the cluster
with empty tables is kept beside the installed services, and every cloud starts from a copy.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from cloud.packages import INSIDE
from cloud.plan import Plan
from marketplace.config.local.errors import StartError
from marketplace.config.local.postgres import installed_package, launch_postgres, runnable_programs
from marketplace.config.local.reach import barrier, postgres_user, temporary_folder
from marketplace.config.local.server import Server

NAMES = ("keystone", "glance", "placement", "neutron", "cinder", "nova_api", "nova")
#: Nova keeps servers that found no host in a second database of the same shape, "cell0". Its map of
#: cells takes what differs between clouds from nova's own settings.
CELLS = """
CREATE DATABASE nova_cell0 TEMPLATE nova;
\\connect nova_api
INSERT INTO cell_mappings
    (created_at, uuid, name, transport_url, database_connection, disabled) VALUES
    (now(), '00000000-0000-0000-0000-000000000000', 'cell0', 'none:///',
     '{scheme}://{username}@/nova_cell0?{query}', false),
    (now(), gen_random_uuid(), 'cell1', 'fake://',
     '{scheme}://{username}@/nova?{query}', false);
"""


def choose_folder(plan: Plan) -> tuple[Path, bool]:
    """Where the database may lie, and whether that is a temporary folder to remove.

    It runs as another user when root starts it, who must be able to reach it.
    """
    if barrier(plan.folder / "any", postgres_user()) is None:
        return plan.folder, False
    return temporary_folder(), True


def launch(folder: Path) -> Server:
    """Start the cluster `folder`/postgres and wait until it answers. Raises StartError."""
    server = launch_postgres(folder, durable=False)
    try:
        server.wait()
    except BaseException:
        server.stop()
        raise
    return server


def copy_kept(environment: Path, folder: Path) -> bool:
    """Begin `folder`/postgres as a copy of the kept cluster; False when none is kept."""
    kept = environment / "databases"
    if not (kept / "PG_VERSION").exists():
        return False
    _copy(kept, folder / "postgres")
    return True


def keep(environment: Path, folder: Path) -> None:
    """Keep `folder`/postgres, whose server was stopped, for the clouds to come."""
    draft = environment / "databases.new"
    shutil.rmtree(draft, ignore_errors=True)
    _copy(folder / "postgres", draft)
    draft.rename(environment / "databases")


def _copy(source: Path, target: Path) -> None:
    """With owners, which shutil would change."""
    subprocess.run(["cp", "-a", str(source), str(target)], check=True)


def names_to_urls(server: Server) -> Callable[[str], str]:
    sockets = server.url.partition("?host=")[2]
    return lambda name: f"postgresql+psycopg2://postgres@/{name}?host={quote(sockets, safe='/%')}"


def create(server: Server, folder: Path) -> None:
    """Make the databases, without tables."""
    _sql(server, folder, "".join(f"CREATE DATABASE {name};\n" for name in NAMES))


def fill_cells(server: Server, folder: Path) -> None:
    """What nova needs to know of itself, once its tables are there."""
    _sql(server, folder, CELLS)


def table_steps(plan: Plan, databases: Callable[[str], str]) -> dict[str, list[str]]:
    """The commands that make the tables; they do not depend on each other."""

    def sync(service: str, file: str, *words: str) -> list[str]:
        settings = str(plan.settings(service) / file)
        return [plan.program(f"{service}-manage"), "--config-file", settings, *words]

    tables = str(INSIDE / "small_tables.py")
    return {
        "tables-nova": sync("nova", "nova.conf", "db", "sync", "--local_cell"),
        "tables-nova-api": sync("nova", "nova.conf", "api_db", "sync"),
        "tables-cinder": sync("cinder", "cinder.conf", "db", "sync"),
        "tables-neutron": [plan.program("python"), tables, databases("neutron")],
        "tables-keystone": sync("keystone", "keystone.conf", "db_sync"),
        "tables-glance": sync("glance", "glance-api.conf", "db_sync"),
        "tables-placement": sync("placement", "placement.conf", "db", "sync"),
    }


def _sql(server: Server, folder: Path, commands: str) -> None:
    """Run SQL as psql would read it. Raises StartError (database-refused)."""
    programs = runnable_programs(installed_package(), folder, postgres_user())
    psql = [str(programs / "psql"), "-qX", "-v", "ON_ERROR_STOP=1", server.url]
    done = subprocess.run(psql, input=commands, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise StartError("database-refused", f"The database refused a command:\n{done.stderr}")
