"""The gallery shows every component, and every state that a component can be in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.template import Template
from django.test import Client
from django.test.signals import template_rendered

from certification.engine.integration import ConcernMode, EvidenceClass, Outcome
from certification.engine.report import TestState
from certification.models import Appeal, Guideline, Run, Submission
from certification.queries import Standing, Turn
from marketplace.site.capability_strip import KEY
from marketplace.site.glyphs import Mark
from marketplace.workspace.gallery import SEAL_SIZES, samples
from tests.factories import person

pytestmark = pytest.mark.django_db
#: They stand around every page, or have no looks of their own.
_AROUND = {"masthead.html", "footer.html", "demo_banner.html", "refresh.html"}


@pytest.fixture(scope="module")
def found() -> dict[str, Any]:
    return samples()


def test_every_component_is_drawn(client: Client) -> None:
    drawn: set[str] = set()

    def note(sender: object, template: Template, **_: object) -> None:
        if template.name and template.name.startswith("components/"):
            drawn.add(Path(template.name).name)

    client.force_login(person("reviewer", staff_role="reviewer"))
    template_rendered.connect(note)
    try:
        page = client.get("/staff/components/").content.decode()
    finally:
        template_rendered.disconnect(note)
    folder = Path(settings.TEMPLATES[0]["DIRS"][0], "components")
    there = {file.name for file in folder.glob("*.html")}
    assert there - _AROUND <= drawn
    for mark in Mark:
        assert f"st-{mark.value}" in page
    for kind in KEY:
        assert f'class="c {kind.letter}"' in page


def test_every_state_is_there(found: dict[str, Any]) -> None:
    assert {run.state for run in found["runs"]} == set(Run.State)
    assert {one.state for one in found["guidelines"]} == set(Guideline.State)
    assert {one.state for one in found["submissions"]} == set(Submission.State)
    assert {one.state for one in found["appeals"]} == set(Appeal.State)
    assert {one.standing for one in found["certificates"]} == set(Standing)
    assert {one.turn for one in found["turns"]} == set(Turn)
    assert {one.outcome for one in found["outcomes"]} == set(Outcome)
    assert set(found["test_states"]) == set(TestState)
    assert set(found["modes"]) == set(ConcernMode)
    assert set(found["classes"]) == set(EvidenceClass)
    assert {age.kind for age in found["ages"]} == {"ok", "soon", "old"}


def test_only_seals_in_force_are_solid(found: dict[str, Any]) -> None:
    ended = {one.value for one in Standing} - {Standing.IN_FORCE.value, Standing.EXPIRING.value}
    for sample in found["seals"]:
        assert len(sample.drawings) == len(SEAL_SIZES)
        over = any(sample.words.endswith(f", {standing}") for standing in ended)
        for drawing in sample.drawings:
            assert ('class="rev"' in drawing) is not over, sample.words
