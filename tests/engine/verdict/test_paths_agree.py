"""Explaining path, bitmap path and plain sets give one answer, on every guideline at hand."""

from __future__ import annotations

import random
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certification.engine.guideline import Guideline, parse_guideline
from certification.engine.report import Damage, Entry, Fixture, Report
from certification.engine.verdict import (
    BitmapUnusable,
    CompiledGuideline,
    EvidenceFacts,
    TargetMasks,
    TestDictionary,
    compile_guideline,
    compile_masks,
    counts_of,
    evaluate,
    keys_of,
    summaries_of,
    verdict_of,
)
from certification.guidelines import shipped_inventories
from tests.engine.verdict.building import (
    FAILED,
    PASSED,
    SKIPPED,
    State,
    guideline,
    guidelines_at_hand,
    run,
)
from tests.engine.verdict.reference import all_tests, reference_answer

STATES = (PASSED, FAILED, SKIPPED)


def check(of: Guideline, report: Report, dictionary: TestDictionary, exact: bool = False) -> None:
    compiled = compile_guideline(of)
    agree(compiled, compile_masks(compiled, dictionary), report, dictionary, exact)


def agree(
    compiled: CompiledGuideline,
    masks: dict[str, TargetMasks],
    report: Report,
    dictionary: TestDictionary,
    exact: bool,
) -> None:
    bitmap = dictionary.bitmap_of(report)
    assert bitmap.exact or not exact
    for target in compiled.guideline.targets:
        expected = reference_answer(compiled.guideline, target, report)
        explained = evaluate(compiled, report, target)
        counts = explained.required
        assert expected == (
            explained.verdict,
            list(explained.failed),
            list(explained.skipped),
            list(explained.missing),
            counts.total,
        )
        counted = summaries_of(compiled, report)[target.name]
        assert (counted.verdict, counted.reasons) == (explained.verdict, explained.reasons)
        assert (counted.total, counted.passed) == (counts.total, counts.passed)
        short_by = counted.failed, counted.skipped, counted.missing
        assert short_by == (counts.failed, counts.skipped, counts.missing)
        try:
            short = verdict_of(masks[target.name], bitmap, EvidenceFacts.of(report))
        except BitmapUnusable:
            assert not bitmap.exact
            continue
        assert (short.verdict, short.reasons) == (explained.verdict, explained.reasons)
        assert (short.failed_tests, short.skipped_tests, short.missing_tests) == (
            explained.failed,
            explained.skipped,
            explained.missing,
        )
        assert (short.total, short.passed) == (counts.total, counts.passed)
        nameless = replace(short, failed_tests=(), skipped_tests=(), missing_tests=())
        assert counts_of(masks[target.name], bitmap, EvidenceFacts.of(report)) == nameless


names = st.sampled_from(["p.A.t1", "p.A.t2", "p.B.t1", "q.A.t1", "q.A.t1(v4)", "q.C.t9"])
some_ids = st.sampled_from(["", "1", "2", "3"])
cases = st.dictionaries(
    names,
    st.fixed_dictionaries(
        {
            "idempotent_id": some_ids,
            "aliases": st.lists(names, max_size=2),
            "flagged": st.booleans(),
        }
    ),
    max_size=4,
)
guidelines = st.builds(
    guideline,
    st.fixed_dictionaries({"x": cases, "y": cases, "z": cases}),
    components=st.fixed_dictionaries(
        {
            "c": st.fixed_dictionaries(
                {"required": st.just(["x", "y"]), "advisory": st.just(["z"])}
            ),
            "d": st.sampled_from([{"required": ["z"]}, {"removed": ["x", "lost"]}]),
        }
    ),
    platforms=st.just({"A Platform": ["c", "d"], "A Compute": ["c"]}),
)
reports = st.builds(
    lambda entries, fixtures, damage: run(*entries, fixtures=fixtures, damage=damage),
    st.lists(
        st.builds(
            Entry,
            st.one_of(names, st.sampled_from(["r.Z.t1", "r.Z.t2"])),
            st.one_of(some_ids, st.just("9")),
            st.sampled_from(STATES),
        ),
        max_size=7,
        unique_by=lambda e: (e.name, e.idempotent_id),
    ),
    st.lists(
        st.builds(
            Fixture,
            st.sampled_from(["p", "p.A", "q.A", "q.C", "r"]),
            st.sampled_from(["setUpClass", "tearDownClass"]),
            st.sampled_from(STATES),
        ),
        max_size=3,
    ),
    st.sampled_from([None, None, Damage(5, "cut")]),
)


