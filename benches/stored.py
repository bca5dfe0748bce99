"""What things cost as the number of stored runs grows: `python -m benches.stored [--all] [N ...]`.

Runs are filled in by COPY, with bitmaps and the verdicts of the guideline in force, and without
evidence: what is measured here reads none of it. By default 1,000 and 10,000 runs; `--all` goes on
to 100,000 and a million, which takes 3 GB of disk and ten minutes.
"""

from __future__ import annotations

import functools
import io
import itertools
import logging
import operator
import random
import statistics
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing

import httpx
import psycopg2

from benches.configured import DJANGO
from benches.service import cpu_seconds, running_service
from benches.uploading import body_of
from certification.engine.guideline import parse_guideline
from certification.engine.guideline.amendment import Amendment as EngineAmendment
from certification.engine.guideline.amendment import AmendmentAction
from certification.engine.report import Entry, EvidenceFormat, Report, TestState
from certification.engine.verdict import (
    EvidenceFacts,
    RunBitmap,
    TestDictionary,
    compile_guideline,
    compile_masks,
    verdict_of,
)
from certification.guidelines import shipped_inventories
from certification.judging import inputs_digest
from certification.models.columns import deflated
from marketplace.config.local.server import Server
from tests.journeys.service import PYTHON, Service

SIZES = (1_000, 10_000)
FURTHER = (100_000, 1_000_000)
UPLOADS, READS = 20, 20
RESULTS = 1_500
KINDS = 20_000
SEED = 7
FILL = 20_000

_RUNS = """
    COPY certification_run (id, evidence_digest, evidence_bytes, file_name, state, received_at,
        uploaded_via, shared, copied_bytes, format, cpid, duration_seconds, events, workers,
        passes_only, looks_incomplete, tests_passed, tests_failed, tests_skipped, passed_deflated,
        failed_deflated, skipped_deflated, dictionary_length, exact, damage_reason, verified_at,
        fault_code, fault_text, fault_place) FROM STDIN
"""
_VERDICTS = """
    COPY certification_evaluation (run_id, guideline_id, inputs, target, ruleset, verdict,
        tests_total, tests_passed, tests_failed, tests_skipped, tests_missing) FROM STDIN
"""
#: Everything about a run but its id, digest and time; and its verdicts' columns.
Kind = tuple[str, list[str]]


def main() -> None:
    given = sys.argv[1:]
    sizes = sorted({int(text) for text in given if text != "--all"} or SIZES)
    if "--all" in given:
        sizes += FURTHER
    out = sys.stdout.write
    logging.getLogger("httpx").setLevel(logging.WARNING)
    with running_service() as (service, database):
        numbers = itertools.count()
        out(f"Django {DJANGO}, {RESULTS} results an upload; CPU of service and database in ms\n")
        out(
            f"{'stored':>9} {'upload':>7} {'list':>6} {'own':>6} {'run':>6} {'page':>6}"
            f" {'judge all':>10} {'process':>8} {'database':>8} {'peak MB':>8}"
            f" {'run B':>6} {'verdict B':>10}\n"
        )
        for size in sizes:
            _fill(service, _kinds(service), size)
            out(_row(service, database, size, numbers) + "\n")
            sys.stdout.flush()


def _row(service: Service, database: Server, size: int, numbers: Iterator[int]) -> str:
    with httpx.Client(base_url=service.base, timeout=300) as client:

        def upload() -> None:
            answer = client.post("/v1/results/", content=body_of(RESULTS, next(numbers)))
            assert answer.status_code == 201, answer.text
            last.append(answer.json()["test_id"])

        last: list[str] = []
        upload()
        costs = [_cost(service, database, upload, UPLOADS)]
        run_id = last[0]
        for address in (
            "/v1/results?page=1",
            "/api/v1/runs/",
            f"/v1/results/{run_id}",
            f"/runs/{run_id}/",
        ):
            read(client, address)
            costs.append(_cost(service, database, functools.partial(read, client, address), READS))
    stored = int(str(service.query("SELECT count(*) FROM certification_run")[0][0]))
    process, in_database, peak = _judge_all(service, database)
    run_bytes, verdict_bytes = (_bytes(service, table, stored) for table in ("run", "evaluation"))
    return (
        f"{size:>9,} {costs[0]:>7.1f} {costs[1]:>6.1f} {costs[2]:>6.1f} {costs[3]:>6.1f}"
        f" {costs[4]:>6.1f}"
        f" {process + in_database:>8.2f} s {process:>8.2f} {in_database:>8.2f} {peak:>8.0f}"
        f" {run_bytes:>6.0f} {verdict_bytes:>10.0f}"
    )


