"""Where the recorder finds a cloud, and what it hands on to the product."""

from __future__ import annotations

import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from hallmark.recorder import CloudAccess, CloudUnusable, Recorder, read_access
from tests.hallmark.recorder.upstream import Upstream

AUTH = {"auth_url": "https://cloud.example/identity/v3", "username": "u", "password": "p"}


def write(folder: Path, clouds: Mapping[str, Any], name: str = "clouds.yaml") -> dict[str, str]:
    file = folder / name
    file.write_text(yaml.safe_dump({"clouds": dict(clouds)}))
    return {"OS_CLIENT_CONFIG_FILE": str(folder / "clouds.yaml")}


def test_a_cloud_is_read_with_its_secrets_beside_it(tmp_path: Path) -> None:
    where = write(tmp_path, {"a": {"auth": AUTH, "region_name": "R"}, "b": {"auth": {}}})
    write(tmp_path, {"a": {"auth": {"password": "hidden"}}}, "secure.yaml")

    found = read_access("a", where)
    assert found.entry["auth"] == {**AUTH, "password": "hidden"}
    assert found.entry["region_name"] == "R"
    assert read_access("", {**where, "OS_CLOUD": "a"}) == found


def test_clouds_yaml_is_found_where_clients_look(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / ".config/openstack"
    folder.mkdir(parents=True)
    write(folder, {"a": {"auth": AUTH}})

    assert read_access("a", {}).auth_url == AUTH["auth_url"]


def test_the_plain_variables_do_without_a_file() -> None:
    found = read_access(
        "", {"OS_AUTH_URL": "http://c/v3", "OS_USERNAME": "u", "OS_REGION_NAME": "R", "OS_X": "y"}
    )

    assert found.entry == {
        "auth": {"auth_url": "http://c/v3", "username": "u"},
        "region_name": "R",
    }


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        ({"auth": {}}, "cloud-without-auth-url"),
        ({"profile": "somewhere"}, "cloud-without-auth-url"),
        ({"auth": AUTH, "verify": False}, "cloud-not-verified"),
        ({"auth": AUTH, "insecure": True}, "cloud-not-verified"),
        ({"auth": {"auth_url": "http://c/v2.0"}}, "identity-v2"),
        ({"auth": AUTH, "identity_api_version": "2.0"}, "identity-v2"),
    ],
)
def test_a_cloud_that_cannot_be_stood_for_is_refused(
    tmp_path: Path, entry: dict[str, Any], code: str
) -> None:
    with pytest.raises(CloudUnusable) as refused:
        read_access("a", write(tmp_path, {"a": entry}))
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("clouds: {b: {}}", "cloud-unknown"),
        ("clouds: [a]", "clouds-unreadable"),
        ("clouds: {a: 1}", "clouds-unreadable"),
        ("password: {{secret", "clouds-unreadable"),
        (None, "clouds-unreadable"),
    ],
)
def test_a_file_that_says_nothing_of_it_is_refused(
    tmp_path: Path, text: str | None, code: str
) -> None:
    file = tmp_path / "clouds.yaml"
    if text is not None:
        file.write_text(text)
    with pytest.raises(CloudUnusable) as refused:
        read_access("a", {"OS_CLIENT_CONFIG_FILE": str(file)})
    assert refused.value.code == code
    assert "secret" not in str(refused.value)


def test_without_any_name_it_asks_for_one() -> None:
    with pytest.raises(CloudUnusable) as refused:
        read_access("", {})
    assert refused.value.code == "cloud-not-named"


def test_the_product_is_told_the_recorder_alone(cloud: Upstream, tmp_path: Path) -> None:
    auth = {"auth_url": f"{cloud.origin}/identity/v3", "username": "u", "password": "p"}
    entry = {
        "auth": auth,
        "region_name": "R",
        "image_endpoint_override": f"{cloud.origin}/image/v2",
        "cacert": str(tmp_path / "none"),
    }
    (tmp_path / "none").write_text("")
    access = CloudAccess("mine", {key: entry[key] for key in entry if key != "cacert"})
    with Recorder(access) as recorder:
        told = recorder.environment
        file = Path(told["OS_CLIENT_CONFIG_FILE"])
        written = yaml.safe_load(file.read_text())["clouds"]["mine"]
        modes = [stat.S_IMODE(path.stat().st_mode) for path in (file, file.parent)]

    assert cloud.origin not in str(written) + str(told)
    assert written["auth"] == {**auth, "auth_url": told["OS_AUTH_URL"]}
    assert written["image_endpoint_override"].endswith("/image/v2")
    assert modes == [0o600, 0o700]
    assert not file.parent.exists()
    assert {key: told[key] for key in ("OS_CLOUD", "OS_USERNAME", "OS_PASSWORD")} == {
        "OS_CLOUD": "mine",
        "OS_USERNAME": "u",
        "OS_PASSWORD": "p",
    }
    assert "127.0.0.1" in told["no_proxy"].split(",")


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"auth_url": "ftp://c/v3"}, "endpoint-unusable"),
        ({"auth_url": "https://c/v3", "ca": Path("/nowhere/ca.pem")}, "ca-unreadable"),
    ],
)
def test_a_recorder_that_cannot_start_says_why(settings: Any, code: str) -> None:
    with pytest.raises(CloudUnusable) as refused, Recorder(**settings):
        pass
    assert refused.value.code == code


def test_a_clouds_certificate_is_checked(tmp_path: Path) -> None:
    """A second recorder stands for a cloud that speaks TLS."""
    from tests.hallmark.recorder.upstream import Client, running, saying

    with running() as behind:
        behind.on("GET", "/identity/v3", saying(200, {"version": {}}))
        with Recorder(auth_url=f"{behind.origin}/identity/v3", tls=True) as secure:
            place = secure.auth_url
            for ca, status in ((None, 502), (secure.authority, 200)):
                chosen = {"ca": ca} if ca else {}
                with Recorder(auth_url=place, **chosen) as recorder:
                    client = Client(recorder)
                    assert client.ask("GET", recorder.auth_url)[0] == status
                    client.close()
            assert secure.calls == 1
