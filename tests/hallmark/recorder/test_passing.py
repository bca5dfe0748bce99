"""What goes through the recorder arrives as it was sent."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable
from http.client import IncompleteRead, RemoteDisconnected
from urllib.parse import urlsplit

import pytest

from certification.engine.footprint import Operation
from hallmark.recorder import Recorder
from tests.hallmark.recorder.conftest import Recording
from tests.hallmark.recorder.upstream import Client, Handler, Upstream, saying

NONCE = "0" * 32
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: a/b\r\nContent-Length: %d\r\n\r\n"
PUT = b"PUT /x HTTP/1.1\r\nHost: h\r\nContent-Type: a/b\r\nContent-Length: %d\r\n\r\n"


def root_of(client: Client) -> str:
    return client.recorder.auth_url.removesuffix("/identity/v3")


def statuses(recorder: Recorder) -> list[int]:
    return [one.status for one in operations(recorder)]


def operations(recorder: Recorder) -> tuple[Operation, ...]:
    return recorder.footprint(nonce=NONCE).operations


def speak(client: Client, raw: bytes, *, until: bytes | None = None) -> bytes:
    """Send bytes over a connection of its own; what comes back until it closes, or that word."""
    parts = urlsplit(client.recorder.auth_url)
    with socket.create_connection((parts.hostname or "", parts.port or 0), 5) as line:
        line.sendall(raw)
        return hear(line, until)


def hear(line: socket.socket, until: bytes | None = None) -> bytes:
    heard = b""
    while until is None or until not in heard:
        piece = line.recv(65536)
        if not piece:
            break
        heard += piece
    return heard


def wait_for(condition: Callable[[], object]) -> None:
    end = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < end, "it did not happen within five seconds"
        time.sleep(0.002)


@pytest.mark.parametrize(
    "target",
    [
        "/a%2Fb//c/?x=%41&y=+;&&z",
        "/swift/v1/AUTH_x/c/o?temp_url_sig=ab%2B&temp_url_expires=1",
        "/identity/v3/users?name=J%c3%bcrgen",
        "/.../..%2e/'(!)*~",
    ],
)
def test_path_and_query_stay_as_they_are(client: Client, cloud: Upstream, target: str) -> None:
    client.ask("GET", root_of(client) + target)

    assert cloud.paths() == [f"GET {target}"]


@pytest.mark.parametrize(
    ("method", "status", "body"),
    [
        ("GET", 200, b"[1]"),
        ("HEAD", 200, b""),
        ("DELETE", 204, b""),
        ("GET", 304, b""),
        ("POST", 202, b"{}"),
        ("PATCH", 409, b"no"),
        ("COPY", 201, b""),
        ("OPTIONS", 200, b""),
    ],
)
def test_each_method_gets_its_answer_on_one_connection(
    client: Client, cloud: Upstream, method: str, status: int, body: bytes
) -> None:
    cloud.on(method, "/x", saying(status, body if method != "HEAD" else b"unsaid", X_Own="kept"))
    for _ in range(3):
        answer = client.ask(method, root_of(client) + "/x")
        assert (answer[0], answer[2]) == (status, body)
        assert answer[1]["x-own"] == "kept"

    assert cloud.connections == 1
    assert len(cloud.seen) == client.recorder.calls == 3


def test_a_head_keeps_its_length(client: Client, cloud: Upstream) -> None:
    cloud.on("HEAD", "/x", saying(200, b"12345", Content_Type="text/plain"))

    assert client.ask("HEAD", root_of(client) + "/x")[1]["content-length"] == "5"


def test_headers_go_on_but_for_those_of_the_connection(client: Client, cloud: Upstream) -> None:
    client.ask(
        "GET", root_of(client) + "/x", X_Auth_Token="t", Accept_Encoding="gzip", TE="trailers"
    )

    headers = cloud.seen[0].headers
    assert headers["Host"] == f"127.0.0.1:{cloud.port}"
    assert headers["X-Auth-Token"] == "t"
    assert headers["Accept-Encoding"] == "identity"
    assert "TE" not in headers


@pytest.mark.parametrize("kind", ["text/plain", "application/json"])
def test_chunks_pass_both_ways(client: Client, cloud: Upstream, kind: str) -> None:
    def answering(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.send_header("Content-Type", kind)
        handler.end_headers()
        for piece in (b"abc", b"de"):
            handler.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
        handler.wfile.write(b"0\r\n\r\n")

    cloud.on("POST", "/x", answering)
    for _ in range(2):
        pieces = iter([b"one", b"two" * 100])
        answer = client.ask("POST", root_of(client) + "/x", pieces, Content_Type=kind)
        assert (answer[0], answer[2]) == (200, b"abcde")

    assert [one.body for one in cloud.seen] == [b"one" + b"two" * 100] * 2
    assert cloud.connections == 1


def test_an_answer_without_length_ends_with_the_connection(client: Client, cloud: Upstream) -> None:
    def answering(handler: Handler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nto the end")
        handler.close_connection = True

    cloud.on("GET", "/x", answering)

    assert client.ask("GET", root_of(client) + "/x")[2] == b"to the end"
    assert statuses(client.recorder) == [200]


def test_a_client_of_http_1_0_is_served_and_left(client: Client, cloud: Upstream) -> None:
    cloud.on("GET", "/x", saying(200, b"{}"))

    heard = speak(client, b"GET /x HTTP/1.0\r\n\r\n")

    assert heard.startswith(b"HTTP/1.1 200 ")
    assert heard.endswith(b"Connection: close\r\n\r\n{}")


def test_requests_sent_ahead_are_answered_in_their_order(client: Client, cloud: Upstream) -> None:
    for word in (b"a", b"b", b"c"):
        cloud.on("POST", f"/{word.decode()}", saying(200, word, Content_Type="text/plain"))
    request = b"POST /%s HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n%s"
    last = b"POST /c HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"

    heard = speak(client, request % (b"a", b"11") + request % (b"b", b"22") + last)

    assert [part[-1:] for part in heard.split(b"HTTP/1.1 200")[1:]] == [b"a", b"b", b"c"]
    assert [one.body for one in cloud.seen] == [b"11", b"22", b""]


def test_a_request_may_come_byte_by_byte(client: Client, cloud: Upstream) -> None:
    cloud.on("POST", "/long/path", saying(200, {}))
    parts = urlsplit(client.recorder.auth_url)
    raw = b"POST /long/path?q=1 HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc"
    with socket.create_connection((parts.hostname or "", parts.port or 0), 5) as line:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for position in range(len(raw)):
            line.sendall(raw[position : position + 1])
            time.sleep(0.0002)
        hear(line, b"{}")

    assert cloud.paths() == ["POST /long/path?q=1"]
    assert cloud.seen[0].body == b"abc"


# Expect: 100-continue.

UPLOAD = (
    b"PUT /x HTTP/1.1\r\nHost: h\r\nContent-Type: text/plain\r\nContent-Length: 4\r\n"
    b"Expect: 100-continue\r\n\r\n"
)


def test_the_clouds_go_ahead_reaches_the_client(client: Client, cloud: Upstream) -> None:
    cloud.on("PUT", "/x", saying(201, b"done", Connection="close"))
    parts = urlsplit(client.recorder.auth_url)
    with socket.create_connection((parts.hostname or "", parts.port or 0), 5) as line:
        line.sendall(UPLOAD)
        assert hear(line, b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
        line.sendall(b"data")
        assert hear(line, b"done").startswith(b"HTTP/1.1 201 ")

    assert cloud.seen[0].body == b"data"


def test_a_refusal_instead_of_the_go_ahead_reaches_the_client(
    client: Client, cloud: Upstream
) -> None:
    def refusing(handler: Handler) -> None:
        handler.say(401, b"who?")
        handler.close_connection = True

    refusing.refuses_early = refusing.reads_itself = True  # type: ignore[attr-defined]  # read by the small cloud
    cloud.on("PUT", "/x", refusing)

    assert speak(client, UPLOAD, until=b"who?").startswith(b"HTTP/1.1 401 ")
    assert statuses(client.recorder) == [401]


def test_an_answer_before_the_whole_body_reaches_the_client(
    client: Client, cloud: Upstream
) -> None:
    def full(handler: Handler) -> None:
        handler.rfile.read(10)
        handler.say(413, b"too large", Connection="close")
        handler.close_connection = True

    full.reads_itself = True  # type: ignore[attr-defined]  # read by the small cloud
    cloud.on("PUT", "/x", full)

    heard = speak(client, PUT % 100_000 + b"x" * 1000, until=b"too large")

    assert heard.startswith(b"HTTP/1.1 413 ")
    assert statuses(client.recorder) == [413]


# Disconnects and silence.


def test_no_cloud_is_told_as_502_and_counted_without_status(recording: Recording) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        place = f"http://127.0.0.1:{unused.getsockname()[1]}"
        with Recorder(auth_url=f"{place}/v3") as recorder:
            client = Client(recorder)
            status, _, body = client.ask("GET", recorder.auth_url)
            client.close()

    assert status == 502
    assert place in json.loads(body)["error"]["message"]
    assert statuses(recorder) == [0]


def test_a_cloud_that_breaks_off_before_its_answer(client: Client, cloud: Upstream) -> None:
    cloud.on("GET", "/x", lambda handler: handler.connection.shutdown(socket.SHUT_RDWR))

    assert client.ask("GET", root_of(client) + "/x")[0] == 502
    assert statuses(client.recorder) == [0]


@pytest.mark.parametrize(
    ("kind", "failure"), [(b"a/b", IncompleteRead), (b"application/json", RemoteDisconnected)]
)
def test_a_cloud_that_breaks_off_within_its_answer(
    client: Client, cloud: Upstream, kind: bytes, failure: type[Exception]
) -> None:
    def breaking(handler: Handler) -> None:
        handler.wfile.write(HEAD.replace(b"a/b", kind) % 10 + b"123")
        handler.close_connection = True

    cloud.on("GET", "/x", breaking)

    with pytest.raises(failure):
        client.ask("GET", root_of(client) + "/x")
    assert statuses(client.recorder) == [200]


def test_a_silent_cloud_is_told_as_504(recording: Recording, cloud: Upstream) -> None:
    said = threading.Event()
    cloud.on("GET", "/x", lambda handler: said.wait(5) and None)
    client = recording(answer_s=0.05)

    assert client.ask("GET", root_of(client) + "/x")[0] == 504
    said.set()
    assert statuses(client.recorder) == [0]


def test_a_cloud_that_talks_nonsense_is_told_as_502(client: Client, cloud: Upstream) -> None:
    cloud.on("GET", "/x", lambda handler: handler.wfile.write(b"SSH-2.0-none\r\n\r\n") and None)

    assert client.ask("GET", root_of(client) + "/x")[0] == 502


def test_connections_that_the_cloud_ends_after_each_call_go_on_for_the_client(
    client: Client, cloud: Upstream
) -> None:
    def once(handler: Handler) -> None:
        handler.say(200, b"{}")
        handler.close_connection = True

    cloud.on("GET", "/x", once)
    for _ in range(2):
        assert client.ask("GET", root_of(client) + "/x")[0] == 200
        wait_for(lambda: cloud.ended == cloud.connections)

    assert cloud.connections == 2


@pytest.mark.parametrize(("method", "second"), [("GET", 200), ("POST", 502)])
def test_only_a_read_is_repeated_when_an_idle_connection_turns_out_dead(
    client: Client, cloud: Upstream, method: str, second: int
) -> None:
    def once(handler: Handler) -> None:
        if cloud.seen[-1].connection == 1 and len(cloud.seen) == 2:
            handler.connection.shutdown(socket.SHUT_RDWR)
        else:
            handler.say(200, b"{}")

    cloud.on(method, "/x", once)
    given = [client.ask(method, root_of(client) + "/x")[0] for _ in range(2)]

    assert given == [200, second]
    assert client.recorder.calls == 2


def test_a_client_that_leaves_within_its_upload_leaves_no_whole_request(
    client: Client, cloud: Upstream
) -> None:
    broken = threading.Event()

    def reading(handler: Handler) -> None:
        try:
            if len(handler.rfile.read(100)) < 100:
                broken.set()
        except ConnectionError:
            broken.set()
        handler.close_connection = True

    reading.reads_itself = True  # type: ignore[attr-defined]  # read by the small cloud
    cloud.on("PUT", "/x", reading)
    parts = urlsplit(client.recorder.auth_url)
    with socket.create_connection((parts.hostname or "", parts.port or 0), 5) as line:
        line.sendall(
            b"PUT /x HTTP/1.1\r\nHost: h\r\nContent-Type: a/b\r\nContent-Length: 100\r\n\r\n12"
        )
        wait_for(lambda: cloud.connections)

    assert broken.wait(5)
    assert client.recorder.calls == 0


def test_a_call_whose_client_left_while_it_waited_still_counts(
    client: Client, cloud: Upstream
) -> None:
    asked, left = threading.Event(), threading.Event()

    def slow(handler: Handler) -> None:
        asked.set()
        left.wait(5)
        handler.say(201, b"{}")

    cloud.on("POST", "/x", slow)
    parts = urlsplit(client.recorder.auth_url)
    with socket.create_connection((parts.hostname or "", parts.port or 0), 5) as line:
        line.sendall(b"POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n")
        assert asked.wait(5)
    left.set()
    wait_for(lambda: client.recorder.calls)

    assert statuses(client.recorder) == [201]


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"GET /x HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n", 501),
        (b"CONNECT nova.example:443 HTTP/1.1\r\nHost: h\r\n\r\n", 501),
        (b"\x16\x03\x01\x02\x00\x01\x00 not http", 400),
        (b"GET /x HTTP/1.1\r\nX: " + b"y" * 300_000 + b"\r\n\r\n", 400),
    ],
)
def test_what_is_no_call_is_refused_with_a_reason(
    client: Client, cloud: Upstream, raw: bytes, status: int
) -> None:
    heard = speak(client, raw)

    assert heard.startswith(b"HTTP/1.1 %d " % status)
    assert b"hallmark recorder: " in heard
    assert not cloud.seen


def test_an_offer_of_http_2_is_passed_over(client: Client, cloud: Upstream) -> None:
    cloud.on("POST", "/x", saying(200, b"one"))
    offer = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: A\r\n"
    request = b"POST /x HTTP/1.1\r\nHost: h\r\n" + offer + b"Content-Length: 2\r\n\r\nhi"
    last = b"GET /end HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"

    heard = speak(client, request + last)

    assert heard.count(b"HTTP/1.1 200 OK") == heard.count(b"HTTP/1.1 404 ") == 1
    assert [one.body for one in cloud.seen] == [b"hi", b""]
    assert not {"Upgrade", "HTTP2-Settings"} & set(cloud.seen[0].headers)


def test_a_forward_proxy_it_is_not(client: Client, cloud: Upstream) -> None:
    heard = speak(
        client, b"GET http://nova.example/ HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
    )

    assert heard.startswith(b"HTTP/1.1 421 ")
    assert not cloud.seen


# Streaming.


def test_a_slow_reader_slows_the_cloud_down(client: Client, cloud: Upstream) -> None:
    piece = bytes(1 << 16)
    sent = [0]

    def endless(handler: Handler) -> None:
        handler.wfile.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: a/b\r\nContent-Length: 999999999\r\n\r\n"
        )
        while True:
            handler.wfile.write(piece)
            sent[0] += len(piece)

    cloud.on("GET", "/x", endless)
    parts = urlsplit(client.recorder.auth_url)
    with socket.create_connection((parts.hostname or "", parts.port or 0), 5) as line:
        line.sendall(b"GET /x HTTP/1.1\r\nHost: h\r\n\r\n")
        settled = -1
        while settled != sent[0] or not settled:
            settled = sent[0]
            time.sleep(0.1)

    assert 0 < settled < 64 << 20


def test_a_large_upload_arrives_whole(client: Client, cloud: Upstream) -> None:
    cloud.on("PUT", "/x", saying(201, b""))
    body = bytes(range(256)) * (1 << 14)

    assert client.ask("PUT", root_of(client) + "/x", body, Content_Type="a/b")[0] == 201
    assert cloud.seen[0].body == body


def test_leaving_the_recorder_ends_what_is_open(recording: Recording, cloud: Upstream) -> None:
    with Recorder(auth_url=f"{cloud.origin}/identity/v3") as recorder:
        client = Client(recorder)
        client.ask("GET", recorder.auth_url)
    with pytest.raises((RemoteDisconnected, ConnectionError)):
        client.ask("GET", recorder.auth_url)
    client.close()
    assert recorder.footprint(nonce=NONCE).requests == 1
