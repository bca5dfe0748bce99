"""Samples of every component in every state, for the page where staff see them side by side.

Nothing here is read from the database: each sample is an unsaved row or a value of the engine, and
the page draws it with the same tags as every other page.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import product as combinations

from django import forms
from django.contrib.messages.constants import ERROR, INFO
from django.contrib.messages.storage.base import Message
from django.utils.safestring import SafeString

from certification.engine.guideline.model import CapabilityStatus
from certification.engine.integration import CapabilityOutcome, ConcernMode, EvidenceClass, Outcome
from certification.engine.report import TestState
from certification.models import Appeal, Certificate, Submission
from certification.queries import Standing
from marketplace.catalogue.models import Programme
from marketplace.site.age import SCALE_DAYS, SCALE_PX, SOON_DAYS, Age
from marketplace.site.capability_strip import CELLS_AT_A_GLANCE, KEY, Cell, CellKind, ServiceStrip
from marketplace.site.glyphs import Mark
from marketplace.site.integration_figure import Scale, Segment, Threshold
from marketplace.site.seal import Seal, drawn
from marketplace.site.wording import headline
from marketplace.workspace.gallery_rows import (
    certificates_in_every_standing,
    guidelines,
    products,
    runs,
    turns,
)

#: Pixels: beside a line of text, in a list, on a product page.
SEAL_SIZES = (24, 72, 160)
_POWERED, _INTEGRATED = Programme.POWERED, Programme.INTEGRATED
_VERSION = "2026.11"


@dataclass(frozen=True, slots=True)
class SealSample:
    words: str
    drawings: tuple[SafeString, ...]


class SampleForm(forms.Form):
    """One field of each kind that forms use, and a fault of each kind."""

    version = forms.CharField(label="Version", help_text="As your customers know it.")
    kind = forms.ChoiceField(label="Kind", choices=[("a", "Distribution"), ("b", "Appliance")])
    reason = forms.CharField(label="Reason", widget=forms.Textarea(attrs={"rows": 2}))
    evidence = forms.FileField(label="Evidence", required=False)

    def clean(self) -> None:
        raise forms.ValidationError("The release and the run do not belong together.")


def marks() -> list[Mark]:
    return list(Mark)


def seals() -> Iterator[SealSample]:
    """Each target and level in force, then each assurance, then each standing."""
    powered = [(_POWERED, target) for target in ("compute", "object", "platform", "dns")]
    levels = [(_INTEGRATED, level) for level in ("connected", "integrated", "native")]
    for programme, target in powered + levels:
        yield _seal(target, programme, target)
    for programme, assurance in combinations((_POWERED, _INTEGRATED), Certificate.Assurance):
        yield _seal(f"{programme}, {assurance.label}", programme, assurance=assurance)
    for programme, standing in combinations((_POWERED, _INTEGRATED), Standing):
        yield _seal(f"{programme}, {standing.value}", programme, standing=standing)


def _seal(
    words: str,
    programme: Programme,
    target: str = "",
    *,
    assurance: Certificate.Assurance = Certificate.Assurance.CHALLENGED,
    standing: Standing = Standing.IN_FORCE,
) -> SealSample:
    target = target or ("platform" if programme is _POWERED else "integrated")
    seal = Seal(programme, target, _VERSION, assurance, standing, "HM-2026-000001")
    return SealSample(words.capitalize(), tuple(drawn(seal, size) for size in SEAL_SIZES))


def ages() -> list[Age]:
    """Of today, at the first day of each zone of the scale, and past its end."""
    days = (0, 1, SOON_DAYS, SCALE_DAYS, 2 * SCALE_DAYS)
    return [Age(one, round(min(one / SCALE_DAYS, 1) * SCALE_PX, 1)) for one in days]


def strip_of_every_kind() -> list[ServiceStrip]:
    return [ServiceStrip("nova", "Compute", tuple(_cell(n, kind) for n, kind in enumerate(KEY)))]


def strip_that_folds() -> list[ServiceStrip]:
    """So many capabilities that the services are folded."""
    cells = tuple(_cell(n, KEY[n % len(KEY)]) for n in range(CELLS_AT_A_GLANCE + 1))
    return [
        ServiceStrip("nova", "Compute", cells[:40]),
        ServiceStrip("neutron", "Network", cells[40:]),
    ]


def _cell(place: int, kind: CellKind) -> Cell:
    return Cell(f"sample-{place}", kind, CapabilityStatus.REQUIRED, passed=1, total=2, flagged=0)


def scales() -> list[Scale]:
    """Nothing served, a mixture, everything."""
    served = Segment("0", "30", "served", "Identity: 30 of 30 points")
    option = Segment("30", "12", "option", "Objects: 12 of 24 points")
    part = Segment("42", "5", "part", "Names: 5 of 10 points")
    whole = Segment("0", "100", "served", "Everything: 100 of 100 points")
    return [
        _scale(0, "0, and Integrated asks for 35", ()),
        _scale(47, "47, and Native asks for 75", (served, option, part)),
        _scale(100, "100", (whole,)),
    ]


def _scale(figure: int, words: str, segments: tuple[Segment, ...]) -> Scale:
    return Scale(
        figure=figure,
        place=str(figure),
        words=words,
        anchor="end" if figure > 55 else "start",
        segments=segments,
        rest=Segment(str(figure), str(100 - figure), "rest", "not served by OpenStack"),
        thresholds=(Threshold(35, "35 Integrated"), Threshold(75, "75 Native")),
    )


def outcomes() -> list[CapabilityOutcome]:
    """Each outcome, and one whose tests are set aside."""
    set_aside = _outcome(Outcome.FAILED, flagged=True)
    return [*map(_outcome, Outcome), set_aside]


def _outcome(outcome: Outcome, *, flagged: bool = False) -> CapabilityOutcome:
    return CapabilityOutcome(
        "sample", "sample", outcome, flagged, mode=None, run="", explanation=""
    )


def samples() -> dict[str, object]:
    """All of them, by the name that the page knows them by."""
    now = datetime(2026, 11, 1, 12, tzinfo=UTC)
    asked = SampleForm(initial={"version": "5.2"}, auto_id="asked_%s")
    faulty = SampleForm({"kind": "c"}, auto_id="faulty_%s")
    faulty.is_valid()
    return {
        "marks": marks(),
        "seals": list(seals()),
        "ages": ages(),
        "strip_of_every_kind": strip_of_every_kind(),
        "strip_that_folds": strip_that_folds(),
        "scales": scales(),
        "runs": runs(now),
        "run_lines": [(run, headline(())) for run in runs(now)],
        "turns": turns(now),
        "products": products(),
        "guidelines": guidelines(now),
        "test_states": list(TestState),
        "submissions": [Submission(state=state) for state in Submission.State],
        "appeals": [Appeal(state=state) for state in Appeal.State],
        "certificates": certificates_in_every_standing(now + timedelta(days=1)),
        "modes": list(ConcernMode),
        "outcomes": outcomes(),
        "classes": list(EvidenceClass),
        "forms": [asked, faulty],
        "said": [Message(INFO, "The release was saved."), Message(ERROR, "Nothing was saved.")],
        "nothing": [],
    }
