"""The number of pages stays right where many runs are stored and not all are counted each time."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.test import Client
from django.utils import timezone

from certification.models import Run
from certification.queries import run_counts
from tests.api.evidence import refstack_body

pytestmark = pytest.mark.django_db


def pages() -> int:
    answer = Client().get("/v1/results")
    return int(answer.json()["pagination"]["total_pages"])


def send(number: int) -> None:
    body = refstack_body([f"tempest.a.B.test_{number}"])
    assert Client().post("/v1/results/", body, content_type="application/json").status_code == 201


def test_what_came_in_since_is_counted_and_what_went_only_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("api.refstack.results.PAGE", 1)
    monkeypatch.setattr(run_counts, "_FEW", 3)
    monkeypatch.setattr(run_counts, "_kept", [])
    for number in range(2):
        send(number)
    assert (pages(), run_counts._kept) == (2, [])
    send(2)
    assert pages() == 3
    send(3)
    assert pages() == 4
    [kept] = run_counts._kept
    run_counts._kept[:] = [replace(kept, count=4, before=timezone.now())]
    send(4)
    assert pages() == 5
    Run.objects.all()[0].delete()
    assert pages() == 5, "until the older ones are counted anew"
    run_counts._kept[:] = [replace(kept, until=0)]
    assert pages() == 4
