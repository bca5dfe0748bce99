"""The recorder against a real cloud: clients get the same answers with and without it, and what it
writes down is what the cloud's own access logs say."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from certification.engine.footprint import Footprint
from certification.engine.footprint.access_log import (
    LoggedCall,
    log_normaliser,
    read_access_log,
)
from hallmark.recorder import Recorder, read_access
from hallmark.recorder.recorder import operation_table
from tests.cloud.conftest import Tenant

pytestmark = pytest.mark.cloud

NONCE = "0" * 32
Operations = Counter[tuple[str, str, str, int]]
# What differs between two runs of the same calls: addresses, ids, times, generated names.
VOLATILE = re.compile(
    r"127\.0\.0\.1:\d+"
    r"|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\b[0-9a-f]{32}\b"
    r"|\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[.\d]*|\b[0-9a-f]{2}(?::[0-9a-f]{2}){5}\b"
    r"|\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT"
    r"|req-[0-9a-f-]+|tx[0-9a-f-]{30,}|\b1[78]\d{8}\.\d+"
)


class Logs:
    """The lines that the cloud wrote since this was made."""

    def __init__(self, folder: Path) -> None:
        self._files = {
            path: path.stat().st_size
            for path in (*folder.glob("*.access.jsonl"), folder / "swift-proxy.log")
        }
        self._normaliser = log_normaliser(operation_table())

    def operations(self, ours: Callable[[LoggedCall], bool]) -> Operations:
        started = datetime.now(UTC)
        found: Operations = Counter()
        for logged in self._lines():
            if ours(logged):
                call = logged.call(started)
                place = self._normaliser.normalise(call.method, call.url, call.project_id)
                found[place.service, call.method, place.path, call.status] += 1
        return found

    def _lines(self) -> Iterator[LoggedCall]:
        for path, position in self._files.items():
            with path.open(encoding="utf-8", errors="replace") as file:
                file.seek(position)
                yield from read_access_log(file.readlines())


def recorded(footprint: Footprint) -> Operations:
    found: Operations = Counter()
    for one in footprint.operations:
        found[one.service, one.method, one.path, one.status] += one.count
    return found


def same_in_the_end(wanted: Operations, logs: Logs, ours: Callable[[LoggedCall], bool]) -> None:
    """The last lines of a log may be a moment late."""
    end = time.monotonic() + 3
    while (logged := logs.operations(ours)) != wanted and time.monotonic() < end:
        time.sleep(0.1)
    assert dict(logged - wanted) == {}, "calls that the recorder does not know"
    assert dict(wanted - logged) == {}, "calls that the cloud does not know"


def differing(given: list[Any], without: list[Any]) -> list[tuple[Any, Any]]:
    return [pair for pair in zip(given, without, strict=True) if pair[0] != pair[1]]


def by_agent(agent: str) -> Callable[[LoggedCall], bool]:
    return lambda logged: logged.user_agent.startswith(agent)


@pytest.fixture
def logs(cloud_folder: Path) -> Logs:
    return Logs(cloud_folder / "log")


@pytest.fixture
def recorder(tenant: Tenant) -> Iterator[Recorder]:
    environment = {"OS_CLIENT_CONFIG_FILE": str(tenant.clouds)}
    with Recorder(read_access(tenant.cloud, environment)) as entered:
        yield entered


# openstacksdk.


def sdk_calls(connection: Any) -> list[str]:
    """What each of some forty calls gave, as text without what differs from run to run."""
    answers: list[str] = []

    def keep(call: Callable[[], Any]) -> Any:
        from openstack.exceptions import SDKException

        try:
            given = call()
            value = list(given) if isinstance(given, Iterator) else given
        except SDKException as error:
            answers.append(VOLATILE.sub("*", f"{type(error).__name__}: {error}"))
            return None
        plain = [one.to_dict() if hasattr(one, "to_dict") else one for one in _listed(value)]
        plain = [_settled(one) for one in plain]
        answers.append(VOLATILE.sub("*", json.dumps(plain, sort_keys=True, default=str)))
        return value

    _look(connection, keep)
    _store(connection, keep)
    _network(connection, keep)
    _compute(connection, keep)
    return answers


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _settled(one: Any) -> Any:
    """Without the connection's own facts and figures that move by themselves."""
    if isinstance(one, dict):
        return {key: _settled(value) for key, value in one.items() if key != "location"}
    return one


