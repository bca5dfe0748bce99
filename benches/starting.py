"""How long `hallmark --help` takes: `python -m benches.starting`."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

RUNS = 15
TARGET_MS = 300


def main() -> None:
    spent = []
    for _ in range(RUNS):
        began = time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "hallmark.cli", "--help"], check=True, capture_output=True
        )
        spent.append((time.perf_counter() - began) * 1000)
    print(f"hallmark --help: median {statistics.median(spent):.0f} ms (target {TARGET_MS} ms)")


if __name__ == "__main__":
    main()
