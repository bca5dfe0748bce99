"""Several files at once: each has an end of its own."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from certification.models import Run
from tests.factories import new_evidence
from tests.site.reading import read

pytestmark = pytest.mark.django_db


def files(**contents: bytes) -> dict[str, list[SimpleUploadedFile]]:
    return {"evidence": [SimpleUploadedFile(f"{name}.bin", raw) for name, raw in contents.items()]}


def test_one_refused_file_leaves_the_others(stranger: Client) -> None:
    answer = stranger.post("/upload/", files(a=new_evidence(), hollow=b"", b=new_evidence()))
    assert answer.status_code == 400
    page = read(answer)
    assert Run.objects.count() == 2
    assert {run.get_absolute_url() for run in Run.objects.all()} <= set(page.links)
    assert "hollow.bin: not taken." in page.text
    assert "evidence-empty" in page.text
    assert page.all("input", type="file")


def test_each_refused_file_is_named(stranger: Client, settings: Settings) -> None:
    settings.EVIDENCE_WIRE_BYTES = 1000
    answer = stranger.post("/upload/", files(hollow=b"", heavy=b"x" * 1001))
    page = read(answer)
    assert (answer.status_code, Run.objects.count()) == (400, 0)
    for said in ("hollow.bin", "evidence-empty", "heavy.bin", "evidence-too-large"):
        assert said in page.text


def test_all_taken_lead_to_one_list(stranger: Client) -> None:
    answer = stranger.post("/upload/", files(a=new_evidence(), b=new_evidence()))
    assert (answer.status_code, answer["Location"].count("run=")) == (303, 2)
    assert "a.bin" in read(stranger.get(answer["Location"])).text


def test_the_script_is_a_file_of_ours_and_the_form_works_without_it(stranger: Client) -> None:
    answer = stranger.get("/upload/")
    assert b"site/upload.js" in answer.content
    assert "script-src 'self'" in answer["Content-Security-Policy"]
    [form] = read(answer).all("form", enctype="multipart/form-data")
    assert (form["action"], form["method"]) == ("/upload/", "post")
    assert "multiple" in read(answer).all("input", type="file")[0]
