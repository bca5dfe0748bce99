"""What the one guarded way out refuses: every spelling of an address inside, and more (S14)."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import time
from collections.abc import Iterator

import httpcore
import pytest

from certification import outgoing
from certification.outgoing import (
    RequestRefused,
    _body,
    _GuardedBackend,
    checked_address,
    fetch,
    is_outside,
)


def words(text: str) -> list[str]:
    return text.split()


INSIDE = words(
    """
    0.0.0.0 0.0.0.1 10.0.0.1 10.255.255.255 100.64.0.1 100.100.100.200 100.127.255.255 127.0.0.1
    127.255.255.254 168.63.129.16 169.254.0.1 169.254.169.254 169.254.170.2 172.16.0.1
    172.31.255.255 192.0.0.1 192.0.0.9 192.0.0.170 192.0.0.192 192.0.2.1 192.88.99.1 192.168.0.1
    198.18.0.1 198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255 :: ::1
    ::127.0.0.1 ::10.0.0.1 ::8.8.8.8 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254
    ::ffff:0:127.0.0.1 64:ff9b::7f00:1 64:ff9b::a9fe:a9fe 64:ff9b:1::a00:1 100::1 2001::1
    2001:0:7f00:1:: 2001:0:a00:1:: 2001:2::1 2001:10::1 2001:20::1 2001:db8::1 2002:7f00:1::
    2002:a00:1:: 2002:a9fe:a9fe:: 2002:c0a8:101:: 2606:4700::5efe:7f00:1 2606:4700::200:5efe:a00:1
    3fff::1 4000::1 5f00::1 fc00::1 fd00::1 fd00:ec2::254 fe80::1 fe80::5efe:7f00:1 fec0::1
    ff02::1 ff0e::1
    """
)
OUTSIDE = ["1.1.1.1", "8.8.8.8", "172.15.0.1", "172.32.0.1", "100.63.255.255", "100.128.0.1"]
OUTSIDE += ["2001:4860:4860::8888", "2606:4700::1111", "2a00:1450:4001:80b::200e"]

#: How people have written addresses of this machine and of its neighbours to slip through.
SPELLINGS = words(
    """
    127.1 127.0.1 127.0.0.1 0 0.0 0.0.0.0 0x0 2130706433 017700000001 0x7f000001 0x7f.1 0x7F.0.0.1
    0177.0.0.1 0177.0.0.01 00000177.1 127.0x0.0.01 2852039166 0xa9fea9fe 025177524776
    0xa9.0xfe.0xa9.0xfe 169.254.43518 169.16689662 0251.0376.0251.0376 10.1 167772161 0xa000001
    012.1 192.168.257 3232235777 0xc0a80101 172.1048577 100.64.1 198.18.1 ::1 0:0:0:0:0:0:0:1 ::
    ::ffff:127.0.0.1 ::ffff:7f00:1 ::ffff:a9fe:a9fe 0:0:0:0:0:ffff:127.0.0.1 64:ff9b::127.0.0.1
    2002:7f00:1:: 2001:0:7f00:1:: fe80::1 fc00::1 FD00:EC2::254 FE80::1%1 localhost LOCALHOST
    LocalHost
    """
)
# Digits in circles, of full width, and full stops of full width; all become ASCII on the way.
SPELLINGS += ["\u2460\u2461\u2466.0.0.1", "\uff11\uff12\uff17.0.0.1", "127\u30020\u30020\u30021"]
SPELLINGS += ["\u24dbocalhost"]


def test_there_are_enough_of_them() -> None:
    assert len(set(INSIDE)) >= 60
    assert len(set(SPELLINGS)) >= 50


@pytest.mark.parametrize("address", INSIDE)
def test_an_address_inside_is_inside(address: str) -> None:
    assert not is_outside(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", OUTSIDE)
def test_an_address_outside_is_outside(address: str) -> None:
    assert is_outside(ipaddress.ip_address(address))


@pytest.mark.parametrize("host", SPELLINGS)
def test_no_spelling_slips_through(host: str) -> None:
    with pytest.raises(RequestRefused) as refused:
        checked_address(host, 443)
    assert refused.value.code in ("address-refused", "host-unknown")


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "0x7f.1", "2130706433", "017700000001", "::1", "localhost"]
)
def test_what_the_machine_resolves_is_refused_for_its_address(host: str) -> None:
    with pytest.raises(RequestRefused, match="not on the public internet") as refused:
        checked_address(host, 443)
    assert refused.value.code == "address-refused"


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111"])
def test_a_public_address_is_connected_to_as_it_is(address: str) -> None:
    assert checked_address(address, 443) == address


@pytest.mark.parametrize("port", [0, 22, 80, 5432, 6379, 8000, 8443])
def test_only_the_port_of_https_is_allowed(port: int) -> None:
    with pytest.raises(RequestRefused) as refused:
        checked_address("8.8.8.8", port)
    assert refused.value.code == "port-refused"


def test_one_answer_inside_among_many_refuses_the_host(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name may resolve to a public address and to one inside; either may be connected to."""

    def resolve(*_: object, **__: object) -> list[object]:
        return [(2, 1, 6, "", (address, 443)) for address in ("8.8.8.8", "127.0.0.1")]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with pytest.raises(RequestRefused) as refused:
        checked_address("both.example", 443)
    assert refused.value.code == "address-refused"


@pytest.mark.parametrize("host", ["a" * 300, "no-such-host.invalid", "\udcff", "a..b"])
def test_a_host_that_cannot_be_resolved_is_refused(host: str) -> None:
    with pytest.raises(RequestRefused) as refused:
        checked_address(host, 443)
    assert refused.value.code == "host-unknown"


