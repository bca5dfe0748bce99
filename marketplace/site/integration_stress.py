"""Under stress: what the recorder does to the calls on purpose, and how the product takes it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.utils.translation import gettext, gettext_noop

from certification.engine.footprint.model import Condition
from certification.engine.integration import CapabilityOutcome, LevelEvaluation

#: What happens, and the capability that asks how the product takes it (guideline, section 4.3).
TRIALS: dict[Condition, tuple[str, str]] = {
    Condition.MOVED: (gettext_noop("Every service answers at another address"), "identity.catalog"),
    Condition.BAD_CA: (
        gettext_noop("The server shows an unknown certificate"),
        "identity.tls_verify",
    ),
    Condition.EXPIRE: (gettext_noop("The token dies in the middle of a job"), "identity.reauth"),
    Condition.OLD_MV: (gettext_noop("Only old microversions are offered"), "compute.microversion"),
    Condition.SMALL_PAGES: (
        gettext_noop("Lists come two items at a time"),
        "resilience.pagination",
    ),
    Condition.FLAKY: (gettext_noop("5 of 100 answers are an error 503"), "resilience.retry"),
    Condition.LIMITED: (gettext_noop("Too many requests: wait 2 seconds"), "resilience.rate_limit"),
    Condition.QUOTA: (gettext_noop("A create is refused by the quota"), "quota.exceeded"),
    Condition.HALF_FAIL: (gettext_noop("The second create fails"), "resilience.partial"),
}


@dataclass(frozen=True, slots=True)
class StressLine:
    """`tried`: a footprint of this condition is there. `wanted` is what passing takes."""

    condition: str
    happens: str
    wanted: str
    outcome: CapabilityOutcome
    tried: bool


def stress_lines(
    evaluation: LevelEvaluation, wanted: dict[str, str], tried: Collection[str]
) -> list[StressLine]:
    """`wanted` says of each capability when it passes; `tried` are the conditions recorded."""
    known = {one.capability: one for one in evaluation.capabilities}
    return [
        StressLine(
            condition.value,
            gettext(happens),
            wanted[capability],
            known[capability],
            condition.value in tried,
        )
        for condition, (happens, capability) in TRIALS.items()
        if capability in known
    ]