def read(client: httpx.Client, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 200, f"{address}: {answer.status_code}"


def _cost(service: Service, database: Server, deed: Callable[[], None], times: int) -> float:
    """Milliseconds of CPU for one, over `times`: ticks of the kernel are too coarse for each."""
    parts = [process.pid for process in service.processes.values()] + [database.child.pid]
    rounds = []
    for _ in range(3):
        before = cpu_seconds(*parts)
        for _ in range(times):
            deed()
        rounds.append((cpu_seconds(*parts) - before) / times * 1000)
    return statistics.median(rounds)


def _judge_all(service: Service, database: Server) -> tuple[float, float, float]:
    """Seconds of CPU, of the judging process and of the database, and the process's peak in MB."""
    service.kill("dispatcher")
    before = cpu_seconds(database.child.pid)
    told = subprocess.run(
        [PYTHON, "-m", "benches.judging_all"],
        env=service.environment | {"DJANGO_SETTINGS_MODULE": "marketplace.config.settings"},
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split()
    in_database = cpu_seconds(database.child.pid) - before
    service.start("dispatcher")
    return float(told[-2]), in_database, float(told[-1])


def _bytes(service: Service, table: str, rows: int) -> float:
    size = service.query(f"SELECT pg_total_relation_size('certification_{table}')")[0][0]
    return int(str(size)) / rows


def _kinds(service: Service) -> list[Kind]:
    """Runs of Tempest as they are uploaded: half pass everything, the others lack up to 60 tests,
    hardly two of them the same."""
    rows = service.query("SELECT name, idempotent_id FROM certification_knowntest ORDER BY bit")
    dictionary = TestDictionary([(str(name), str(test_id)) for name, test_id in rows])
    digest, document, key = service.query(
        "SELECT digest, document, id FROM certification_guideline"
        " WHERE state = 'approved' AND add_on = '' ORDER BY id DESC LIMIT 1"
    )[0]
    amendments = [
        EngineAmendment(str(digest), AmendmentAction(str(action)), *map(str, said))
        for action, *said in service.query(
            "SELECT action, test, reason, author, decided_on FROM certification_amendment"
            f" WHERE guideline_id = {key} ORDER BY number"
        )
    ]
    parsed = parse_guideline(bytes(document))  # type: ignore[call-overload] # bytea
    compiled = compile_guideline(parsed, amendments)
    inputs = _bytea(bytes.fromhex(inputs_digest(compiled)))
    masks = compile_masks(compiled, dictionary)
    (tests,) = shipped_inventories().values()
    whole, bits = _bitmaps(tests, dictionary)
    facts = EvidenceFacts(EvidenceFormat.REFSTACK_JSON, False, True, False, None)
    dice = random.Random(SEED)
    kinds = []
    for number in range(KINDS):
        lacking = dice.sample(bits, dice.randrange(60) if number % 2 else 0)
        passed = functools.reduce(lambda left, bit: left & ~bit, lacking, whole)
        bitmap = RunBitmap(passed, 0, 0, True, len(dictionary))
        maps = "\t".join(_bytea(deflated(one)) for one in bitmap.to_bytes(bitmap.width // 8 + 1))
        run = f"{len(tests) - len(lacking)}\t0\t0\t{maps}\t{bitmap.width}\tt\t"
        verdicts = []
        for target, mask in masks.items():
            found = verdict_of(mask, bitmap, facts)
            counts = (found.total, found.passed, found.failed, found.skipped, found.missing)
            ends = "\t".join(map(str, (target, 1, found.verdict.value, *counts)))
            verdicts.append(f"{key}\t{inputs}\t{ends}")
        kinds.append((run, verdicts))
    return kinds


def _bitmaps(tests: Sequence[tuple[str, str]], dictionary: TestDictionary) -> tuple[int, list[int]]:
    """What a run that passed all of these tests has, and what each test alone has of it."""
    entries = [Entry(name, test_id, TestState.PASSED) for name, test_id in tests]
    each = [
        dictionary.bitmap_of(Report(EvidenceFormat.REFSTACK_JSON, (entry,), passes_only=True))
        for entry in entries
    ]
    bits = [bitmap.passed for bitmap in each]
    return functools.reduce(operator.or_, bits), bits


def _bytea(content: bytes) -> str:
    return rf"\\x{content.hex()}"


def _fill(service: Service, kinds: list[Kind], size: int) -> None:
    """Up to so many runs, by COPY. What autovacuum does within minutes is done at once: else it
    would come in the midst of a measurement."""
    stored = int(str(service.query("SELECT count(*) FROM certification_run")[0][0]))
    while stored < size:
        rows = min(FILL, size - stored)
        runs, verdicts = io.StringIO(), io.StringIO()
        for number in range(stored, stored + rows):
            run, lines = kinds[number % len(kinds)]
            run_id = uuid.UUID(int=random.Random(number).getrandbits(128), version=4)
            digest = _bytea(run_id.bytes * 2)
            runs.write(
                f"{run_id}\t{digest}\t248000\t\tverified\t2026-01-01 00:00:00+00\trefstack\tf\tf\t"
                f"refstack-json\tcloud-{number % 997}\t4000\t1500\t0\tt\tf\t{run}\t"
                "2026-01-01 00:00:00+00\t\t\t\n"
            )
            verdicts.writelines(f"{run_id}\t{line}\n" for line in lines)
        service.copy(_RUNS, runs)
        service.copy(_VERDICTS, verdicts)
        stored += rows
    with closing(psycopg2.connect(service.database_url)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("VACUUM (ANALYZE) certification_run, certification_evaluation")
            cursor.execute("CHECKPOINT")


if __name__ == "__main__":
    main()
