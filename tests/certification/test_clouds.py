"""Probing a public cloud from the service: a hostile Keystone reaches nothing inside (S15), and the
credential is gone when the probe is over (S16)."""

from __future__ import annotations

import io
import json
import logging
import socket
import ssl
import time
from pathlib import Path
from typing import Any

import httpcore
import pytest
from django.core.management import CommandError, call_command

from certification import clouds, outgoing
from certification.clouds import PORTS, ApplicationCredential, probe_public_cloud
from certification.engine.probe import Probe, facts_of, read_probe
from certification.outgoing import Asked, RequestRefused, exchange
from hallmark.probe import ExchangeFailed, Limits, ProbeImpossible
from tests.certification.test_asking_the_outside import SPELLINGS
from tests.hallmark.probe.cloud import TOKEN, FakeCloud, Reply, catalog, endpoint, reply, token
from tests.hallmark.probe.tls import tls_server

KEYSTONE = "cloud.example"
ORIGIN = f"https://{KEYSTONE}"
PUBLIC = "8.8.8.8"
CREDENTIAL = ApplicationCredential("planted-id", "planted-secret-of-the-credential")
#: Names that anybody may register, and the addresses behind them.
NAMES = {
    KEYSTONE: [PUBLIC],
    "loopback.example": ["127.0.0.1"],
    "metadata.example": ["169.254.169.254"],
    "neighbour.example": ["10.0.0.7"],
    "v6.example": ["::1"],
    "mapped.example": ["::ffff:127.0.0.1"],
    "translated.example": ["64:ff9b::a00:1"],
    "both.example": [PUBLIC, "192.168.0.1"],
    "postgres.internal": ["172.18.0.2"],
}


class Internet(httpcore.NetworkBackend):
    """The world behind the guard: one public cloud, and a note of every connection."""

    def __init__(self, cloud: FakeCloud) -> None:
        self.cloud = cloud
        self.connected: list[tuple[str, int]] = []

    def connect_tcp(
        self, host: str, port: int, *args: object, **kwargs: object
    ) -> httpcore.NetworkStream:
        self.connected.append((host, port))
        return Conversation(self.cloud)

    @property
    def inside(self) -> list[tuple[str, int]]:
        return [(host, port) for host, port in self.connected if host != PUBLIC]


class Conversation(httpcore.NetworkStream):
    """One request, answered once it is whole."""

    def __init__(self, cloud: FakeCloud) -> None:
        self._cloud = cloud
        self._heard = b""
        self._said = b""

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        if not buffer:
            return
        self._heard += buffer
        head, blank, body = self._heard.partition(b"\r\n\r\n")
        fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:])
        if blank and len(body) >= int(fields.get(b"content-length", b"0")):
            method, target, _ = head.decode().split(" ", 2)
            self._said = on_the_wire(self._cloud.answer(method, target, body))

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        piece, self._said = self._said[:max_bytes], self._said[max_bytes:]
        return piece

    def close(self) -> None:
        pass

    def start_tls(self, *args: object, **kwargs: object) -> httpcore.NetworkStream:
        return self

    def get_extra_info(self, info: str) -> Any:
        return None


