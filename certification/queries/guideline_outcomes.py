"""What a preview of a guideline tells: counts of runs by target, and products by outcome."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from certification.engine.guideline.targets import title_of
from certification.models import Certificate, Guideline


class Outcome(StrEnum):
    """What a certificate's evidence would mean under the text that is looked at."""

    KEEPS = "keeps"
    LOSES = "loses"
    WINS = "wins"
    NO_TARGET = "no-target"
    UNKNOWN = "unknown"


@dataclass(slots=True)
class TargetImpact:
    """Runs by what they are and would be. `unknown` ones need their evidence read first."""

    target: str
    passed_before: int = 0
    passed_after: int = 0
    gained: int = 0
    lost: int = 0
    unknown: int = 0

    @property
    def title(self) -> str:
        return title_of(self.target)


@dataclass(frozen=True, slots=True)
class ProductImpact:
    """`certificate` is the one whose evidence was judged; for what would be won, one of another
    target of the same release."""

    certificate: Certificate
    target: str
    outcome: Outcome

    @property
    def title(self) -> str:
        return title_of(self.target)


@dataclass(frozen=True, slots=True)
class Impact:
    """`runs` were judged. `baseline` is the text in force that it is held against, if any."""

    baseline: Guideline | None
    runs: int
    targets: tuple[TargetImpact, ...] = ()
    products: tuple[ProductImpact, ...] = ()

    def by(self, outcome: Outcome) -> list[ProductImpact]:
        return [one for one in self.products if one.outcome is outcome]

    @property
    def losing(self) -> list[ProductImpact]:
        return [*self.by(Outcome.LOSES), *self.by(Outcome.NO_TARGET)]

    @property
    def winning(self) -> list[ProductImpact]:
        return self.by(Outcome.WINS)

    @property
    def keeping(self) -> int:
        return len(self.by(Outcome.KEEPS))

    @property
    def unknown(self) -> int:
        """Runs that the preview cannot tell of, for one target at least."""
        return max((one.unknown for one in self.targets), default=0)


def baseline_of(guideline: Guideline) -> Guideline | None:
    """What it is held against: itself if it is or was in force, else the text in force under its
    id, else the newest of its kind in force."""
    if guideline.state != Guideline.State.DRAFT:
        return guideline
    in_force = Guideline.objects.defer("document").filter(
        state=Guideline.State.APPROVED, add_on=guideline.add_on
    )
    same = in_force.filter(document_id=guideline.document_id).first()
    return same or in_force.newest_first().first()
