"""The dictionary, the bitmaps, and when they must not be used."""

from __future__ import annotations

import pytest

from certification.engine.report import Fixture, Report
from certification.engine.verdict import (
    BitmapUnusable,
    EvidenceFacts,
    RunBitmap,
    Summary,
    TestDictionary,
    compile_masks,
    keys_of,
    verdict_of,
)
from tests.engine.verdict.building import (
    FAILED,
    SKIPPED,
    State,
    case,
    compiled,
    entry,
    passing_run,
    run,
)

OLD, NEW = "old.T.test_x", "new.T.test_x"
GUIDELINE = compiled({"cap": {NEW: case("1", OLD), "new.T.test_y": case("2")}})


def judged(dictionary: TestDictionary, report: Report) -> Summary:
    masks = compile_masks(GUIDELINE, dictionary)["compute"]
    return verdict_of(masks, dictionary.bitmap_of(report), EvidenceFacts.of(report))


def test_positions_are_kept_and_never_given_twice() -> None:
    dictionary = TestDictionary([("b", "1")])
    assert dictionary.grow([("a", "1"), ("b", "1"), ("a", "1")]) == [(1, ("a", "1"))]
    assert dictionary.keys == (("b", "1"), ("a", "1"))
    assert TestDictionary(dictionary.keys).keys == dictionary.keys


def test_bitmaps_survive_bytes() -> None:
    bitmap = TestDictionary(keys_of(GUIDELINE)).bitmap_of(
        run(
            entry(NEW, FAILED, "1"),
            entry("new.T.test_y", SKIPPED, "2"),
            entry("m", idempotent_id="2"),
        )
    )
    stored = bitmap.to_bytes(8)
    assert [len(part) for part in stored] == [8, 8, 8]
    assert RunBitmap.from_bytes(*stored, exact=True, width=bitmap.width) == bitmap
    assert bitmap.failed and bitmap.skipped and bitmap.passed


@pytest.mark.parametrize(
    "report",
    [
        run(entry(NEW), entry("new.T.test_y", idempotent_id="2")),
        run(entry(NEW, idempotent_id="2")),
    ],
    ids=["an entry without id", "the name of one test with the id of another"],
)
def test_what_a_bitmap_cannot_say_is_never_judged_by_it(report: Report) -> None:
    with pytest.raises(BitmapUnusable) as refused:
        judged(TestDictionary(keys_of(GUIDELINE)), report)
    assert refused.value.code == "bitmap-inexact"


def test_a_bitmap_older_than_the_guideline_is_refused() -> None:
    dictionary = TestDictionary([("elsewhere", "7")])
    older = dictionary.bitmap_of(passing_run(GUIDELINE))
    dictionary.grow(keys_of(GUIDELINE))
    masks = compile_masks(GUIDELINE, dictionary)["compute"]
    with pytest.raises(BitmapUnusable) as refused:
        verdict_of(masks, older, EvidenceFacts.of(passing_run(GUIDELINE)))
    assert refused.value.code == "bitmap-older-than-guideline"


def test_masks_need_every_key_of_the_guideline() -> None:
    with pytest.raises(KeyError, match="keys of test"):
        compile_masks(GUIDELINE, TestDictionary(keys_of(GUIDELINE)[:-1]))


def test_an_entry_under_a_name_that_an_inventory_brought_is_found_by_id() -> None:
    dictionary = TestDictionary([("moved.T.test_x", "1"), *keys_of(GUIDELINE)])
    moved = run(entry("moved.T.test_x", idempotent_id="1"), entry("n", idempotent_id="2"))
    assert judged(dictionary, moved).verdict == "passed"


def test_fixtures_of_packages_reach_their_classes() -> None:
    report = run(fixtures=[Fixture("new", "setUpModule", SKIPPED)])
    assert judged(TestDictionary(keys_of(GUIDELINE)), report).skipped == 2


@pytest.mark.parametrize("name", ["setUpClass (new.T)", "", "*"])
def test_names_that_look_like_special_keys_are_only_names(name: str) -> None:
    dictionary = TestDictionary(keys_of(GUIDELINE))
    assert judged(dictionary, run(entry(name, FAILED))).missing == 2
    assert judged(dictionary, run(entry(name, FAILED, "1"))).failed == 1


@pytest.mark.parametrize(("state", "count"), [(FAILED, "failed"), (SKIPPED, "skipped")])
def test_where_any_id_will_do_the_worst_entry_counts(state: State, count: str) -> None:
    by_name = compiled({"cap": {NEW: case()}})
    dictionary = TestDictionary(keys_of(by_name))
    report = run(entry(NEW, idempotent_id="1"), entry(NEW, state, "2"))
    masks = compile_masks(by_name, dictionary)["compute"]
    summary = verdict_of(masks, dictionary.bitmap_of(report), EvidenceFacts.of(report))
    assert (summary.verdict, getattr(summary, count)) == ("failed", 1)
