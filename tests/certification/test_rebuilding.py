"""Everything derived goes and comes back: byte for byte the same."""

from __future__ import annotations

import re

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from certification import tasks
from certification.evidence import delete_evidence
from certification.models import Evaluation, QueueEntry, Run
from certification.operations.intake import receive_run
from marketplace.site.demo.guidelines import load_guidelines
from marketplace.site.demo.people import create_logins
from tests.journeys.conftest import RUNS

#: Masked anew in each answer, whatever is stored.
FORM_TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]+"')
pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def runs(db: None) -> list[Run]:
    load_guidelines(admins=[person for person in create_logins() if person.staff_role == "admin"])
    names = ("guideline-2020.06-parallel3.v2.gz", "identity-serial.v1.gz")
    received = [
        receive_run(
            chunks=[(RUNS / name).read_bytes()],
            limit=10**8,
            via=Run.Via.API,
            by=None,
            file_name=name,
        ).run
        for name in names
    ]
    for entry in QueueEntry.objects.filter(finished_at=None):
        tasks.work(entry_id=entry.pk)
    return received


def public_pages(runs: list[Run]) -> dict[str, bytes]:
    client = Client()
    paths = ["/", "/guidelines/", "/guidelines/2026.11/", "/v1/results/"]
    paths += [f"/runs/{run.pk}/" for run in runs]
    paths += [f"/runs/{run.pk}/?guideline=2027.05&target=compute" for run in runs]
    paths += [f"/v1/results/{run.pk}" for run in runs]
    return {path: FORM_TOKEN.sub(b"", client.get(path).content) for path in paths}


def test_every_public_page_is_the_same_after_a_rebuild(runs: list[Run]) -> None:
    before = public_pages(runs)
    stored = list(Evaluation.objects.order_by("run", "guideline", "target").values_list("verdict"))
    Evaluation.objects.all().delete()
    Run.objects.update(passed=b"", failed=b"", skipped=b"", tests_passed=0, dictionary_length=0)
    call_command("rebuild")
    assert public_pages(runs) == before
    again = Evaluation.objects.order_by("run", "guideline", "target").values_list("verdict")
    assert list(again) == stored != []


def test_a_run_whose_evidence_is_gone_keeps_no_verdict(runs: list[Run]) -> None:
    delete_evidence(runs[0].evidence_sha256)
    with pytest.raises(CommandError):
        call_command("rebuild")
    assert not Evaluation.objects.filter(run=runs[0]).exists()
    assert Evaluation.objects.filter(run=runs[1]).exists()
