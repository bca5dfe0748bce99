"""Everything that the page of a judged run shows, gathered once."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext

from certification.engine.guideline.model import CapabilityStatus
from certification.engine.guideline.targets import find_target
from certification.engine.verdict import CapabilityResult, CapabilityState, Evaluation, Reason
from certification.evidence import EvidenceGone
from certification.judging import explain, parsed_guideline
from certification.models import Guideline, Run
from certification.queries import (
    TargetVerdict,
    explain_each,
    find_guideline,
    verdicts_of,
    verdicts_on_demand,
)
from marketplace.site.capability_strip import ServiceStrip, strips
from marketplace.site.gap import Cause, causes_of
from marketplace.site.wording import Headline, headline_of

CAUSES_UNFOLDED = 6


@dataclass(frozen=True, slots=True)
class Explained:
    """One verdict with its reasons, as the page shows it."""

    line: TargetVerdict
    evaluation: Evaluation
    causes: list[Cause]
    required: list[ServiceStrip]
    advisory: list[ServiceStrip]

    @property
    def first_causes(self) -> list[Cause]:
        return self.causes[:CAUSES_UNFOLDED]

    @property
    def more_causes(self) -> list[Cause]:
        return self.causes[CAUSES_UNFOLDED:]

    @property
    def reasons(self) -> list[Reason]:
        """Reasons that the counts do not tell already."""
        return [r for r in self.evaluation.reasons if not r.code.startswith("tests-")]

    @property
    def not_tested(self) -> list[str]:
        return list(self.evaluation.not_tested)

    @property
    def partly_flagged(self) -> list[CapabilityResult]:
        """Capabilities that count although some of their tests are set aside."""
        return [
            capability
            for capability in self.evaluation.capabilities
            if any(test.flagged for test in capability.tests)
            and capability.state is not CapabilityState.NOT_TESTED
        ]


@dataclass(frozen=True, slots=True)
class RunSheet:
    """`kept` are the stored verdicts, `lines` those shown. `asked` is the guideline that the reader
    chose; `on_demand` says that it was judged on the spot. `explained` is None where there is no
    verdict, or where the evidence is gone."""

    run: Run
    headline: Headline
    kept: list[TargetVerdict]
    lines: list[TargetVerdict]
    asked: Guideline | None
    on_demand: bool
    explained: Explained | None
    evidence_gone: bool = False


def judged_sheet(run: Run, guideline_name: str = "", target_name: str = "") -> RunSheet:
    """Of a run that is no bundle: levels are judged from bundles alone, in another way. Raises
    Guideline.DoesNotExist and TargetUnknown."""
    lines = kept = [line for line in verdicts_of(run) if not line.guideline.is_integration]
    asked = find_guideline(guideline_name) if guideline_name else None
    if asked is not None and asked.is_integration:
        raise Guideline.DoesNotExist(
            gettext("Levels are judged from bundles of the test kit alone.")
        )
    on_demand = asked is not None and all(line.guideline != asked for line in lines)
    try:
        if asked is not None and on_demand:
            lines = verdicts_on_demand(asked, explain_each(run, asked))
        candidates = [line for line in lines if asked is None or line.guideline == asked]
        said = headline_of(run, candidates)
        about = _named(candidates, target_name) if target_name else said.about
        explained = _explained(run, about) if about else None
    except EvidenceGone:
        said = headline_of(run, kept)
        return RunSheet(run, said, kept, kept, asked, False, None, evidence_gone=True)
    return RunSheet(run, said, kept, lines, asked, on_demand, explained)


def _named(lines: list[TargetVerdict], target_name: str) -> TargetVerdict | None:
    """The line of the first guideline with this target. Raises TargetUnknown."""
    if not lines:
        return None
    target = find_target(parsed_guideline(lines[0].guideline), target_name)
    return next((line for line in lines if line.target == target.name), None)


def _explained(run: Run, line: TargetVerdict) -> Explained:
    evaluation = explain(run, line.guideline, line.target)
    return Explained(
        line=line,
        evaluation=evaluation,
        causes=causes_of(evaluation),
        required=strips(evaluation.capabilities, CapabilityStatus.REQUIRED),
        advisory=strips(evaluation.capabilities, CapabilityStatus.ADVISORY),
    )
