"""Uploading on the page."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from certification.models import QueueEntry, Run
from tests.factories import evidence_files, in_force, new_evidence, person, vendor, work_off
from tests.site.conftest import signed_in
from tests.site.reading import read

pytestmark = pytest.mark.django_db


def files(*contents: bytes) -> dict[str, list[SimpleUploadedFile]]:
    return {"evidence": [SimpleUploadedFile(f"run-{i}.bin", c) for i, c in enumerate(contents)]}


def test_anybody_uploads_and_is_sent_to_the_run(stranger: Client) -> None:
    answer = stranger.post("/upload/", files(new_evidence()))
    run = Run.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, run.get_absolute_url())
    assert (run.uploaded_by, run.uploaded_via, run.file_name) == (None, "page", "run-0.bin")
    assert QueueEntry.objects.filter(subject=str(run.pk), finished_at=None).count() == 1


def test_a_signed_in_person_uploads_for_their_vendor() -> None:
    ann = person("Ann")
    kelp = vendor("Kelp", owner=ann)
    signed_in(ann).post("/upload/", files(new_evidence()))
    run = Run.objects.get()
    assert (run.uploaded_by, run.vendor, run.shared) == (ann, kelp, False)


def test_several_files_become_several_runs_on_one_list(stranger: Client) -> None:
    in_force("2031.06", "a")
    answer = stranger.post("/upload/", files(new_evidence(), new_evidence()))
    assert answer.status_code == 303
    assert answer["Location"].startswith("/upload/?run=")
    waiting = stranger.get(answer["Location"])
    assert b'http-equiv="refresh"' in waiting.content
    work_off()
    settled = stranger.get(answer["Location"])
    assert b'http-equiv="refresh"' not in settled.content
    assert {run.get_absolute_url() for run in Run.objects.all()} <= set(read(settled).links)


def test_the_list_shows_only_what_its_reader_may_see(stranger: Client) -> None:
    ann = person("Ann")
    signed_in(ann).post("/upload/", files(new_evidence()))
    run = Run.objects.get()
    page = read(stranger.get(f"/upload/?run={run.pk}&run=nonsense"))
    assert run.get_absolute_url() not in page.links


def test_the_same_bytes_again_lead_to_the_same_run(stranger: Client) -> None:
    raw = new_evidence()
    first = stranger.post("/upload/", files(raw))
    again = stranger.post("/upload/", files(raw))
    assert first["Location"] == again["Location"]
    assert Run.objects.count() == 1


def test_no_file_and_too_many_files_are_told(stranger: Client) -> None:
    assert stranger.post("/upload/").status_code == 400
    many = stranger.post("/upload/", files(*[new_evidence() for _ in range(21)]))
    assert many.status_code == 400
    assert "at most 20 files" in read(many).text
    assert Run.objects.count() == 0


def test_an_empty_file_is_refused_with_its_code(stranger: Client) -> None:
    answer = stranger.post("/upload/", files(b""))
    assert answer.status_code == 400
    assert "evidence-empty" in read(answer).text


def test_what_is_too_large_is_refused_before_it_is_read(
    stranger: Client, settings: Settings, evidence_folder: Path
) -> None:
    settings.EVIDENCE_WIRE_BYTES = 1000
    one = stranger.post("/upload/", files(b"x" * 1001))
    assert (one.status_code, Run.objects.count()) == (400, 0)
    assert "evidence-too-large" in read(one).text
    whole = stranger.generic("POST", "/upload/", b"", CONTENT_LENGTH=str(2**31))
    assert whole.status_code == 413
    assert list(evidence_files(evidence_folder)) == []


def test_a_form_without_its_token_changes_nothing() -> None:
    answer = Client(enforce_csrf_checks=True).post("/upload/", files(new_evidence()))
    assert answer.status_code == 403
    assert "gone stale" in read(answer).title
    assert Run.objects.count() == 0
