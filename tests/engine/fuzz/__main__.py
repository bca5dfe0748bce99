"""`make fuzz`: a million mutated bodies over all formats, on all cores.

python -m tests.engine.fuzz --bodies 1000000 --seed 1 --start 0
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import time
from collections import Counter
from multiprocessing import get_context

from tests.engine.fuzz.running import FOUND, Tally, fuzz

MOST_BYTES = 256 << 20
_BATCH = 5_000


def work(job: tuple[int, int, int]) -> tuple[Tally, int]:
    """The bodies of one batch, and the most memory that this process ever held, in bytes."""
    seed, begin, end = job
    found = fuzz(seed, range(begin, end))
    return found, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def limit() -> None:
    """A body that asks for much more fails in its own process, where it is told."""
    resource.setrlimit(resource.RLIMIT_AS, (4 * MOST_BYTES, 4 * MOST_BYTES))


def main() -> int:
    """0 if every body was read or refused by name, no pass was wrong and memory kept its limit."""
    wanted = _arguments()
    jobs = [
        (wanted.seed, begin, min(begin + _BATCH, wanted.start + wanted.bodies))
        for begin in range(wanted.start, wanted.start + wanted.bodies, _BATCH)
    ]
    began, total, most = time.perf_counter(), Tally(), 0
    with get_context("fork").Pool(wanted.workers, initializer=limit) as pool:
        for tally, held in pool.imap_unordered(work, jobs):
            _add(total, tally)
            most = max(most, held)
            spent = time.perf_counter() - began
            sys.stdout.write(f"\r{total.bodies} bodies, {total.bodies / spent:.0f}/s ")
            sys.stdout.flush()
    _tell(total, most)
    return 1 if total.faults or most > MOST_BYTES else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.engine.fuzz", description=__doc__)
    parser.add_argument("--bodies", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--start", type=int, default=0, help="go on from this body")
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    return parser.parse_args()


def _add(total: Tally, one: Tally) -> None:
    total.bodies += one.bodies
    total.passes += one.passes
    total.damaged += one.damaged
    total.refused += one.refused
    total.forms += one.forms
    total.faults += one.faults


def _tell(total: Tally, most: int) -> None:
    out = sys.stdout.write
    out(f"\nread: {dict(total.forms)}, of them damaged: {total.damaged}; passes: {total.passes}\n")
    out(f"refused: {dict(Counter(total.refused).most_common())}\n")
    out(f"most memory of a process: {most >> 20} MiB of {MOST_BYTES >> 20}\n")
    for number, name, fault in total.faults[:20]:
        out(f"body {number} ({FOUND.name}/{name}): {fault}\n")
    out(f"wrong: {len(total.faults)}\n")


if __name__ == "__main__":
    sys.exit(main())
