"""A challenge is taken on the page of a release and answered by one upload."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.http import urlencode

from certification.models import Run, RunChallenge
from tests.factories import person, subunit, work_off
from tests.site.conftest import signed_in
from tests.site.reading import read
from tests.workspace.stories import Story, story

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def told(db: None) -> Story:
    return story()


def taken(told: Story) -> str:
    url = f"/workspace/releases/{told.release.pk}/"
    answer = told.client.post(f"{url}challenge/", {"guideline": str(told.guideline.pk)})
    assert (answer.status_code, answer["Location"]) == (303, url)
    nonce = RunChallenge.objects.latest("issued_at").nonce
    assert f"--nonce {nonce}" in read(told.client.get(url)).text
    return nonce


def sent(client: Client, nonce: str, *files: bytes) -> Any:
    evidence = [SimpleUploadedFile("run.subunit", raw) for raw in files]
    return client.post("/upload/", {"evidence": evidence, "nonce": nonce})


def test_looking_makes_none_and_only_a_guideline_that_certifies_takes_one(told: Story) -> None:
    url = f"/workspace/releases/{told.release.pk}/"
    told.client.get(url)
    answer = told.client.post(f"{url}challenge/", {"guideline": "0"}, follow=True)
    assert "No challenge was made" in read(answer).text
    assert RunChallenge.objects.count() == 0


def test_an_upload_answers_it_once(told: Story) -> None:
    nonce = taken(told)
    answer = sent(told.client, nonce, subunit(a="success"))
    run = Run.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, run.get_absolute_url())
    assert RunChallenge.objects.get(nonce=nonce).run == run
    again = sent(told.client, nonce, subunit(b="success"))
    assert again.status_code == 409
    assert "challenge-used" in read(again).text
    release = f"/workspace/releases/{told.release.pk}/"
    assert nonce not in read(told.client.get(release)).text
    work_off()
    tying = read(told.client.get(f"{release}?run={run.pk}"))
    assert "Tie this run" in tying.text
    assert "answers no challenge" not in tying.text


def test_bytes_that_were_sent_before_leave_it_unused(told: Story) -> None:
    evidence = subunit(a="success")
    sent(told.client, "", evidence)
    nonce = taken(told)
    client = told.client
    answer = client.get(sent(client, nonce, evidence)["Location"])
    assert "The challenge is not used" in read(answer).text
    assert RunChallenge.objects.get(nonce=nonce).used_at is None


def test_another_vendor_s_nonce_and_an_invented_one_are_a_conflict(told: Story) -> None:
    nonce = taken(told)
    for client in (signed_in(person("Eve")), Client()):
        assert sent(client, nonce, subunit(a="success")).status_code == 409
    for invented in ("0" * 32, "rubbish", "\x00", "é" * 32):
        url = f"/api/v1/runs/?{urlencode({'nonce': invented})}"
        answer = told.client.post(url, b"x", content_type="application/octet-stream")
        assert answer.status_code == 409, invented
    assert sent(told.client, "0" * 32, subunit(a="success")).status_code == 409
    assert Run.objects.count() == 0


def test_two_files_do_not_answer_one(told: Story) -> None:
    answer = sent(told.client, taken(told), subunit(a="success"), subunit(b="success"))
    assert answer.status_code == 400
    assert "send one file" in read(answer).text
    assert Run.objects.count() == 0


def test_the_api_takes_it_too(told: Story) -> None:
    nonce = taken(told)

    def post(raw: bytes) -> Any:
        url = f"/api/v1/runs/?nonce={nonce}"
        return told.client.post(url, raw, content_type="application/octet-stream")

    assert post(subunit(a="success")).status_code == 201
    again = post(subunit(b="success"))
    assert (again.status_code, again.json()["code"]) == (409, "challenge-used")
    assert RunChallenge.objects.get(nonce=nonce).run == Run.objects.get()
