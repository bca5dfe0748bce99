"""An operator's log and a bundle agree, or they do not."""

from __future__ import annotations

import gzip
import hashlib
from pathlib import Path

import pytest

from certification.engine.bundle import bundle_files, read_corroboration, write_bundle
from hallmark.cli import main
from hallmark.corroboration import search_logs
from tests.engine.bundle.building import NONCE, REQUESTS, files, manifest, result


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    path = tmp_path / "run.osi.zip"
    path.write_bytes(write_bundle(files()))
    return path


def log_of(count: int) -> bytes:
    lines = [f'10.0.0.1 "GET /v2/images" 200 [{one} - -] other words' for one in REQUESTS[:count]]
    return "\n".join(["req-not-an-id", *lines, ""]).encode()


@pytest.mark.parametrize(("held", "status"), [(40, 0), (38, 0), (37, 1), (0, 1)])
def test_the_document_says_how_many_agree(
    tmp_path: Path, bundle: Path, held: int, status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    log, out = tmp_path / "access.log", tmp_path / "out.json"
    log.write_bytes(log_of(held))
    assert main(["corroborate", str(log), str(bundle), "-o", str(out)]) == status
    document = read_corroboration(out.read_bytes())
    assert (document.sampled, document.agreed, document.agrees) == (40, held, status == 0)
    assert document.bundle_sha256 == hashlib.sha256(bundle.read_bytes()).hexdigest()
    assert document.log_sha256 == hashlib.sha256(log_of(held)).hexdigest()
    assert document.nonce == NONCE
    assert f"{held} of 40 sampled requests" in capsys.readouterr().out


def test_logs_of_several_services_count_together(
    tmp_path: Path, bundle: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = log_of(40)
    packed = (
        gzip.compress(whole[:1500]) + gzip.compress(b"", mtime=0) + gzip.compress(whole[1500:2500])
    )
    first, second = tmp_path / "one.gz", tmp_path / "two"
    first.write_bytes(packed)
    second.write_bytes(whole[2400:])
    assert main(["corroborate", str(first), str(second), str(bundle)]) == 0
    digest = hashlib.sha256(packed + whole[2400:]).hexdigest()
    assert digest in capsys.readouterr().out


def test_an_id_across_two_pieces_is_found(tmp_path: Path) -> None:
    wanted = "txb31c00c99cd64769966d2-006b01b758-region-one"
    digest = hashlib.sha256(wanted.encode()).hexdigest()
    for shift in (0, 10, 20, 44):
        log = tmp_path / f"log{shift}"
        log.write_bytes(b" " * ((1 << 20) - shift) + wanted.encode() + b" ")
        assert search_logs([log], frozenset({digest})).found == {digest}


def test_what_cannot_be_compared_is_said(
    tmp_path: Path, bundle: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log, torn, empty = tmp_path / "log", tmp_path / "torn.gz", tmp_path / "empty.osi.zip"
    log.write_bytes(log_of(40))
    torn.write_bytes(gzip.compress(log_of(40))[:-9])
    empty.write_bytes(
        write_bundle(bundle_files(manifest(), [result("identity.tls_verify")], [], {}))
    )
    for words, said in (
        ([str(tmp_path / "absent"), str(bundle)], "cannot be read"),
        ([str(torn), str(bundle)], "ends too early"),
        ([str(log), str(log)], "bundle-damaged"),
        ([str(log), str(empty)], "names no request"),
    ):
        assert main(["corroborate", *words]) == 2
        assert said in capsys.readouterr().err
