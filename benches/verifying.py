"""One run against guidelines: bitmaps and the explaining path, as ratios to plain sets."""

from __future__ import annotations

import gc
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

from certification.engine.guideline import Guideline, parse_guideline
from certification.engine.report import Entry, EvidenceFormat, Report, TestState
from certification.engine.verdict import (
    EvidenceFacts,
    TestDictionary,
    compile_guideline,
    compile_masks,
    evaluate,
    keys_of,
    verdict_of,
)
from certification.engine.verdict.compiled import CompiledTarget
from certification.guidelines import shipped_bytes, shipped_ids, shipped_inventories

PUBLISHED = Path(__file__).parents[2] / "shared" / "data" / "guidelines"
ROUNDS = 30


def main() -> None:
    """Write medians in microseconds of CPU time, and how many times slower plain sets are."""
    guidelines = [parse_guideline(raw) for raw in _documents()]
    compiled = [compile_guideline(guideline) for guideline in guidelines]
    dictionary = TestDictionary(key for form in compiled for key in keys_of(form))
    for tests in shipped_inventories().values():
        dictionary.grow(tests)
    masks = [compile_masks(form, dictionary) for form in compiled]
    every_mask = [mask for of_one in masks for mask in of_one.values()]
    every_target = [(f.guideline, target) for f in compiled for target in f.targets.values()]
    report = _report()
    rows = plain_rows(report)
    bitmap, facts = dictionary.bitmap_of(report), EvidenceFacts.of(report)
    first, aim = compiled[0], compiled[0].targets["compute"]
    mask = masks[0]["compute"]

    plain = _median_us(lambda: plain_sets(aim, first.guideline, rows))
    plain_all = _median_us(lambda: [plain_sets(t, g, rows) for g, t in every_target])
    one = _median_us(lambda: verdict_of(mask, bitmap, facts))
    explained = _median_us(lambda: evaluate(first, report, "compute"))
    every = _median_us(lambda: [verdict_of(each, bitmap, facts) for each in every_mask])
    stored = _median_us(lambda: dictionary.bitmap_of(report))

    tell = sys.stdout.write
    tell(f"{len(guidelines)} guidelines, {len(every_mask)} targets, {len(dictionary)} keys\n")
    tell(_line("one guideline, names of what falls short, bitmap", one, plain))
    tell(_line("one guideline, every test explained", explained, plain))
    tell(_line("all guidelines, bitmap", every, plain_all))
    tell(f"{stored:10.1f} us  making the bitmap of {len(report.entries)} tests, once a run\n")


def plain_rows(report: Report) -> list[tuple[str, str, str]]:
    return [(entry.name, entry.idempotent_id, entry.state.value) for entry in report.entries]


def plain_sets(
    aim: CompiledTarget, guideline: Guideline, rows: list[tuple[str, str, str]]
) -> dict[str, list[str]]:
    """What one would write first: sets of the run's names and ids, then a look at each test."""
    passed = {name for name, _, state in rows if state == "passed"}
    passed_ids = {i for _, i, state in rows if state == "passed"}
    seen = {name: state for name, _, state in rows}
    seen_ids = {i: state for _, i, state in rows}
    short: dict[str, list[str]] = {}
    for capability in aim.capabilities:
        if capability.status == "required":
            for test in guideline.capabilities[capability.id].tests:
                names = {test.name, *test.aliases}
                if (
                    test.flag is None
                    and not names & passed
                    and test.idempotent_id not in passed_ids
                ):
                    state = seen.get(test.name) or seen_ids.get(test.idempotent_id, "missing")
                    short.setdefault(state, []).append(test.name)
    return short


def _documents() -> list[bytes]:
    shipped = [shipped_bytes(guideline_id) for guideline_id in shipped_ids()]
    folders = (PUBLISHED, PUBLISHED / "add-ons")
    return shipped + [p.read_bytes() for folder in folders for p in sorted(folder.glob("*.json"))]


def _report() -> Report:
    """A run of Tempest 47 that resembles a real one: 2 of 100 tests are skipped, 1 failed."""
    (tests,) = shipped_inventories().values()
    states = {0: TestState.FAILED, 1: TestState.SKIPPED, 51: TestState.SKIPPED}
    return Report(
        EvidenceFormat.SUBUNIT_V2,
        tuple(
            Entry(name, idempotent_id, states.get(i % 100, TestState.PASSED))
            for i, (name, idempotent_id) in enumerate(tests)
        ),
    )


def _median_us(work: Callable[[], object]) -> float:
    work()
    times = []
    gc.disable()
    try:
        for _ in range(ROUNDS):
            began = time.process_time_ns()
            work()
            times.append((time.process_time_ns() - began) / 1000)
    finally:
        gc.enable()
    return statistics.median(times)


def _line(what: str, ours: float, plain: float) -> str:
    ratio = f"{plain / ours:.1f}x faster than plain sets ({plain:.1f} us)"
    return f"{ours:10.1f} us  {what}: {ratio}\n"


if __name__ == "__main__":
    main()