@pytest.mark.slow
@settings(max_examples=250, deadline=None)
@given(guidelines, reports)
def test_small_worlds(of: Guideline, report: Report) -> None:
    check(of, report, TestDictionary(keys_of(compile_guideline(of))))


@pytest.mark.slow
@settings(max_examples=120, deadline=None)
@given(guidelines, guidelines, reports)
def test_one_dictionary_serves_many_guidelines(
    one: Guideline, other: Guideline, report: Report
) -> None:
    dictionary = TestDictionary(keys_of(compile_guideline(one)))
    dictionary.grow([("r.Z.t1", "1"), *keys_of(compile_guideline(other))])
    check(one, report, dictionary)
    check(other, report, dictionary)


@pytest.mark.long
@settings(max_examples=5000, deadline=None)
@given(guidelines, guidelines, reports)
def test_many_small_worlds(one: Guideline, other: Guideline, report: Report) -> None:
    dictionary = TestDictionary([*keys_of(compile_guideline(one)), ("r.Z.t2", "3")])
    dictionary.grow(keys_of(compile_guideline(other)))
    check(one, report, dictionary)


@cache
def world() -> TestDictionary:
    """One dictionary over all guidelines at hand and the shipped inventory."""
    dictionary = TestDictionary()
    for raw in guidelines_at_hand().values():
        dictionary.grow(keys_of(compile_guideline(parse_guideline(raw))))
    for tests in shipped_inventories().values():
        dictionary.grow(tests)
    return dictionary


def generated_run(of: Guideline, seed: int, disorder: float) -> Report:
    """A run of the guideline in which about `disorder` of the tests are found in another way, fail,
    or are not there; ids are always given, as real runs do."""
    dice = random.Random(seed)
    entries: dict[tuple[str, str], State] = {}
    fixtures = []
    for test in all_tests(of):
        name, known_id = test.name, test.idempotent_id or "0ff"
        state = PASSED
        if dice.random() < disorder:
            name = dice.choice([name, *test.aliases, f"moved.{name}", ""])
            state = dice.choice(STATES)
            if dice.random() < 0.2:
                known_id = "dead-beef"
            if dice.random() < 0.2:
                scope = test.name.rpartition(".")[0]
                fixtures.append(Fixture(scope, "setUpClass", dice.choice(STATES)))
        if name:
            entries[name, known_id] = state
        if dice.random() < disorder / 4:
            entries[f"twin.{test.name}", known_id] = dice.choice(STATES)
    folded = (Entry(*key, state) for key, state in entries.items())
    return run(*folded, entry_of_nothing(), fixtures=fixtures)


def entry_of_nothing() -> Entry:
    return Entry("nothing.Known.test", "abc", PASSED)


@pytest.mark.slow
@pytest.mark.parametrize("name", guidelines_at_hand())
def test_every_guideline_at_hand(name: str) -> None:
    of = parse_guideline(guidelines_at_hand()[name])
    compiled = compile_guideline(of)
    masks = compile_masks(compiled, world())
    for seed, disorder in enumerate((0.0, 0.05, 0.5)):
        report = generated_run(of, seed, disorder)
        agree(compiled, masks, report, world(), exact=disorder == 0.0 and of.schema != "1.2")


@pytest.mark.long
@pytest.mark.parametrize("name", guidelines_at_hand())
def test_every_guideline_at_hand_many_times(name: str) -> None:
    of = parse_guideline(guidelines_at_hand()[name])
    compiled = compile_guideline(of)
    masks = compile_masks(compiled, world())
    for seed in range(40):
        agree(compiled, masks, generated_run(of, seed, seed / 60), world(), exact=False)
