"""Components that only vendors and staff meet."""

from __future__ import annotations

from typing import Any

from django import template

from certification.engine.guideline.targets import title_of
from certification.models import Appeal, Submission
from marketplace.site.glyphs import drawing
from marketplace.workspace import wording

register = template.Library()


@register.inclusion_tag("components/status.html")
def submission_status(submission: Submission) -> dict[str, Any]:
    found = wording.submission_status(submission)
    return {"mark": found.mark.value, "words": found.words, "drawing": drawing(found.mark)}


@register.inclusion_tag("components/status.html")
def appeal_status(appeal: Appeal) -> dict[str, Any]:
    found = wording.appeal_status(appeal)
    return {"mark": found.mark.value, "words": found.words, "drawing": drawing(found.mark)}


@register.simple_tag
def asks_for(submission: Submission) -> str:
    """`Compute 2026.11`; a level stands without the name of its one guideline."""
    guideline = submission.guideline
    named = guideline.version if guideline.is_integration else guideline.document_id
    return f"{title_of(submission.target)} {named}"
