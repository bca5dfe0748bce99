"""From the kit's folder to a file, and what is said of it."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from certification.bundle_signatures import verify_signatures
from certification.engine.bundle import Signature, read_bundle, write_bundle
from certification.engine.footprint import write_footprint
from hallmark.cli import main
from hallmark.signing import BundleKey, KeyUnusable, make_key, read_key
from marketplace.catalogue.keys import parse_public_key, parse_signature, signed_by
from tests.api.people import rsa_signer
from tests.engine.bundle.building import NONCE, files, footprint, tables, with_files


def lay_out(folder: Path, found: dict[str, bytes]) -> Path:
    for name, content in found.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


@pytest.fixture
def run_folder(tmp_path: Path) -> Path:
    return lay_out(tmp_path / "run", files())


@pytest.fixture
def key(tmp_path: Path) -> BundleKey:
    return make_key(tmp_path / "key.pem")


def test_a_folder_becomes_the_same_file_each_time(
    run_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["pack", str(run_folder)]) == 0
    first = run_folder.with_name("run.osi.zip")
    assert main(["pack", str(run_folder), "-o", str(run_folder.with_name("two"))]) == 0
    assert first.read_bytes() == run_folder.with_name("two").read_bytes() == write_bundle(files())
    said = capsys.readouterr().out
    assert NONCE in said
    assert "1 passed, 1 failed, 1 skipped" in said
    assert "2 with 80 calls: plain, moved" in said
    assert "nobody: such a run is self-reported" in said


def test_a_signed_file_is_verified_by_its_registered_key(
    run_folder: Path, key: BundleKey, capsys: pytest.CaptureFixture[str]
) -> None:
    packed = run_folder.with_name("signed")
    words = ["pack", str(run_folder), "-o", str(packed)]
    assert main([*words, "--key", str(run_folder.with_name("key.pem"))]) == 0
    bundle = read_bundle(packed.read_bytes(), tables())
    registered = parse_public_key(key.public_line)
    assert verify_signatures(bundle, {registered.fingerprint: registered.text}.get) == (
        key.fingerprint
    )
    assert main(["pack", "--check", str(packed)]) == 0
    assert key.fingerprint in capsys.readouterr().out


def test_a_new_key_is_private_and_never_written_over_another(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "new.pem"
    assert main(["pack", "--new-key", str(path)]) == 0
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    said = capsys.readouterr().out
    key = read_key(path)
    assert key.public_line in said
    assert parse_public_key(key.public_line).fingerprint == key.fingerprint
    kept = path.read_bytes()
    assert main(["pack", "--new-key", str(path)]) == 2
    assert path.read_bytes() == kept


def test_the_proof_is_what_the_registration_page_wants(
    tmp_path: Path, key: BundleKey, capsys: pytest.CaptureFixture[str]
) -> None:
    challenge = "f00d" * 8
    assert main(["pack", "--key", str(tmp_path / "key.pem"), "--prove", challenge]) == 0
    proof = parse_signature(capsys.readouterr().out)
    assert signed_by(parse_public_key(key.public_line), proof, challenge.encode())


def test_a_footprint_that_will_not_count_is_said_and_packed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    foreign = write_footprint(footprint(nonce="f" * 32))
    folder = lay_out(tmp_path / "run", with_files({"footprints/01-plain.json": foreign}))
    assert main(["pack", str(folder)]) == 1
    assert "will not count: footprints/01-plain.json: " in capsys.readouterr().out
    assert (tmp_path / "run.osi.zip").exists()


def test_what_the_manifest_does_not_name_stays_out(
    run_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lay_out(run_folder, {"footprints/09-plain.json": b"{}", "clouds.yaml": b"secret"})
    assert main(["pack", str(run_folder)]) == 0
    assert "left out: footprints/09-plain.json" in capsys.readouterr().out
    assert run_folder.with_name("run.osi.zip").read_bytes() == write_bundle(files())


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"probe.json": b"changed"}, "bundle-digest"),
        ({"results.json": b"{"}, "bundle-digest"),
        ({"manifest.json": b"{"}, "bundle-manifest"),
        ({"manifest.json": None}, "holds no manifest.json"),
        ({"probe.json": None}, "holds no probe.json"),
    ],
)
def test_a_folder_that_is_no_run_is_refused(
    run_folder: Path,
    changes: dict[str, bytes | None],
    words: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name, content in changes.items():
        if content is None:
            (run_folder / name).unlink()
        else:
            (run_folder / name).write_bytes(content)
    assert main(["pack", str(run_folder)]) == 2
    assert words in capsys.readouterr().err
    assert not run_folder.with_name("run.osi.zip").exists()


def test_a_manifest_cannot_fetch_files_from_elsewhere(
    run_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    manifest = (run_folder / "manifest.json").read_bytes()
    (run_folder / "manifest.json").write_bytes(manifest.replace(b'"probe.json"', b'"../key.pem"'))
    assert main(["pack", str(run_folder)]) == 2
    assert "bundle-file" in capsys.readouterr().err


def test_a_link_in_the_folder_is_not_followed(run_folder: Path) -> None:
    (run_folder / "probe.json").rename(run_folder.with_name("elsewhere"))
    (run_folder / "probe.json").symlink_to(run_folder.with_name("elsewhere"))
    assert main(["pack", str(run_folder)]) == 2


def test_a_key_that_is_none_is_refused(tmp_path: Path) -> None:
    rsa = tmp_path / "rsa.pem"
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    private = rsa_signer().private
    rsa.write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    (tmp_path / "garbage").write_bytes(b"garbage")
    for name in ("rsa.pem", "garbage", "absent"):
        with pytest.raises(KeyUnusable):
            read_key(tmp_path / name)


@pytest.mark.parametrize("at", [0, 31, 63])
def test_one_bit_of_signature_or_manifest_changed_is_no_signature(key: BundleKey, at: int) -> None:
    found = files()
    registered = {key.fingerprint: key.public_line}
    good = key.sign_manifest(found["manifest.json"])
    wrong = bytearray(good.signature)
    wrong[at] ^= 1

    def signer(found: dict[str, bytes], signature: Signature) -> str | None:
        bundle = read_bundle(write_bundle(found, [signature]), tables())
        return verify_signatures(bundle, registered.get)

    assert signer(found, good) == key.fingerprint
    assert signer(found, Signature(key.fingerprint, bytes(wrong))) is None
    changed = found | {"manifest.json": found["manifest.json"].replace(b"a small", b"b small")}
    assert signer(changed, good) is None


def test_only_a_registered_key_under_its_own_fingerprint_counts(
    tmp_path: Path, key: BundleKey
) -> None:
    found = files()
    other = make_key(tmp_path / "other.pem")
    rsa = rsa_signer()
    raw = write_bundle(found, [key.sign_manifest(found["manifest.json"])])
    bundle = read_bundle(raw, tables())
    for registered in (
        {},
        {other.fingerprint: other.public_line},
        {key.fingerprint: other.public_line},
        {key.fingerprint: rsa.public},
        {key.fingerprint: "no key"},
    ):
        assert verify_signatures(bundle, registered.get) is None
    two = write_bundle(found, [other.sign_manifest(b""), key.sign_manifest(found["manifest.json"])])
    known = {one.fingerprint: one.public_line for one in (other, key)}
    assert verify_signatures(read_bundle(two, tables()), known.get) == key.fingerprint


def test_words_that_make_no_sense_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    for words in (
        [],
        ["a", "--check", "b"],
        ["--prove", "f00d" * 8],
        ["--key", "k", "--prove", "DSSEv1 1 a 1 b"],
    ):
        with pytest.raises(SystemExit) as stopped:
            main(["pack", *words])
        assert stopped.value.code == 2
    assert main(["pack", "--check", "/nowhere"]) == 2
    assert "cannot be read" in capsys.readouterr().err