def _look(connection: Any, keep: Any) -> None:
    keep(connection.compute.flavors)
    keep(lambda: connection.compute.get_flavor("42"))
    keep(lambda: connection.compute.get_flavor("none-of-that"))
    keep(connection.compute.servers)
    keep(connection.compute.get_limits)
    keep(connection.compute.availability_zones)
    keep(connection.compute.keypairs)
    keep(connection.image.images)
    keep(lambda: connection.image.find_image("mini-image"))
    keep(lambda: connection.image.get_image("none-of-that"))
    keep(connection.image.get_image_schema)
    keep(connection.network.networks)
    keep(connection.network.extensions)
    keep(connection.network.agents)
    keep(lambda: connection.network.get_quota(connection.current_project_id))
    keep(connection.block_storage.volumes)
    keep(connection.block_storage.types)
    keep(lambda: connection.block_storage.get_volume("none-of-that"))
    keep(connection.object_store.get_info)
    keep(connection.object_store.containers)
    keep(connection.identity.projects)
    keep(lambda: connection.session.get("/services", endpoint_filter={"service_type": "identity"},
                                        raise_exc=False).json())  # fmt: skip


def _store(connection: Any, keep: Any) -> None:
    store = connection.object_store
    keep(lambda: store.create_container("faithful"))
    data = bytes(range(256)) * 1000
    keep(lambda: store.upload_object("faithful", "a/b c.json", data=b'{"u":"http://127.0.0.1:1/"}',
                                     content_type="application/json"))  # fmt: skip
    keep(lambda: store.upload_object("faithful", "data", data=data))
    keep(lambda: store.download_object("data", "faithful").hex()[:64])
    keep(lambda: store.download_object("a/b c.json", "faithful").decode())
    keep(lambda: sorted(one.name for one in store.objects("faithful")))
    keep(lambda: store.delete_object("data", container="faithful"))
    keep(lambda: store.delete_object("a/b c.json", container="faithful"))
    keep(lambda: store.delete_container("faithful"))
    keep(lambda: store.get_container_metadata("faithful"))


def _network(connection: Any, keep: Any) -> None:
    network = connection.network
    made = keep(lambda: network.create_network(name="faithful"))
    keep(lambda: network.create_subnet(network_id=made.id, ip_version=4, cidr="10.7.0.0/24"))
    keep(lambda: network.create_subnet(network_id=made.id, ip_version=4, cidr="10.7.0.0/24"))
    group = keep(lambda: network.create_security_group(name="faithful"))
    keep(lambda: network.delete_security_group(group))
    keep(lambda: network.delete_network(made))


def _compute(connection: Any, keep: Any) -> None:
    image = connection.image.find_image("mini-image")
    pair = keep(lambda: connection.compute.create_keypair(name="faithful").name)
    keep(lambda: connection.compute.delete_keypair(pair))
    made = keep(
        lambda: (
            connection.compute.create_server(
                name="faithful", flavor_id="42", image_id=image.id, networks="none"
            ).name
        )
    )
    server = connection.compute.wait_for_server(connection.compute.find_server(made))
    keep(lambda: server.status)
    keep(lambda: connection.compute.stop_server(server))
    keep(lambda: connection.compute.delete_server(server))
    connection.compute.wait_for_delete(server)


