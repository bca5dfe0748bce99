"""What the buffering proxy is told. nginx itself judges the file where it is installed."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from tests.deploy.composition import CHECKOUT

CONFIGURATION = CHECKOUT / "deploy" / "nginx.conf"
_TOKEN = re.compile(r"""\s+|\#[^\n]*|("[^"]*"|'[^']*')|([{};])|([^\s{};"']+)""")

Directive = tuple[tuple[str, ...], "Block | None"]
Block = list[Any]


def tokens(text: str) -> Iterator[str]:
    place = 0
    while place < len(text):
        match = _TOKEN.match(text, place)
        assert match, f"nginx would not read {text[place : place + 40]!r}"
        place = match.end()
        if found := match.group(1) or match.group(2) or match.group(3):
            yield found


def block(stream: Iterator[str], *, outermost: bool = False) -> Block:
    """Directives as (words, inner block or None); every word ends with `;` or a block."""
    found: Block = []
    words: list[str] = []
    for token in stream:
        if token in ";{":
            assert words, "a directive without a name"
            found.append((tuple(words), block(stream) if token == "{" else None))
            words = []
        elif token == "}":
            assert not words, f"{words} does not end with a semicolon"
            assert not outermost, "a block is closed that was not opened"
            return found
        else:
            words.append(token.strip("\"'"))
    assert outermost, "a block is not closed"
    assert not words
    return found


def inner(of: Block, *words: str) -> Block:
    [found] = [inside for name, inside in of if name[: len(words)] == words and inside is not None]
    return list(found)


@pytest.fixture(scope="module")
def http() -> Block:
    return inner(block(tokens(CONFIGURATION.read_text()), outermost=True), "http")


@pytest.fixture(scope="module")
def tls(http: Block) -> Block:
    servers = [inside for name, inside in http if name == ("server",)]
    [found] = [one for one in servers if (("listen", "8443", "ssl", "default_server"), None) in one]
    return list(found)


def said(of: Block) -> dict[str, tuple[str, ...]]:
    return {words[0]: words[1:] for words, inside in of if inside is None}


def headers(of: Block) -> dict[str, str]:
    return {words[1]: words[2] for words, _ in of if words[0] == "proxy_set_header"}


def test_uploads_are_held_until_they_are_whole_and_not_too_large(http: Block, tls: Block) -> None:
    place = said(inner(tls, "location", "/"))
    assert place["proxy_request_buffering"] == ("on",)
    assert place["proxy_buffering"] == ("on",)
    [size] = said(http)["client_max_body_size"]
    assert int(size.removesuffix("m")) * 1024**2 == settings.EVIDENCE_WIRE_BYTES


def test_slow_clients_are_let_go(http: Block) -> None:
    limits = said(http)
    for name in ("client_header_timeout", "client_body_timeout", "send_timeout"):
        assert 5 <= int(limits[name][0].removesuffix("s")) <= 60


def test_the_application_learns_who_asks_and_how_and_nobody_can_lie(tls: Block) -> None:
    forwarded = headers(inner(tls, "location", "/"))
    assert forwarded["X-Forwarded-For"] == "$remote_addr"
    assert forwarded["X-Forwarded-Proto"] == "$scheme"
    assert forwarded["Host"] == "$host"
    assert forwarded["Forwarded"] == ""


def test_replicas_are_found_anew_and_plain_http_leads_to_tls(http: Block) -> None:
    upstream = said(inner(http, "upstream", "application"))
    assert upstream["server"][:2] == ("web:8000", "resolve")
    servers = [inside for name, inside in http if name == ("server",) and inside]
    [plain] = [one for one in servers if said(one)["listen"][0] == "8080"]
    assert said(plain)["return"] == ("308", "https://$host$request_uri")


def test_refusals_have_the_form_of_the_api(tls: Block) -> None:
    for place, status in (("@too_large", "413"), ("@away", "503")):
        answer = said(inner(tls, "location", place))
        assert answer["return"][0] == status
        assert answer["default_type"] == ("application/json",)
        assert answer["return"][1].startswith('{"code": "')


@pytest.mark.skipif(shutil.which("nginx") is None, reason="nginx is not installed")
def test_nginx_takes_the_file(tmp_path: Path) -> None:
    files = ["-keyout", str(tmp_path / "privkey.pem"), "-out", str(tmp_path / "fullchain.pem")]
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=here", *files],
        check=True,
        capture_output=True,
    )
    text = CONFIGURATION.read_text().replace("/etc/nginx/tls", str(tmp_path))
    file = tmp_path / "nginx.conf"
    file.write_text(text.replace("server web:8000 resolve", "server 127.0.0.1:8000"))
    answer = subprocess.run(
        ["nginx", "-t", "-c", str(file)], check=False, capture_output=True, text=True
    )
    assert answer.returncode == 0, answer.stderr
