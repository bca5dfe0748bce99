"""Public keys and signatures as people paste them: what is read, what is refused and why."""

from __future__ import annotations

import base64
import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA1, SHA256, SHA512

from marketplace.catalogue.keys import KeyRefused, parse_public_key, parse_signature, signed_by
from tests.catalogue.keypairs import KeyPair, ed25519_pair, one_line, padded, rsa_pair

MESSAGE = b'{"cpid": "c"}'
pairs = pytest.mark.parametrize("pair", [rsa_pair(), ed25519_pair()], ids=["rsa", "ed25519"])


def code_of(text: str) -> str:
    with pytest.raises(KeyRefused) as refused:
        parse_public_key(text)
    assert str(refused.value)
    return refused.value.code


@pairs
def test_a_key_is_known_by_the_sha256_of_its_blob(pair: KeyPair) -> None:
    algorithm, encoded = pair.public.split()
    key = parse_public_key(f"{pair.public} ann@laptop, the new one")
    assert (key.algorithm, key.text) == (algorithm, pair.public)
    assert key.comment == "ann@laptop, the new one"
    assert key.fingerprint == hashlib.sha256(base64.b64decode(encoded)).hexdigest()


@pairs
@pytest.mark.parametrize("form", ["b'{}'", 'b"{}"', "  {}\r\n", "b'{} me@here '"])
def test_what_python_prints_around_it_is_forgiven(pair: KeyPair, form: str) -> None:
    assert parse_public_key(form.format(pair.public)).text == pair.public


def test_one_key_written_in_two_ways_is_one_key() -> None:
    plain = rsa_pair().public
    other = padded(plain)
    assert other != plain
    assert parse_public_key(other).fingerprint == parse_public_key(plain).fingerprint
    assert parse_public_key(other).text == plain


@pytest.mark.parametrize("text", ["", "ssh-rsa", "AAAA", "b''"])
def test_half_a_key_is_malformed(text: str) -> None:
    assert code_of(text) == "key-malformed"


@pytest.mark.parametrize(
    "encoded", ["AAAA", "not base64!", "ÄÖÜ", "AAAAB3NzaC1yc2E=", "AAAA\0", "A" * 5000]
)
def test_what_is_no_key_is_malformed(encoded: str) -> None:
    assert code_of(f"ssh-rsa {encoded}") == "key-malformed"
    assert code_of(f"ssh-ed25519 {encoded}") == "key-malformed"


def test_a_key_cut_short_or_grown_is_malformed() -> None:
    algorithm, encoded = rsa_pair().public.split()
    blob = base64.b64decode(encoded)
    for wrong in (blob[:-1], blob + b"x"):
        assert code_of(f"{algorithm} {base64.b64encode(wrong).decode()}") == "key-malformed"


def test_a_key_under_the_name_of_another_algorithm_is_malformed() -> None:
    assert code_of(rsa_pair().public.replace("ssh-rsa", "ssh-ed25519")) == "key-malformed"
    assert code_of(ed25519_pair().public.replace("ssh-ed25519", "ssh-rsa")) == "key-malformed"


@pytest.mark.parametrize("curve", [ec.SECP256R1(), ec.SECP384R1(), ec.SECP521R1()])
def test_other_algorithms_are_refused(curve: ec.EllipticCurve) -> None:
    assert code_of(one_line(ec.generate_private_key(curve).public_key())) == "key-algorithm"


@pytest.mark.parametrize(
    "algorithm", ["ssh-dss", "rsa-sha2-256", "SSH-RSA", "ssh-rsa-cert-v01@openssh.com"]
)
def test_other_names_are_refused(algorithm: str) -> None:
    encoded = rsa_pair().public.split()[1]
    assert code_of(f"{algorithm} {encoded}") == "key-algorithm"


@pytest.mark.slow
@pytest.mark.parametrize("bits", [1024, 2047])
def test_a_weak_key_is_refused(bits: int) -> None:
    text = rsa_pair(bits).public
    assert code_of(text) == "key-size"


def test_a_huge_key_is_refused() -> None:
    size = 16385 // 8
    modulus = b"\0" + b"\xff" * size
    parts = [b"ssh-rsa", b"\x01\0\x01", modulus]
    blob = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
    assert code_of(f"ssh-rsa {base64.b64encode(blob).decode()}") in ("key-size", "key-malformed")


@pairs
def test_a_signature_holds_for_its_key_and_its_bytes_alone(pair: KeyPair) -> None:
    key = parse_public_key(pair.public)
    signature = parse_signature(pair.sign(MESSAGE))
    assert signed_by(key, signature, MESSAGE)
    assert not signed_by(key, signature, MESSAGE + b" ")
    assert not signed_by(key, signature[:-1], MESSAGE)
    assert not signed_by(key, signature + b"\0", MESSAGE)
    assert not signed_by(key, b"", MESSAGE)
    assert not signed_by(key, bytes([signature[0] ^ 1]) + signature[1:], MESSAGE)
    for other in (rsa_pair(number=1), ed25519_pair()):
        assert not signed_by(parse_public_key(other.public), signature, MESSAGE)


def test_other_paddings_and_hashes_do_not_hold() -> None:
    pair = rsa_pair()
    key, private = parse_public_key(pair.public), pair.private
    assert isinstance(private, RSAPrivateKey)
    pss = padding.PSS(padding.MGF1(SHA256()), padding.PSS.MAX_LENGTH)
    made = [private.sign(MESSAGE, padding.PKCS1v15(), other) for other in (SHA1(), SHA512())]
    made.append(private.sign(MESSAGE, pss, SHA256()))
    assert not any(signed_by(key, signature, MESSAGE) for signature in made)


@pytest.mark.parametrize("form", ["{}", "b'{}'", 'b"{}"', " {}\n"])
def test_a_signature_is_hex_and_python_is_forgiven(form: str) -> None:
    assert parse_signature(form.format("00ffA1")) == b"\x00\xff\xa1"


@pytest.mark.parametrize("text", ["0", "xy", "0x00", "b'zz'", "ÄÄ", "00\0"])
def test_what_is_no_hex_is_malformed(text: str) -> None:
    with pytest.raises(KeyRefused) as refused:
        parse_signature(text)
    assert refused.value.code == "signature-malformed"
