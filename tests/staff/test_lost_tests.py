"""What a run lost beside the last certified one: only what counts for its own target is named."""

from __future__ import annotations

from certification.engine.comparison import compare
from certification.engine.verdict import evaluate
from marketplace.workspace.review_history import lost_of
from tests.engine.verdict.building import FAILED, case, compiled, entry, run


def test_what_counts_is_named_and_the_rest_is_counted() -> None:
    asked = compiled({"cap": {"t.a": case(), "t.b": case(), "t.flagged": case(flagged=True)}})
    before = run(*(entry(name) for name in ("t.a", "t.b", "t.flagged", "t.objects")))
    after = run(entry("t.a"), entry("t.b", FAILED), entry("t.flagged", FAILED))
    comparison = compare(before, after)
    lost = lost_of(comparison, evaluate(asked, after, "compute"))
    assert ([one.name for one in lost.asked], lost.besides) == (["t.b"], 2)
    unjudged = lost_of(comparison, None)
    assert (len(unjudged.asked), unjudged.besides) == (3, 0)
