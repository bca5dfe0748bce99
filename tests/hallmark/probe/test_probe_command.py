"""`hallmark probe` as a person meets it: a file, or one sentence that says what to do."""

from __future__ import annotations

import socket
import sys
from pathlib import Path

import pytest

from certification.engine.probe import read_probe
from hallmark.cli import main
from tests.hallmark.probe.cloud import SECRET, FakeCloud, reply
from tests.hallmark.probe.conftest import ENTRY
from tests.hallmark.probe.tls import tls_server

pytestmark = pytest.mark.slow
NONCE = "0123456789abcdef" * 2


def test_a_file_is_written(cloud: FakeCloud, tmp_path: Path) -> None:
    target = tmp_path / "probe.json"
    assert main(["probe", "--os-cloud", "fake", "--nonce", NONCE, "-o", str(target)]) == 0
    probe = read_probe(target.read_bytes())
    assert probe.nonce == NONCE
    assert probe.started <= probe.ended
    assert probe.maxima["compute"] == "2.100"


def test_without_a_file_it_is_printed_whole(
    cloud: FakeCloud, capfd: pytest.CaptureFixture[str]
) -> None:
    del cloud.replies["GET /names/v2/limits"]
    assert main(["probe", "--os-cloud", "fake"]) == 0
    out, err = capfd.readouterr()
    assert read_probe(out.encode()).unknown == {"dns.limits": "not-found"}
    assert err == "Unknown (not-found): dns.limits\n"


def complaint(capfd: pytest.CaptureFixture[str], *words: str) -> str:
    """What is said when there is no probe."""
    assert main(["probe", "--os-cloud", "fake", *words]) == 2
    out, err = capfd.readouterr()
    assert out == ""
    assert SECRET not in err
    assert "Traceback" not in err
    return err


def entry_for(clouds_yaml: Path, auth_url: str) -> None:
    clouds_yaml.write_text(ENTRY.format(auth_url=auth_url, secret=SECRET))


@pytest.mark.parametrize(
    ("status", "code"), [(401, "wrong-credentials"), (403, "credential-forbidden")]
)
def test_a_refused_credential(
    cloud: FakeCloud, capfd: pytest.CaptureFixture[str], status: int, code: str
) -> None:
    cloud.replies["POST /v3/auth/tokens"] = reply({"error": {"message": "planted"}}, status)
    text = complaint(capfd)
    assert f"[{code}]" in text
    assert "planted" not in text


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_keystone_that_fails(
    cloud: FakeCloud, capfd: pytest.CaptureFixture[str], status: int
) -> None:
    cloud.replies["POST /v3/auth/tokens"] = reply({}, status)
    assert "[keystone-failed]" in complaint(capfd)


@pytest.mark.parametrize(
    "page", [(200, {}, b"<html>hello</html>"), (404, {}, b""), (201, {}, b"{}"), (200, {}, b"[]")]
)
def test_what_is_no_keystone(
    cloud: FakeCloud,
    capfd: pytest.CaptureFixture[str],
    page: tuple[int, dict[str, str], bytes],
) -> None:
    cloud.replies = {"GET /v3": page, "GET /": page, "POST /v3/auth/tokens": page}
    assert "[not-keystone]" in complaint(capfd)


def test_a_closed_port(clouds_yaml: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    entry_for(clouds_yaml, f"http://127.0.0.1:{port}/v3")
    assert "[unreachable]" in complaint(capfd)


def test_an_unknown_host(
    clouds_yaml: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def resolve(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    entry_for(clouds_yaml, "http://no-such-host.invalid/v3")
    assert "[unreachable]" in complaint(capfd)


def test_a_silent_host(clouds_yaml: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        entry_for(clouds_yaml, f"http://127.0.0.1:{silent.getsockname()[1]}/v3")
        assert "[time-out]" in complaint(capfd, "--time-limit", "0.3", "--call-limit", "0.1")


def test_a_certificate_that_nobody_vouches_for(
    clouds_yaml: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with tls_server(tmp_path) as port:
        entry_for(clouds_yaml, f"https://127.0.0.1:{port}/v3")
        assert "[tls-untrusted]" in complaint(capfd)


def test_https_where_no_tls_is_spoken(
    cloud: FakeCloud, clouds_yaml: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    entry_for(clouds_yaml, cloud.origin.replace("http:", "https:") + "/v3")
    assert "[tls-not-spoken]" in complaint(capfd)


def test_a_cloud_that_is_not_in_the_file(
    cloud: FakeCloud, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["probe", "--os-cloud", "other"]) == 2
    assert "[cloud-unknown]" in capfd.readouterr().err


def test_an_entry_without_a_password(clouds_yaml: Path, capfd: pytest.CaptureFixture[str]) -> None:
    clouds_yaml.write_text("clouds: {fake: {auth: {username: planted}}}\n")
    assert "[cloud-incomplete]" in complaint(capfd)


def test_a_login_without_keystone(clouds_yaml: Path, capfd: pytest.CaptureFixture[str]) -> None:
    clouds_yaml.write_text("clouds: {fake: {auth_type: none, auth: {endpoint: 'http://x/'}}}\n")
    assert "[login-unsupported]" in complaint(capfd)


def test_a_file_that_is_no_yaml(clouds_yaml: Path, capfd: pytest.CaptureFixture[str]) -> None:
    clouds_yaml.write_text("clouds: [\n")
    assert "[cloud-unknown]" in complaint(capfd)


def test_a_place_that_cannot_be_written(
    cloud: FakeCloud, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    text = complaint(capfd, "-o", str(tmp_path / "none" / "probe.json"))
    assert "No such file or directory. [output-unwritable]" in text


def test_without_the_kit(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "hallmark.probe", None)
    assert "pip install '.[kit]' [kit-missing]" in complaint(capfd)


@pytest.mark.parametrize(
    "words",
    [
        ["--nonce", "0123"],
        ["--nonce", NONCE.upper()],
        ["--time-limit", "0"],
        ["--time-limit", "nan"],
        ["--call-limit", "-1"],
        ["--time-limit", "1e9"],
    ],
)
def test_arguments_that_cannot_be(words: list[str], capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as refused:
        main(["probe", "--os-cloud", "fake", *words])
    assert refused.value.code == 2
    assert "give seconds" in (said := capfd.readouterr().err) or "32 hex digits" in said
