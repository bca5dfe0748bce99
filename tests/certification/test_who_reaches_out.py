"""Only one module makes requests (trust.md S14), only one publishes tasks (R2)."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CLIENTS = (
    "aiohttp",
    "asyncio",
    "boto3",
    "dns",
    "ftplib",
    "http.client",
    "httpcore",
    "httpx",
    "openstack",
    "paramiko",
    "requests",
    "smtplib",
    "socket",
    "telnetlib",
    "urllib.request",
    "urllib3",
    "xmlrpc.client",
)
PUBLISHING = ("delay", "apply_async", "send_task")


def service_modules() -> list[Path]:
    """The service's own code. What `make run` starts on the machine itself is exempt: it looks for
    free ports and waits for its own servers."""
    found = [file for part in ("certification", "marketplace", "api") for file in files(part)]
    return [file for file in found if "marketplace/config/local" not in file.as_posix()]


def files(part: str) -> Iterator[Path]:
    return (ROOT / part).rglob("*.py")


def imports_of(tree: ast.AST) -> Iterator[str]:
    """Every module named by an import, also by one that is hidden in a call."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith(
            ("__import__", "import_module")
        ):
            yield from (str(arg.value) for arg in node.args if isinstance(arg, ast.Constant))


def clients_in(tree: ast.AST) -> set[str]:
    return {
        client
        for name in imports_of(tree)
        for client in CLIENTS
        if name == client or name.startswith(f"{client}.")
    }


def publishing_calls(tree: ast.AST) -> list[str]:
    return [
        ast.unparse(node)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in PUBLISHING
    ]


def trees() -> Iterator[tuple[str, ast.AST]]:
    for file in service_modules():
        yield file.relative_to(ROOT).as_posix(), ast.parse(file.read_text())


@pytest.mark.parametrize(
    "source",
    [
        "import socket",
        "import urllib.request as u",
        "from urllib import request",
        "from http import client",
        "def f():\n    from httpx import get",
        "import importlib\nimportlib.import_module('requests')",
        "__import__('aiohttp.client')",
    ],
)
def test_no_client_escapes_the_search(source: str) -> None:
    assert len(clients_in(ast.parse(source))) == 1


@pytest.mark.parametrize(
    "source", ["import http", "from urllib.parse import urlsplit", "import os"]
)
def test_what_is_no_client_is_no_finding(source: str) -> None:
    assert clients_in(ast.parse(source)) == set()


@pytest.mark.slow
def test_the_guarded_session_alone_reaches_out() -> None:
    found = {name: clients_in(tree) for name, tree in trees()}
    assert len(found) > 80
    assert {name: clients for name, clients in found.items() if clients} == {
        "certification/outgoing.py": {"httpcore", "socket"},
        "certification/operations/domains.py": {"dns"},  # no HTTP: names are asked, none reached
        "marketplace/notices/mailing.py": {"smtplib"},  # how a refusal is told: Django sends
    }
    assert told_by_smtplib() == {"smtplib.SMTPRecipientsRefused", "smtplib.SMTPResponseException"}


def told_by_smtplib() -> set[str]:
    """What is taken of it, anywhere: names of refusals, and nothing that connects."""
    found = {name for _, tree in trees() for name in imports_of(tree)}
    return {name for name in found if name.startswith("smtplib.")}


@pytest.mark.slow
def test_the_dispatcher_alone_publishes() -> None:
    assert publishing_calls(ast.parse("later = task.delay; task.apply_async(); app.send_task()"))
    found = {name: publishing_calls(tree) for name, tree in trees()}
    assert [name for name, calls in found.items() if calls] == ["certification/dispatcher.py"]
