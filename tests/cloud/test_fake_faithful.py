"""The fake OpenStack of the fast tests answers as the real one does, call by call."""

from __future__ import annotations

import secrets
from pathlib import Path

import pytest
import yaml

from tests.fakes.cloud import ADMIN, PASSWORD, FakeCloud
from tests.fakes.enactment import Enactment, Seen, password_of, words
from tests.fakes.script import steps
from tests.fakes.shapes import differences

pytestmark = pytest.mark.cloud

STEPS = tuple(steps())


@pytest.fixture(scope="module")
def real(cloud_folder: Path) -> list[Seen]:
    entry = yaml.safe_load((cloud_folder / "clouds.yaml").read_text())["clouds"]["mini-admin"]
    mark = f"faithful-{secrets.token_hex(4)}"
    return Enactment(entry["auth"]["auth_url"], password_of(entry["auth"]), words(mark)).run(STEPS)


@pytest.fixture(scope="module")
def fake() -> list[Seen]:
    auth = {"username": ADMIN, "password": PASSWORD, "project_name": ADMIN}
    with FakeCloud() as cloud:
        enactment = Enactment(cloud.auth_url, password_of(auth), words("faithful"), pause_s=0.01)
        return enactment.run(STEPS)


@pytest.mark.parametrize("place", range(len(STEPS)), ids=[step.title for step in STEPS])
def test_fake_answers_as_the_real_cloud(place: int, real: list[Seen], fake: list[Seen]) -> None:
    assert real[place].status == STEPS[place].status
    assert differences(real[place], fake[place]) == []
