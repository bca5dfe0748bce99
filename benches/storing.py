"""What a stored run costs in the database: `python -m benches.storing`."""

from __future__ import annotations

import time

import httpx

from benches.service import running_service
from benches.uploading import body_of, wait_for

RUNS = 200
RESULTS = 1500
TABLES = (
    "certification_run",
    "certification_evaluation",
    "certification_queueentry",
    "catalogue_auditevent",
)


def main() -> None:
    with running_service() as (service, _):
        sizes = "SELECT " + ", ".join(f"pg_total_relation_size('{table}')" for table in TABLES)
        before = service.query(sizes)[0]
        began = time.perf_counter()
        with httpx.Client(base_url=service.base, timeout=30) as client:
            runs = [
                client.post("/v1/results/", content=body_of(RESULTS, number)).json()["test_id"]
                for number in range(RUNS)
            ]
        uploaded = time.perf_counter() - began
        for run_id in runs:
            wait_for(service, run_id)
        judged = time.perf_counter() - began
        after = service.query(sizes)[0]
        print(f"{RUNS} runs of {RESULTS} results: in {uploaded:.1f} s, judged in {judged:.1f} s")
        for table, old, new in zip(TABLES, before, after, strict=True):
            print(f"{table:>28}: {(int(str(new)) - int(str(old))) / RUNS:8.0f} bytes a run")


if __name__ == "__main__":
    main()
