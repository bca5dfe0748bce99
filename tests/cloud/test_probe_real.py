"""The probe against a real OpenStack."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
import yaml

from certification.engine.probe import Probe, facts_of, measure_release, read_probe
from certification.measured import microversion_table
from hallmark.cli import main

pytestmark = pytest.mark.cloud
OFFERED = ("block-storage", "compute", "image", "network", "object-store")


@pytest.fixture(params=["mini-demo", "mini-admin"])
def cloud(
    request: pytest.FixtureRequest, cloud_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> str:
    monkeypatch.setenv("OS_CLIENT_CONFIG_FILE", str(cloud_folder / "clouds.yaml"))
    monkeypatch.setenv("no_proxy", "*")
    name: str = request.param
    return name


def probed(cloud: str, target: Path) -> tuple[Probe, str]:
    assert main(["probe", "--os-cloud", cloud, "-o", str(target)]) == 0
    raw = target.read_bytes()
    return read_probe(raw), raw.decode()


def test_a_real_cloud_is_written_down(cloud: str, cloud_folder: Path, tmp_path: Path) -> None:
    started = time.monotonic()
    probe, text = probed(cloud, tmp_path / "probe.json")
    assert time.monotonic() - started < 30
    assert {"identity", "placement", *OFFERED} <= set(probe.services)
    assert {name: one for name, one in probe.services.items() if one.unknown} == {}
    for service in OFFERED:
        assert set(facts_of(service)) <= set(probe.facts), service
    assert set(probe.unknown.values()) == {"absent"}
    assert "router" in (probe.words("network.extensions") or ())
    assert "qcow2" in (probe.words("image.disk_formats") or ())
    entry = yaml.safe_load((cloud_folder / "clouds.yaml").read_text())["clouds"][cloud]
    private = [entry["auth"]["password"], entry["auth"]["auth_url"], entry["region_name"]]
    assert [one for one in [*private, "127.0.0.1", "http"] if one in text] == []


def test_its_release_is_measured(cloud: str, tmp_path: Path) -> None:
    probe, _ = probed(cloud, tmp_path / "probe.json")
    assert probe.maxima["compute"] == "2.104"
    assert probe.maxima["block-storage"] == "3.71"
    measured = measure_release(probe.maxima, microversion_table())
    assert (measured.oldest, measured.newest) == ("hibiscus", "hibiscus")


def test_the_log_of_the_cloud_shows_reads_alone(
    cloud: str, cloud_folder: Path, tmp_path: Path
) -> None:
    logs = sorted((cloud_folder / "log").glob("*.access.jsonl"))
    before = {log: log.stat().st_size for log in logs}
    probed(cloud, tmp_path / "probe.json")
    seen = []
    for log in logs:
        with log.open("rb") as file:
            file.seek(before[log])
            seen += [json.loads(line) for line in file if b"hallmark-probe" in line]
    assert len(seen) > 15
    writes = [one for one in seen if one["method"] not in ("GET", "HEAD")]
    assert [(one["method"], one["path"]) for one in writes] == [("POST", "/v3/auth/tokens")]


def test_a_wrong_password_is_said(
    cloud: str,
    cloud_folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    document = yaml.safe_load((cloud_folder / "clouds.yaml").read_text())
    document["clouds"][cloud]["auth"]["password"] = "wrong"
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(yaml.safe_dump(document))
    monkeypatch.setenv("OS_CLIENT_CONFIG_FILE", str(wrong))
    assert main(["probe", "--os-cloud", cloud]) == 2
    assert "[wrong-credentials]" in capfd.readouterr().err