def sdk(clouds: Path, cloud: str, agent: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    import openstack

    for name in [name for name in os.environ if name.startswith("OS_")]:
        monkeypatch.delenv(name)
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.setenv(name, "127.0.0.1")
    monkeypatch.setenv("OS_CLIENT_CONFIG_FILE", str(clouds))
    return openstack.connect(cloud=cloud, app_name=agent, app_version="1")


def test_openstacksdk_gets_the_same_answers(
    tenant: Tenant, recorder: Recorder, logs: Logs, monkeypatch: pytest.MonkeyPatch
) -> None:
    direct = sdk(tenant.clouds, tenant.cloud, f"direct-{tenant.cloud}", monkeypatch)
    without = sdk_calls(direct)
    direct.close()
    agent = f"recorded-{tenant.cloud}"
    private = Path(recorder.environment["OS_CLIENT_CONFIG_FILE"])
    through = sdk(private, tenant.cloud, agent, monkeypatch)
    given = sdk_calls(through)
    through.close()

    assert differing(given, without) == []
    assert len(given) >= 40
    footprint = recorder.footprint(nonce=NONCE)
    assert footprint.unknown == 0
    same_in_the_end(recorded(footprint), logs, by_agent(agent))


# Clients that are not written in Python.


def client_environment(tenant: Tenant, recorder: Recorder | None) -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("OS_")}
    if recorder is not None:
        return {**own, **recorder.environment}
    names = {"auth_url": "OS_AUTH_URL", "username": "OS_USERNAME", "password": "OS_PASSWORD",
             "project_name": "OS_PROJECT_NAME", "user_domain_id": "OS_USER_DOMAIN_ID",
             "project_domain_id": "OS_PROJECT_DOMAIN_ID"}  # fmt: skip
    auth = {names[key]: value for key, value in tenant.auth.items()}
    return {**own, **auth, "no_proxy": "127.0.0.1", "OS_REGION_NAME": "RegionOne"}


def command(environment: dict[str, str], *words: str, given: bytes = b"") -> tuple[int, bytes]:
    if shutil.which(words[0]) is None:
        pytest.skip(f"{words[0]} is not installed here")
    done = subprocess.run(
        words, env=environment, input=given, capture_output=True, check=False, timeout=60
    )
    return done.returncode, done.stdout + (done.stderr if done.returncode else b"")


def curl_calls(environment: dict[str, str], auth: dict[str, str], agent: str) -> list[Any]:
    user = {"name": auth["username"], "password": auth["password"], "domain": {"id": "default"}}
    asked = {
        "identity": {"methods": ["password"], "password": {"user": user}},
        "scope": {"project": {"name": auth["project_name"], "domain": {"id": "default"}}},
    }

    def curl(*words: str, given: bytes = b"") -> bytes:
        status, told = command(environment, "curl", "-sS", "-A", agent, *words, given=given)
        assert status == 0, told
        return told

    answer = curl(
        "-D", "-", "-H", "Content-Type: application/json", "-d", json.dumps({"auth": asked}),
        environment["OS_AUTH_URL"] + "/auth/tokens",
    ).replace(b"\r", b"")  # fmt: skip
    head, _, body = answer.partition(b"\n\n")
    token = "X-Auth-Token: " + re.findall(rb"(?i)x-subject-token: (\S+)", head)[0].decode()
    places = {
        entry["type"]: next(
            one["url"] for one in entry["endpoints"] if one["interface"] == "public"
        )
        for entry in json.loads(body)["token"]["catalog"]
    }
    store, compute = places["object-store"], places["compute"]
    told = ["-w", "\n%{http_code} %{content_type}", "-H", token]
    given = bytes(range(256)) * 4000
    return [
        curl(*told, "-X", "PUT", f"{store}/curl"),
        curl(*told, "-T", "-", f"{store}/curl/chunked", given=given),
        curl(*told, "-X", "PUT", "--data-binary", "@-", f"{store}/curl/known", given=given),
        curl(*told, "-X", "PUT", "-H", "Content-Type: application/json", "--data-binary",
             '{"self":"http://127.0.0.1:18100/"}', f"{store}/curl/a%2Fb.json"),
        curl(*told, f"{store}/curl/a%2Fb.json"),
        curl(*told, f"{store}/curl/chunked"),
        curl(*told, "-r", "10-19", f"{store}/curl/known"),
        curl("-o", os.devnull, *told, "-I", f"{store}/curl/known"),
        curl(*told, "-X", "COPY", "-H", "Destination: curl/copied", f"{store}/curl/known"),
        curl(*told, f"{store}/curl?prefix=c&format=plain"),
        curl(*told, f"{compute}/flavors"),
        curl(*told, f"{compute}/servers/none-of-that"),
        curl(*told, "--compressed", f"{compute}/limits"),
        curl("-w", "\n%{http_code}", f"{compute}/servers"),
        *(curl(*told, "-X", "DELETE", f"{store}/curl/{name}")
          for name in ("a%2Fb.json", "chunked", "known", "copied")),
        curl(*told, "-X", "DELETE", f"{store}/curl"),
    ]  # fmt: skip


def settled(answers: list[bytes]) -> list[str]:
    return [VOLATILE.sub("*", one.decode("latin-1")) for one in answers]


