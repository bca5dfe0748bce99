"""Parts are killed while runs are on their way: each accepted run gets its verdict, once."""

from __future__ import annotations

import gzip
import itertools

import httpx
import pytest

from tests.journeys.conftest import RUNS
from tests.journeys.service import Service

WHOLE = gzip.decompress((RUNS / "identity-serial.v1.gz").read_bytes())
_counter = itertools.count()


def upload(service: Service) -> str:
    """One more run whose bytes nobody sent before; accepted means 201."""
    body = WHOLE + f"time: 2026-11-20 10:00:00.{next(_counter):06d}Z\n".encode()
    answer = httpx.post(f"{service.base}/api/v1/runs/", content=body, timeout=30)
    assert answer.status_code == 201, answer.text
    run_id: str = answer.json()["id"]
    return run_id


def judged_once(service: Service, run_id: str) -> None:
    assert service.settled_run(run_id)["state"] == "verified"
    events = service.query(
        f"SELECT verb, count(*) FROM catalogue_auditevent WHERE object_id = '{run_id}' GROUP BY 1"
    )
    assert dict(events) == {"run.received": 1, "run.verifying": 1, "run.verified": 1}
    doubled = service.query(
        "SELECT 1 FROM certification_evaluation "
        f"WHERE run_id = '{run_id}' GROUP BY guideline_id, target HAVING count(*) > 1"
    )
    assert doubled == []


def test_the_worker_is_killed(service: Service) -> None:
    service.kill("worker")
    runs = [upload(service) for _ in range(3)]
    service.start("worker")
    for run_id in runs:
        judged_once(service, run_id)


def test_redis_is_killed_and_comes_back_empty(service: Service) -> None:
    service.kill("worker")
    before = [upload(service) for _ in range(2)]
    service.kill("redis")
    while_away = [upload(service) for _ in range(2)]
    service.start("redis", "worker")
    for run_id in before + while_away:
        judged_once(service, run_id)


def test_the_web_process_and_the_dispatcher_are_killed(service: Service) -> None:
    service.kill("dispatcher")
    run_id = upload(service)
    service.kill("web")
    service.start("web", "dispatcher")
    service.wait_until_ready()
    judged_once(service, run_id)


@pytest.mark.long
def test_every_part_is_killed_again_and_again_under_load(service: Service) -> None:
    runs: list[str] = []
    for round_number in range(12):
        parts = ("worker", "redis", "dispatcher")
        for names in itertools.combinations(parts, 1 + round_number % 3):
            runs += [upload(service) for _ in range(2)]
            service.kill(*names)
            runs += [upload(service) for _ in range(2)]
            service.start(*names)
    for run_id in runs:
        judged_once(service, run_id)
