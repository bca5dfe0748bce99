"""The middleware that writes the small cloud's access logs, without the cloud."""

from __future__ import annotations

import json
import runpy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import cloud
from certification.engine.footprint.access_log import read_log_line

INSIDE = Path(cloud.__file__).parent / "inside"
#: The services load it by path, as part of no package.
RECORD = runpy.run_path(str(INSIDE / "small_record.py"))

GUNICORN = {"RAW_URI": "/v3/users?name=a%20b"}
EVENTLET = {"RAW_PATH_INFO": "/v1/AUTH_1/c%C3%B6/o", "QUERY_STRING": "format=json"}


class Answer:
    """A body that tells whether it was closed."""

    closed = False

    def __iter__(self) -> Iterator[bytes]:
        yield b"body"

    def close(self) -> None:
        self.closed = True


def ask(tmp_path: Path, environ: dict[str, Any]) -> tuple[bytes, Answer, dict[str, Any]]:
    """What came back, the inner body, and the line that was written."""
    body = Answer()

    def service(environ: dict[str, Any], start_response: Any) -> Answer:
        environ["HTTP_X_USER_ID"] = "u1"
        # As Swift does with a COPY.
        environ |= {"REQUEST_METHOD": "PUT", "RAW_URI": "/elsewhere"}
        start_response("201 Created", [("X-OpenStack-Request-Id", "req-1")])
        return body

    log = tmp_path / "access.jsonl"
    recorded = RECORD["Recorded"](service, "keystone", str(log))
    outer = recorded({"REQUEST_METHOD": "POST", **environ}, lambda *_: None)
    received = b"".join(outer)
    assert log.read_text() == ""
    outer.close()
    recorded._file.close()
    (line,) = map(json.loads, log.read_text().splitlines())
    return received, body, line


@pytest.mark.parametrize(
    ("environ", "path"),
    [(GUNICORN, "/v3/users?name=a%20b"), (EVENTLET, "/v1/AUTH_1/c%C3%B6/o?format=json")],
)
def test_a_line_says_what_was_asked_and_answered(
    tmp_path: Path, environ: dict[str, Any], path: str
) -> None:
    received, body, line = ask(tmp_path, {**environ, "HTTP_USER_AGENT": 'odd "agent"\n'})

    assert received == b"body"
    assert body.closed
    assert line["path"] == path
    assert (line["service"], line["method"], line["status"]) == ("keystone", "POST", 201)
    assert (line["user_id"], line["project_id"], line["request_id"]) == ("u1", "", "req-1")
    assert line["user_agent"] == 'odd "agent"\n'
    assert line["t"].endswith(" +0000]")
    assert read_log_line(json.dumps(line)) is not None


@pytest.mark.parametrize(
    ("headers", "microversion"),
    [
        ({}, ""),
        ({"HTTP_OPENSTACK_API_VERSION": "volume 3.60"}, "volume 3.60"),
        ({"HTTP_X_OPENSTACK_NOVA_API_VERSION": "2.1"}, "2.1"),
        (
            {
                "HTTP_OPENSTACK_API_VERSION": "compute 2.90",
                "HTTP_X_OPENSTACK_NOVA_API_VERSION": "2.1",
            },
            "compute 2.90",
        ),
    ],
)
def test_the_newer_header_tells_the_microversion(
    tmp_path: Path, headers: dict[str, str], microversion: str
) -> None:
    assert ask(tmp_path, {**GUNICORN, **headers})[2]["microversion"] == microversion
