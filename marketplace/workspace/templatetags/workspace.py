"""Components that only vendors and staff meet."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from django import template

from certification.engine.guideline.targets import title_of
from certification.engine.integration import CapabilityOutcome
from certification.models import Submission
from marketplace.site.glyphs import drawing
from marketplace.workspace import level_wording, wording

register = template.Library()


@register.inclusion_tag("components/status.html")
def submission_status(submission: Submission) -> dict[str, Any]:
    found = wording.submission_status(submission)
    return {"mark": found.mark.value, "words": found.words, "drawing": drawing(found.mark)}


@register.inclusion_tag("components/status.html")
def outcome_status(outcome: CapabilityOutcome) -> dict[str, Any]:
    found = level_wording.outcome_status(outcome.outcome)
    return {"mark": found.mark.value, "words": found.words, "drawing": drawing(found.mark)}


@register.filter
def points(gains: Fraction) -> str:
    """Points of the stack figure, to a tenth: `2.1`."""
    return f"{float(gains):.1f}"


@register.simple_tag
def asks_for(submission: Submission) -> str:
    """`Compute 2026.11`; a level stands without the name of its one guideline."""
    guideline = submission.guideline
    named = guideline.version if guideline.is_integration else guideline.document_id
    return f"{title_of(submission.target)} {named}"
