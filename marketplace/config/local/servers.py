"""Private servers for whoever needs them: `make run`, the tests, the benches."""

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from marketplace.config.local.postgres import launch_postgres
from marketplace.config.local.reach import temporary_folder
from marketplace.config.local.redis import launch_redis
from marketplace.config.local.server import Server


def start_postgres(folder: Path, *, durable: bool = False) -> Server:
    """A PostgreSQL that takes connections; data in `folder`/postgres, its log beside it.

    As root, other users must be able to enter `folder` (see `temporary_folder`).
    """
    return _ready(launch_postgres(folder, durable=durable))


def start_redis(folder: Path) -> Server:
    """A Redis that takes connections and keeps nothing; its log in `folder`."""
    return _ready(launch_redis(folder))


def _ready(server: Server) -> Server:
    try:
        server.wait()
    except BaseException:
        server.stop()
        raise
    return server


@contextmanager
def throwaway_servers(environ: Mapping[str, str] = os.environ) -> Iterator[dict[str, str]]:
    """DATABASE_URL and REDIS_URL, of `environ` or else of servers that vanish at the end."""
    with ExitStack() as stack:
        folder = temporary_folder()
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        urls = {name: environ[name] for name in ("DATABASE_URL", "REDIS_URL") if environ.get(name)}
        for name, start in (("DATABASE_URL", start_postgres), ("REDIS_URL", start_redis)):
            if name not in urls:
                server = start(folder)
                stack.callback(server.stop)
                urls[name] = server.url
        yield urls