def on_the_wire(answer: Reply) -> bytes:
    status, headers, body = answer
    lines = [f"HTTP/1.1 {status} Planted", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


@pytest.fixture
def internet(monkeypatch: pytest.MonkeyPatch) -> Internet:
    cloud = FakeCloud()
    cloud.settle_at(ORIGIN)
    world = Internet(cloud)
    monkeypatch.setattr(httpcore, "SyncBackend", lambda: world)
    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return world


_RESOLVER = socket.getaddrinfo


def resolve(host: str, port: int, **wanted: Any) -> list[Any]:
    """Registered names as in the table; spellings of numbers as this machine reads them."""
    if host in NAMES:
        return [(2, 1, 6, "", (address, port)) for address in NAMES[host]]
    found: list[Any] = _RESOLVER(host, port, **wanted, flags=socket.AI_NUMERICHOST)
    return found


def probed(region: str = "") -> Probe:
    return probe_public_cloud(auth_url=ORIGIN, credential=CREDENTIAL, region=region)


def catalog_of(urls: dict[str, str]) -> Reply:
    """A catalog whose services (by the fake's type) lie at these addresses."""
    services = catalog(ORIGIN)
    for entry in services:
        if entry["type"] in urls:
            entry["endpoints"] = [endpoint(urls[entry["type"]])]
    return reply({"token": token(services)}, 201, X_Subject_Token="planted")


def bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


#: Whole addresses of the inside, beside the bare hosts.
ADDRESSES = [f"https://{bracketed(host)}" for host in (*SPELLINGS, *NAMES) if host != KEYSTONE]
ADDRESSES += [f"https://{KEYSTONE}:{port}" for port in (22, 25, 80, 5432, 6379, 8125, 9000, 11211)]
ADDRESSES += [
    f"http://{KEYSTONE}",
    f"https://{KEYSTONE}@127.0.0.1",
    f"https://127.0.0.1#@{KEYSTONE}",
    f"https://127.0.0.1\\@{KEYSTONE}",
    "https://127.0.0.1:443:443",
    "https://[::1%25lo]",
    "https://127.0.0.1%2f@",
    "file:///etc/passwd",
    "gopher://127.0.0.1:6379/_INFO",
    "unix:///run/postgresql/.s.PGSQL.5432",
    "//127.0.0.1",
    "",
]


def test_there_are_enough_of_them() -> None:
    assert len(set(ADDRESSES)) >= 70


@pytest.mark.slow
def test_a_public_cloud_is_probed(internet: Internet) -> None:
    probe = probed()
    assert probe.unknown == {}
    assert probe.maxima["compute"] == "2.100"
    assert set(internet.connected) == {(PUBLIC, 443)}
    assert [asked for asked in internet.cloud.asked if asked[0] != "GET"] == [
        ("POST", "/v3/auth/tokens")
    ]
    assert read_probe_of_command(internet) == probe.facts


def read_probe_of_command(internet: Internet) -> object:
    return read_probe(command(json.dumps({"id": "i", "secret": "s"}))).facts


def command(text: str, *words: str) -> bytes:
    """What `manage.py probe_cloud` prints, with `text` on standard input."""
    out = io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.stdin", io.StringIO(text))
        call_command("probe_cloud", ORIGIN, *words, stdout=out)
    return out.getvalue().strip().encode()


def groups() -> list[list[str]]:
    """Seven services of one catalog lie at hostile addresses, so one probe tries seven."""
    return [ADDRESSES[start : start + 7] for start in range(0, len(ADDRESSES), 7)]


#: The fake's type to the facts that are lost with it.
TYPES = {
    "compute": "compute",
    "volumev3": "block-storage",
    "network": "network",
    "image": "image",
    "dns": "dns",
    "object-store": "object-store",
    "key-manager": "key-manager",
}


@pytest.mark.slow
@pytest.mark.parametrize("hostile", groups(), ids=lambda group: group[0][:30])
def test_no_catalog_reaches_inside(internet: Internet, hostile: list[str]) -> None:
    urls = dict(zip(TYPES, hostile, strict=False))
    internet.cloud.replies["POST /v3/auth/tokens"] = catalog_of(urls)
    probe = probed()
    assert internet.inside == []
    assert {port for _, port in internet.connected} == {443}
    for kind, url in urls.items():
        assert set(facts_of(TYPES[kind])) <= set(probe.unknown), url
    assert probe.count("shared-file-system.share_types") == 1, "the others are still seen"


@pytest.mark.slow
@pytest.mark.parametrize("hostile", ADDRESSES[:4] + ADDRESSES[40:44] + ADDRESSES[-24:])
def test_no_version_document_or_next_link_reaches_inside(internet: Internet, hostile: str) -> None:
    link = {"rel": "next", "href": f"{hostile}/network/v2.0/extensions"}
    page = {"extensions": [{"alias": "router"}], "extensions_links": [link]}
    internet.cloud.replies["GET /network/v2.0/extensions"] = reply(page)
    documents = {"id": "v2.1", "status": "CURRENT", "links": [{"rel": "self", "href": hostile}]}
    internet.cloud.replies["GET /compute"] = reply({"versions": [documents]})
    probed()
    assert internet.inside == []


@pytest.mark.slow
@pytest.mark.parametrize("status", [301, 302, 303, 305, 307, 308])
def test_no_redirect_is_followed(internet: Internet, status: int) -> None:
    away = reply({}, status, Location="https://169.254.169.254/latest/meta-data/")
    near = reply({}, status, Location=f"{ORIGIN}/image/v2/elsewhere")
    internet.cloud.replies["GET /network/v2.0/extensions"] = away
    internet.cloud.replies["GET /image/v2/schemas/image"] = near
    probe = probed()
    assert internet.inside == []
    assert ("GET", "/image/v2/elsewhere") not in internet.cloud.asked
    assert set(probe.unknown) == {"network.extensions", *facts_of("image")[:2]}


@pytest.mark.slow
@pytest.mark.parametrize("hostile", ["https://127.0.0.1/v3", "https://loopback.example/v3"])
def test_no_keystone_lies_inside(internet: Internet, hostile: str) -> None:
    with pytest.raises(ProbeImpossible) as refused:
        probe_public_cloud(auth_url=hostile, credential=CREDENTIAL)
    assert refused.value.code == "unreachable"
    assert internet.connected == []


@pytest.mark.parametrize("address", [f"http://{KEYSTONE}/v3", "ftp://x", "", "/etc/passwd"])
def test_keystone_is_asked_by_https_alone(internet: Internet, address: str) -> None:
    with pytest.raises(ProbeImpossible) as refused:
        probe_public_cloud(auth_url=address, credential=CREDENTIAL)
    assert refused.value.code == "scheme-refused"
    assert internet.connected == []


@pytest.mark.slow
def test_proxy_variables_and_netrc_are_not_read(
    internet: Internet, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:3128")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.setenv("NETRC", "/etc/passwd")
    assert probed().unknown == {}
    assert internet.inside == []


@pytest.mark.slow
def test_an_answer_past_the_limit_is_no_answer(
    internet: Internet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clouds, "MOST_BYTES", 20_000)
    long = {"extensions": [{"alias": "router", "description": "x" * 20_000}]}
    internet.cloud.replies["GET /network/v2.0/extensions"] = reply(long)
    probe = probed()
    assert probe.unknown == dict.fromkeys(facts_of("network"), "unreachable")


@pytest.mark.slow
def test_a_wrong_credential_is_told_without_a_word_of_the_cloud(internet: Internet) -> None:
    internet.cloud.replies["POST /v3/auth/tokens"] = reply({"error": {"message": "gotcha"}}, 401)
    with pytest.raises(ProbeImpossible) as refused:
        probed()
    assert refused.value.code == "wrong-credentials"
    assert "gotcha" not in str(refused.value)


@pytest.mark.slow
def test_the_credential_is_written_nowhere(internet: Internet) -> None:
    heard = io.StringIO()
    listener = logging.StreamHandler(heard)
    root = logging.getLogger()
    level = root.level
    root.addHandler(listener)
    root.setLevel(logging.DEBUG)
    try:
        probe = probed()
    finally:
        root.setLevel(level)
        root.removeHandler(listener)
    assert "/v3/auth/tokens" in heard.getvalue(), "the log was listened to"
    for text in (heard.getvalue(), repr(probe), repr(CREDENTIAL)):
        assert CREDENTIAL.secret not in text
        assert TOKEN not in text
    sent = [
        asked
        for asked, body in zip(internet.cloud.asked, internet.cloud.bodies, strict=True)
        if CREDENTIAL.secret.encode() in body
    ]
    assert sent == [("POST", "/v3/auth/tokens")]


def test_nothing_is_sent_once_the_probe_is_over(internet: Internet) -> None:
    way = clouds._GuardedWay()
    way.close()
    with pytest.raises(ExchangeFailed, match="over"):
        way.send("GET", ORIGIN, {}, b"")
    assert internet.connected == []


@pytest.mark.slow
def test_the_way_is_closed_behind_every_probe(
    internet: Internet, monkeypatch: pytest.MonkeyPatch
) -> None:
    ways: list[clouds._GuardedWay] = []

    class Seen(clouds._GuardedWay):
        def __init__(self) -> None:
            super().__init__()
            ways.append(self)

    monkeypatch.setattr(clouds, "_GuardedWay", Seen)
    probed()
    internet.cloud.replies.clear()
    with pytest.raises(ProbeImpossible):
        probed()
    assert [way._is_open for way in ways] == [False, False]


@pytest.mark.slow
def test_a_silent_cloud_ends_in_time(internet: Internet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clouds, "LIMITS", Limits(total_s=0.3, look_s=0.2))

    def late(*_: object) -> Reply:
        time.sleep(0.5)
        return reply({})

    internet.cloud.replies["GET /v3"] = internet.cloud.replies["POST /v3/auth/tokens"] = late
    with pytest.raises(ProbeImpossible) as refused:
        probed()
    assert refused.value.code == "time-out"


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", "planted-secret", '{"id": "x"}', '{"id": 1, "secret": "s"}', "null"]
)
def test_a_credential_that_is_none_is_not_repeated(internet: Internet, text: str) -> None:
    with pytest.raises(CommandError, match="on standard input") as refused:
        command(text)
    assert "planted" not in str(refused.value)
    assert internet.connected == []


def test_the_command_refuses_what_is_no_challenge(internet: Internet) -> None:
    with pytest.raises(CommandError, match="32 hex digits"):
        command("{}", "--nonce", "x")


def test_the_command_says_why_there_is_no_probe(internet: Internet) -> None:
    internet.cloud.replies.clear()
    with pytest.raises(CommandError, match=r"\[not-keystone\]"):
        command('{"id": "i", "secret": "s"}')


def test_only_ports_of_openstack_are_open() -> None:
    assert 443 in PORTS
    assert not PORTS & {21, 22, 23, 25, 53, 80, 110, 143, 389, 3306, 5432, 5672, 6379, 9000, 11211}


def ask(**changes: Any) -> Asked:
    return Asked(**({"method": "GET", "url": ORIGIN} | changes))


def test_an_exchange_gives_every_status_and_hides_its_secrets(internet: Internet) -> None:
    internet.cloud.replies["GET "] = reply({"a": 1}, 418, X_Planted="Yes")
    found = exchange(ask(), most_bytes=100)
    assert (found.status, found.headers["x-planted"], found.body) == (418, "Yes", b'{"a": 1}')
    asked = ask(headers={"X-Auth-Token": "planted"}, body=b"planted")
    assert "planted" not in repr(asked)


def test_an_exchange_asks_for_no_compression(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {"accept-encoding": "gzip", "Host": "inside", "X-Auth-Token": "t", "Connection": "x"}
    assert outgoing._plain_headers(given) == {
        "X-Auth-Token": "t",
        "Accept-Encoding": "identity",
        "Connection": "close",
    }


class _Failing(httpcore.NetworkBackend):
    def __init__(self, error: Exception, cause: Exception | None = None) -> None:
        self._error = error
        self._cause = cause

    def connect_tcp(self, *args: object, **kwargs: object) -> httpcore.NetworkStream:
        if self._cause is None:
            raise self._error
        try:
            raise self._cause
        except Exception:
            raise self._error  # noqa: B904 - as httpcore does: the cause is the context


@pytest.mark.parametrize(
    ("error", "cause", "code"),
    [
        (httpcore.ConnectTimeout("late"), None, "time-out"),
        (httpcore.ReadTimeout("late"), None, "time-out"),
        (httpcore.ConnectError("closed"), None, "no-answer"),
        (httpcore.ConnectError("forged"), ssl.SSLError("verify failed"), "tls-untrusted"),
    ],
)
def test_a_failed_exchange_is_named(
    error: Exception, cause: Exception | None, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(httpcore, "SyncBackend", lambda: _Failing(error, cause))
    with pytest.raises(RequestRefused) as refused:
        exchange(ask(url="https://8.8.8.8/"), most_bytes=10)
    assert refused.value.code == code


def test_a_certificate_that_nobody_vouches_for_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Over real TLS, as what httpcore raises there decides."""
    monkeypatch.setattr(outgoing, "checked_address", lambda *_: "127.0.0.1")
    with tls_server(tmp_path) as port, pytest.raises(RequestRefused) as refused:
        exchange(ask(url=f"{ORIGIN}:{port}/"), most_bytes=10)
    assert refused.value.code == "tls-untrusted"


class _Dripping(Conversation):
    """A byte now and then, for ever: no single read is late."""

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        pass

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        time.sleep(0.005)
        return b"H"


def test_an_answer_that_drips_is_broken_off(
    internet: Internet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outgoing, "ANSWER_S", 0.05)
    monkeypatch.setattr(Internet, "connect_tcp", lambda *_, **__: _Dripping(FakeCloud()))
    with pytest.raises(RequestRefused) as refused:
        exchange(ask(), most_bytes=2**30)
    assert refused.value.code == "time-out"


def test_the_ports_of_another_guard_are_its_own(internet: Internet) -> None:
    with pytest.raises(RequestRefused) as refused:
        exchange(ask(url=f"{ORIGIN}:8774/"), most_bytes=10)
    assert refused.value.code == "port-refused"
    assert exchange(ask(url=f"{ORIGIN}:8774/"), most_bytes=100, ports=PORTS).status == 404
    assert internet.connected == [(PUBLIC, 8774)]
