"""Secrets are found however they are written, and are in nothing that the kit writes."""

from __future__ import annotations

import base64
import gzip

import pytest

from certification.engine.bundle.model import KitResult
from certification.engine.report import TestState
from hallmark.kit.secrets import KnownSecrets, canary, decoded, found_in, mark
from hallmark.kit.tests import TESTS
from hallmark.kit.transcripts import TRANSCRIPT_BYTES, transcript
from tests.hallmark.kit.seen import ran, trace

SECRET = "osi-canary-0123456789abcdef"


@pytest.mark.parametrize("before", ["", "x", "xy", "xyz", "xyzz"])
def test_a_secret_is_found_in_base64_wherever_it_begins(before: str) -> None:
    text = base64.b64encode(f"{before}{SECRET}, and more".encode()).decode()

    assert found_in(text, [SECRET])
    assert not found_in(text, [canary()])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f'{{"password": "{SECRET}"}}', True),
        (SECRET.encode().hex(), True),
        (SECRET[:-1], False),
        ("", False),
    ],
)
def test_a_secret_is_found_in_plain_and_hexadecimal(text: str, found: bool) -> None:
    assert found_in(text, [SECRET]) is found


def test_short_passwords_are_not_looked_for() -> None:
    assert not found_in("the project demo", ["demo"])


def test_user_data_is_unpacked() -> None:
    packed = base64.b64encode(gzip.compress(SECRET.encode())).decode()

    assert SECRET in decoded(packed)
    assert decoded("no base64 at all") == "no base64 at all"


def test_marks_and_canaries_are_never_the_same() -> None:
    assert len({mark() for _ in range(50)}) == len({canary() for _ in range(50)}) == 50
    assert len(mark()) <= 20


def shown(text: str, *secrets: str) -> str:
    known = KnownSecrets()
    known.learn(*secrets)
    result = KitResult("tenancy.cleanup", "", TestState.PASSED, "clean", "", "", "")
    played = trace(ran("install", output=text))
    return transcript(TESTS["tenancy.cleanup"], result, [played], known).decode()


def test_a_transcript_has_no_secret() -> None:
    text = shown(f"token {SECRET} stored\nhunter2-is-it", SECRET, "hunter2-is-it")

    assert SECRET not in text and "hunter2" not in text
    assert "install" in text and "outcome    passed: clean" in text


def test_a_secret_on_the_edge_of_a_cut_is_not_kept_in_part() -> None:
    for length in range(3040, 3100, 2):
        text = shown("a " * (length // 2) + SECRET + " b" * 9000, SECRET)
        assert "canary" not in text


def test_a_transcript_has_an_end() -> None:
    known = KnownSecrets()
    played = trace(*(ran("list", label=f"list {n}", output="ä\n" * 5000) for n in range(40)))
    result = KitResult("tenancy.cleanup", "", TestState.PASSED, "clean", "", "", "")

    raw = transcript(TESTS["tenancy.cleanup"], result, [played], known)

    assert len(raw) <= TRANSCRIPT_BYTES and "left out" in raw.decode()[-80:]