def test_curl_gets_the_same_answers(tenant: Tenant, recorder: Recorder, logs: Logs) -> None:
    agent = f"curl-{tenant.cloud}"
    without = curl_calls(client_environment(tenant, None), tenant.auth, "direct")
    given = curl_calls(client_environment(tenant, recorder), tenant.auth, agent)

    assert differing(settled(given), settled(without)) == []
    footprint = recorder.footprint(nonce=NONCE)
    assert footprint.unknown == 0
    same_in_the_end(recorded(footprint), logs, by_agent(agent))


@pytest.fixture
def files(tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    (folder / "deep").mkdir(parents=True)
    for number in range(5):
        (folder / "deep" / f"file {number}.json").write_bytes(bytes([number]) * 70_000 * number)
    return folder


def rclone_calls(environment: dict[str, str], files: Path, agent: str, back: Path) -> list[Any]:
    def rclone(*words: str) -> tuple[int, bytes]:
        flags = (
            "--config",
            os.devnull,
            "--swift-env-auth",
            "--user-agent",
            agent,
            "--retries",
            "1",
        )
        return command(environment, "rclone", *flags, *words)

    place = ":swift:rclone"
    answers = [
        rclone("mkdir", place),
        rclone("copy", str(files), place),
        rclone("lsjson", "--hash", "-R", place),
        rclone("check", str(files), place),
        rclone("copy", place, str(back)),
        rclone("deletefile", f"{place}/deep/file 1.json"),
        rclone("size", "--json", place),
        rclone("cat", f"{place}/deep/file 2.json"),
        rclone("purge", place),
        rclone("lsf", place),
    ]
    moment = re.compile(rb"\d{4}[/-]\d\d[/-]\d\d[ T]\d\d:\d\d:\d\d(?:\.\d+Z)?")
    # The order of a listing is that in which its threads ended.
    return [(status, sorted(moment.sub(b"", told).splitlines())) for status, told in answers]


def test_rclone_gets_the_same_answers(
    tenant: Tenant, recorder: Recorder, logs: Logs, files: Path, tmp_path: Path
) -> None:
    agent = f"rclone-{tenant.cloud}"
    direct, through = tmp_path / "direct", tmp_path / "through"
    without = rclone_calls(client_environment(tenant, None), files, "direct", direct)
    given = rclone_calls(client_environment(tenant, recorder), files, agent, through)

    assert differing(given, without) == []
    assert contents(through) == contents(direct) == contents(files)
    same_in_the_end(recorded(recorder.footprint(nonce=NONCE)), logs, by_agent(agent))


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def restic_calls(environment: dict[str, str], files: Path, cache: Path, back: Path) -> list[int]:
    own = {**environment, "RESTIC_PASSWORD": "only here", "RESTIC_CACHE_DIR": str(cache)}

    def restic(*words: str) -> int:
        status, told = command(own, "restic", "-r", "swift:restic:/", "-q", *words)
        assert status == 0, told
        return status

    return [
        restic("init"),
        restic("backup", str(files)),
        restic("snapshots"),
        restic("check"),
        restic("restore", "latest", "--target", str(back)),
        restic("forget", "--keep-last", "1", "--prune"),
    ]


def test_restic_restores_what_it_saved(
    tenant: Tenant, recorder: Recorder, logs: Logs, files: Path, tmp_path: Path
) -> None:
    environment = client_environment(tenant, recorder)
    restic_calls(environment, files, tmp_path / "cache", tmp_path / "back")
    footprint = recorder.footprint(nonce=NONCE)
    rclone = ("--config", os.devnull, "--swift-env-auth", "purge", ":swift:restic")
    assert command(client_environment(tenant, None), "rclone", *rclone)[0] == 0

    assert contents(tmp_path / "back" / files.relative_to("/")) == contents(files)
    assert footprint.unknown == 0
    store = Counter({key: n for key, n in recorded(footprint).items() if key[0] == "object-store"})
    assert store
    # Restic has no User-Agent of its own to set; the account is this test's alone.
    same_in_the_end(
        store, logs, lambda one: one.user_agent.startswith("restic") or (
            one.process == "swift" and tenant.project_id in one.path
            and not one.user_agent.startswith("rclone")
        )
    )  # fmt: skip
