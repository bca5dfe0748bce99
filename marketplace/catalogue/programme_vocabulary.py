"""What staff may set for the whole programme: a closed list, each with its type and range.

Only what design.md leaves open is here. What it fixes (how long a certificate is valid, how old
evidence may be) are constants beside the rules that use them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.conf import settings

from marketplace.catalogue.refusals import CatalogueRefused

Value = int | bool


class Setting(StrEnum):
    ANSWER_DAYS = "answer-days"
    RULE_DECIDES = "rule-decides"
    INVITATION_DAYS = "invitation-days"
    REQUESTS_A_DAY = "requests-a-day"
    REPORTS_A_DAY = "reports-a-day"


@dataclass(frozen=True, slots=True)
class Entry:
    """`least` and `most` bound a number; a switch has 0 and 1. `effect` says to staff what a change
    does and what it leaves alone. `loosens` is the value for which a second person is needed."""

    setting: Setting
    title: str
    unit: str
    least: int
    most: int
    effect: str
    loosens: Value | None = None

    @property
    def is_switch(self) -> bool:
        return self.unit == ""

    @property
    def default(self) -> Value:
        return DEFAULTS[self.setting]()

    def words(self, value: Value) -> str:
        if self.is_switch:
            return "yes" if value else "no"
        return f"{value} {self.unit if value != 1 else self.unit.removesuffix('s')}"

    def needs_two(self, value: Value) -> bool:
        return self.loosens is not None and value == self.loosens

    def read(self, written: object) -> Value:
        """Raises CatalogueRefused for another type, or what is out of range."""
        kind = bool if self.is_switch else int
        if type(written) is not kind:
            raise CatalogueRefused(
                "setting-type",
                f"{self.title}: give {'yes or no' if self.is_switch else 'a whole number'}.",
            )
        if not self.least <= written <= self.most:
            raise CatalogueRefused(
                "setting-range",
                f"{self.title}: give a number from {self.least} to {self.most}.",
            )
        return written


#: What holds until somebody changes it.
DEFAULTS: dict[Setting, Callable[[], Value]] = {
    Setting.ANSWER_DAYS: lambda: settings.REVIEW_PROMISE_DAYS,
    Setting.RULE_DECIDES: lambda: True,
    Setting.INVITATION_DAYS: lambda: 7,
    Setting.REQUESTS_A_DAY: lambda: 20,
    Setting.REPORTS_A_DAY: lambda: 5,
}

VOCABULARY: Mapping[str, Entry] = {
    one.setting: one
    for one in (
        Entry(
            Setting.ANSWER_DAYS,
            "Promised answer",
            "working days",
            1,
            30,
            "Submissions handed in from now on are promised an answer within so many days. What "
            "was handed in before keeps the promise that it was given.",
        ),
        Entry(
            Setting.RULE_DECIDES,
            "Clean cases are approved by rule",
            "",
            0,
            1,
            "With no, a person looks at every submission, those that wait included. No issued "
            "certificate changes. One person switches the rule off; two switch it on, because "
            "then certificates are issued that nobody looked at.",
            loosens=True,
        ),
        Entry(
            Setting.INVITATION_DAYS,
            "An invitation to a team lasts",
            "days",
            1,
            30,
            "For invitations sent from now on. Those already sent keep their day.",
        ),
        Entry(
            Setting.REQUESTS_A_DAY,
            "Requests to certify, for one person within a day",
            "requests",
            1,
            200,
            "Who reached the limit can ask again a day later. Counted requests stay.",
        ),
        Entry(
            Setting.REPORTS_A_DAY,
            "Reports of a false claim, from one person within a day",
            "reports",
            1,
            50,
            "Who reached the limit can report again a day later. Sent reports stay.",
        ),
    )
}


def entry_called(name: str) -> Entry:
    """Raises CatalogueRefused."""
    found = VOCABULARY.get(name)
    if found is None:
        raise CatalogueRefused("setting-unknown", f"There is no setting called {name[:40]!r}.")
    return found