def test_the_connection_itself_is_guarded() -> None:
    backend = _GuardedBackend()
    with pytest.raises(RequestRefused):
        backend.connect_tcp("127.0.0.1", 443)
    with pytest.raises(RequestRefused):
        backend.connect_unix_socket("/run/docker.sock")


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://8.8.8.8/", "scheme-refused"),
        ("ftp://8.8.8.8/", "scheme-refused"),
        ("file:///etc/passwd", "scheme-refused"),
        ("gopher://127.0.0.1:6379/_INFO", "scheme-refused"),
        ("//8.8.8.8/", "scheme-refused"),
        ("", "scheme-refused"),
        ("https://", "url-malformed"),
        ("https:///path", "url-malformed"),
        ("https://[::1", "url-malformed"),
        ("https://8.8.8.8:port/", "url-malformed"),
        ("https://8.8.8.8:99999/", "url-malformed"),
        ("https://8.8.8.8:0/", "url-malformed"),
        ("https://8.8.8.8/a b", "url-malformed"),
        ("https://127.0.0.1\\@8.8.8.8/", "url-malformed"),
        ("https://8.8.8.8/\r\nHost: inside", "url-malformed"),
        ("https://ex\u00e4mple.example/", "url-malformed"),
        ("https://8.8.8.8:80/", "port-refused"),
        ("https://127.0.0.1/", "address-refused"),
        ("HTTPS://127.0.0.1/", "address-refused"),
        ("https://8.8.8.8@127.0.0.1/", "address-refused"),
        ("https://user:pass@localhost/", "address-refused"),
        ("https://localhost#@8.8.8.8/", "address-refused"),
    ],
)
def test_an_address_to_fetch_is_refused_before_anything_is_sent(
    url: str, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def connect(*_: object, **__: object) -> None:
        pytest.fail("a connection was opened")

    monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", connect)
    with pytest.raises(RequestRefused) as refused:
        fetch(url, most_bytes=10)
    assert refused.value.code == code


class Wire(httpcore.MockBackend):
    """Hosts of the internet, which answer with the given bytes and note who was asked."""

    def __init__(self, answer: bytes) -> None:
        super().__init__([answer])
        self.asked: list[tuple[str, int]] = []

    def connect_tcp(
        self, host: str, port: int, *args: object, **kwargs: object
    ) -> httpcore.NetworkStream:
        self.asked.append((host, port))
        return super().connect_tcp(host, port)


def wired(monkeypatch: pytest.MonkeyPatch, answer: bytes) -> Wire:
    wire = Wire(answer)
    monkeypatch.setattr(httpcore, "SyncBackend", lambda: wire)
    return wire


def test_what_answers_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    wire = wired(monkeypatch, b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")
    assert fetch("https://8.8.8.8/next.json", most_bytes=5) == b"hello"
    assert wire.asked == [("8.8.8.8", 443)]


def test_no_proxy_variable_is_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:3128")
    wire = wired(monkeypatch, b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")
    fetch("https://8.8.8.8/", most_bytes=5)
    assert wire.asked == [("8.8.8.8", 443)]


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "307 Again", "404 Gone", "500 Oh"])
def test_nothing_but_200_is_taken_and_no_redirect_followed(
    status: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    head = f"HTTP/1.1 {status}\r\nLocation: https://127.0.0.1/\r\nContent-Length: 0\r\n\r\n"
    wire = wired(monkeypatch, head.encode())
    with pytest.raises(RequestRefused, match=status[:3]) as refused:
        fetch("https://8.8.8.8/", most_bytes=10)
    assert refused.value.code == "status-refused"
    assert len(wire.asked) == 1


def test_a_large_answer_is_broken_off(monkeypatch: pytest.MonkeyPatch) -> None:
    wired(monkeypatch, b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhello!")
    with pytest.raises(RequestRefused, match="larger than 5 bytes") as refused:
        fetch("https://8.8.8.8/", most_bytes=5)
    assert refused.value.code == "answer-too-large"


def test_an_answer_without_end_is_broken_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outgoing, "ANSWER_S", 0.01)

    def drop_by_drop() -> Iterator[bytes]:
        while True:
            time.sleep(0.001)
            yield b"x"

    with pytest.raises(RequestRefused, match="took longer than") as refused:
        _body(httpcore.Response(200, content=drop_by_drop()), 2**40)
    assert refused.value.code == "no-answer"


@pytest.mark.parametrize("answer", [b"", b"no http at all\r\n\r\n"])
def test_what_is_no_answer_is_named(answer: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    wired(monkeypatch, answer)
    with pytest.raises(RequestRefused, match="did not answer") as refused:
        fetch("https://8.8.8.8/", most_bytes=10)
    assert refused.value.code == "no-answer"


def test_a_forged_certificate_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    class Forged(Wire):
        def connect_tcp(
            self, host: str, port: int, *args: object, **kwargs: object
        ) -> httpcore.NetworkStream:
            stream = super().connect_tcp(host, port)

            def start_tls(ssl_context: ssl.SSLContext, **_: object) -> None:
                assert ssl_context.verify_mode == ssl.CERT_REQUIRED
                assert ssl_context.check_hostname
                raise httpcore.ConnectError("certificate verify failed")

            monkeypatch.setattr(stream, "start_tls", start_tls)
            return stream

    monkeypatch.setattr(httpcore, "SyncBackend", lambda: Forged(b""))
    with pytest.raises(RequestRefused, match="certificate verify failed"):
        fetch("https://8.8.8.8/", most_bytes=10)
