"""The impact preview: every stored run judged at once, and exactly what happens after approval."""

from __future__ import annotations

import json
import random
from collections import Counter

import pytest

from certification.models import Amendment, Evaluation, Guideline, Run
from certification.operations.amendments import Wish, amend_guideline, drafted_amendment
from certification.queries.guideline_impact import impact_of, impact_of_draft
from certification.queries.guideline_outcomes import Impact, Outcome
from tests.factories import (
    announced,
    approved_by_two,
    document,
    draft,
    imported,
    in_force,
    judged,
    subunit,
    two_admins,
    work_off,
)
from tests.workspace.stories import story

pytestmark = pytest.mark.django_db
TESTS = "abcdef"
ENDS = ("success", "success", "success", "failure", "skip", "")


def some_run(dice: random.Random) -> Run:
    """Some tests passed, some failed, some left out; one of the class's set-ups may have failed."""
    ends = {name: dice.choice(ENDS) for name in TESTS}
    raw = subunit(**{name: end for name, end in ends.items() if end} or {"z": "success"})
    if dice.random() < 0.2:
        raw += b"test: setUpClass (demo.Tests)\nskip: setUpClass (demo.Tests)\n"
    if dice.random() < 0.2:
        # A name that no guideline has, with the id of one that it has.
        raw += b"test: demo.Old.a[id-a]\nsuccess: demo.Old.a[id-a]\n"
    if dice.random() < 0.1:
        raw += b"test: demo.Tests.b\nsuccess: demo.Tests.b\n"  # no id: no bitmap can say that
    return judged(raw + f"test: demo.Extra.n{dice.random()}\n".encode())


def passed_by(guideline: Guideline) -> int:
    newest: dict[object, str] = {}
    for row in Evaluation.objects.filter(guideline=guideline).order_by("pk"):
        newest[row.run_id] = row.verdict
    return Counter(newest.values())["passed"]


def counts(impact: Impact) -> tuple[int, int, int, int]:
    [one] = impact.targets
    return one.passed_before, one.passed_after, one.gained, one.lost


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.slow
def test_the_preview_equals_what_happens_after_approval(seed: int) -> None:
    dice = random.Random(seed)
    old = in_force("2031.06", *dice.sample(TESTS, 3))
    for _ in range(5):
        some_run(dice)
    text = draft("2031.11", *dice.sample(TESTS, 2))
    for _ in range(5):
        some_run(dice)
    foreseen = impact_of_draft(text)
    assert (foreseen.baseline, foreseen.runs, foreseen.unknown) == (old, 10, 0)
    before = {e.run_id for e in Evaluation.objects.filter(guideline=old, verdict="passed")}
    assert not Evaluation.objects.filter(guideline=text).exists(), "nothing is stored"
    approved_by_two(text)
    work_off()
    after = {e.run_id for e in Evaluation.objects.filter(guideline=text, verdict="passed")}
    assert Evaluation.objects.filter(guideline=text).count() == 10
    gained, lost = len(after - before), len(before - after)
    assert counts(foreseen) == (len(before), len(after), gained, lost)


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.slow
def test_the_preview_of_an_amendment_equals_what_happens(seed: int) -> None:
    dice, [admin, _] = random.Random(seed), two_admins()
    guideline = in_force("2031.06", *TESTS[:3])
    for _ in range(6):
        some_run(dice)
    wish = Wish(Amendment.Action.FLAG, f"demo.Tests.{dice.choice(TESTS[:3])}", "It is flaky.")
    foreseen = impact_of(drafted_amendment(guideline=guideline, wish=wish, by=admin), guideline)
    assert counts(foreseen)[0] == passed_by(guideline)
    amend_guideline(guideline=guideline, wish=wish, by=admin)
    work_off()
    assert counts(foreseen)[1] == passed_by(guideline)
    assert counts(foreseen)[3] == 0, "setting a test aside takes nothing away"


def test_a_bitmap_older_than_the_draft_is_read_from_the_evidence() -> None:
    """The dictionary did not know the draft's tests when the runs were stored."""
    judged(subunit(new="success"))
    judged(subunit(new="failure"))
    foreseen = impact_of_draft(draft("2031.06", "new"))
    assert counts(foreseen) == (0, 1, 1, 0)
    assert (foreseen.baseline, foreseen.unknown) == (None, 0)


def test_past_the_limit_of_reading_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("certification.queries.guideline_impact.READ_MOST", 1)
    judged(subunit(new="success"))
    judged(subunit(new="failure"))
    text = draft("2031.06", "new")
    assert impact_of_draft(text).unknown == 1
    announced("2031.06", "new")
    work_off()
    assert impact_of_draft(text).unknown == 0, "announcing makes the bitmaps again"


def test_it_names_who_would_lose_and_who_would_win() -> None:
    told = story()
    certificate = told.certified()
    assert [one.outcome for one in impact_of_draft(draft("2031.11", "a")).products] == [
        Outcome.KEEPS
    ]
    harder = impact_of_draft(draft("2032.06", "a", "unknown"))
    assert [(one.certificate, one.target) for one in harder.losing] == [(certificate, "compute")]
    body = json.loads(document("2032.11", "a"))
    body["platforms"] = {"Demo Powered Storage": body["platforms"].popitem()[1]}
    other = impact_of_draft(imported(json.dumps(body).encode()).guideline)
    assert [one.outcome for one in other.losing] == [Outcome.NO_TARGET]
    assert [one.certificate for one in other.winning] == [certificate]
    certificate.refresh_from_db()
    assert certificate.state == "active", "a preview changes nothing"
