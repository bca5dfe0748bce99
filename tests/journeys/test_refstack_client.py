"""The real refstack-client against the running service."""

from __future__ import annotations

import gzip
import re
import shutil
import subprocess
from pathlib import Path

import httpx
import pytest

from marketplace.site.demo.people import PASSWORD
from tests.journeys.conftest import RUNS
from tests.journeys.service import Service

CLIENT = shutil.which("refstack-client")
pytestmark = pytest.mark.skipif(
    CLIENT is None, reason="refstack-client is a Debian package; `make test` installs it as root"
)


def refstack(*words: str, folder: Path) -> str:
    """What the client printed. Its exit status says nothing: it is 0 for refused uploads too."""
    done = subprocess.run(
        [str(CLIENT), *words],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
        check=False,
    )
    return done.stdout


@pytest.fixture
def subunit_v1(tmp_path: Path) -> Path:
    file = tmp_path / "run.v1"
    file.write_bytes(gzip.decompress((RUNS / "guideline-2020.06-parallel3.v1.gz").read_bytes()))
    return file


def upload(service: Service, evidence: Path, *more: str) -> str:
    """Upload as a vendor would; the id of the run."""
    said = refstack(
        *("upload-subunit", "-y", "--url", service.base, *more),
        *("--keystone-endpoint", "http://cloud.example:5000/v3", str(evidence)),
        folder=evidence.parent,
    )
    assert "Test results uploaded!" in said, said
    found = re.search(rf"URL: {re.escape(service.base)}/runs/([0-9a-f-]{{36}})/", said)
    assert found, said
    return found[1]


def test_an_unsigned_upload_gets_its_verdict(service: Service, subunit_v1: Path) -> None:
    run_id = upload(service, subunit_v1)
    run = service.settled_run(run_id)
    assert run["state"] == "verified"
    assert run["passes_only"] is True
    assert run["tests_passed"] == 338
    rows = httpx.get(f"{service.base}/api/v1/runs/{run_id}/evaluations/").json()
    verdicts = {(row["guideline"], row["target"]): row["verdict"] for row in rows}
    assert verdicts["2026.11", "object"] == "passed"
    assert verdicts["2026.11", "compute"] == "failed"
    listed = httpx.get(f"{service.base}/v1/results/").json()["results"]
    assert run_id in [row["id"] for row in listed]


def test_a_signed_upload_belongs_to_the_key_s_owner(
    service: Service, subunit_v1: Path, tmp_path: Path
) -> None:
    key = tmp_path / "key.pem"
    subprocess.run(
        ["openssl", "genrsa", "-traditional", "-out", str(key), "2048"],
        check=True,
        capture_output=True,
    )
    printed = refstack("sign", str(key), folder=tmp_path)
    public = re.search(r"(b')?ssh-rsa [A-Za-z0-9+/=]+'?", printed)
    proof = re.search(r"Self signature:\s*(\S+)", printed)
    assert public and proof, printed
    with httpx.Client(base_url=service.base, follow_redirects=True) as person:
        sign_in(person, "vendor@kelpline.example")
        register_key(person, public[0], proof[1])
        run_id = upload(service, subunit_v1, "-i", str(key))
        assert httpx.get(f"{service.base}/runs/{run_id}/").status_code == 404
        assert httpx.get(f"{service.base}/v1/results/{run_id}").status_code == 404
        own = person.get(f"/v1/results/{run_id}").json()
        assert own["user_role"] == "owner"
        assert len(own["results"]) == 338


def test_an_unregistered_key_is_refused_in_plain_words(
    service: Service, subunit_v1: Path, tmp_path: Path
) -> None:
    key = tmp_path / "other.pem"
    subprocess.run(
        ["openssl", "genrsa", "-traditional", "-out", str(key), "2048"],
        check=True,
        capture_output=True,
    )
    said = refstack(
        *("upload-subunit", "-y", "--url", service.base, "-i", str(key)),
        *("--keystone-endpoint", "http://cloud.example:5000/v3", str(subunit_v1)),
        folder=tmp_path,
    )
    assert "Test results uploaded!" not in said
    assert "not registered" in said


def test_the_list_of_the_client_works(service: Service, subunit_v1: Path, tmp_path: Path) -> None:
    run_id = upload(service, subunit_v1)
    assert f"{service.base}/runs/{run_id}/" in refstack(
        "list", "--url", service.base, folder=tmp_path
    )


def csrf(person: httpx.Client, page: str) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', person.get(page).text)
    assert found, page
    return found[1]


def sign_in(person: httpx.Client, email: str) -> None:
    answer = person.post(
        "/sign-in/",
        data={
            "csrfmiddlewaretoken": csrf(person, "/sign-in/"),
            "username": email,
            "password": PASSWORD,
        },
    )
    assert answer.status_code == 200 and answer.url.path == "/workspace/", answer.text[:500]


def register_key(person: httpx.Client, public_key: str, signature: str) -> None:
    asked = person.post(
        "/workspace/keys/challenge/",
        data={"csrfmiddlewaretoken": csrf(person, "/workspace/keys/")},
    )
    nonce = re.search(r'name="nonce" value="([0-9a-f]+)"', asked.text)
    assert nonce, asked.text[:800]
    answer = person.post(
        "/workspace/keys/",
        data={
            "csrfmiddlewaretoken": csrf(person, "/workspace/keys/"),
            "nonce": nonce[1],
            "public_key": public_key,
            "signature": signature,
            "label": "rack-ci",
        },
    )
    assert answer.status_code == 200 and "rack-ci" in answer.text, answer.text[:800]
