"""The components of the Integrated programme."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from django import template

from certification.engine.integration import (
    CapabilityOutcome,
    ConcernMode,
    EvidenceClass,
    Level,
)
from marketplace.site import integration_wording as wording
from marketplace.site.glyphs import drawing
from marketplace.site.integration_figure import Scale
from marketplace.site.wording import Status

register = template.Library()
Context = dict[str, Any]


def _status(found: Status, thin: bool = False) -> Context:
    words = {"mark": found.mark.value, "words": found.words, "drawing": drawing(found.mark)}
    return words | {"thin": thin, "big": False}


@register.inclusion_tag("components/status.html")
def marked(found: Status, thin: bool = False) -> Context:
    """A status that carries its own mark and words."""
    return _status(found, thin)


@register.inclusion_tag("components/status.html")
def concern_mode(mode: ConcernMode) -> Context:
    return _status(wording.mode_status(mode))


@register.inclusion_tag("components/status.html")
def outcome(one: CapabilityOutcome) -> Context:
    return _status(wording.outcome_status(one), thin=True)


@register.inclusion_tag("components/status.html")
def evidence_class(found: EvidenceClass) -> Context:
    return _status(wording.class_status(found), thin=True)


@register.filter
def level_title(level: Level) -> str:
    return wording.level_title(level)


@register.filter
def service_title(service: str) -> str:
    return wording.service_type_title(service)


@register.filter
def exact(number: Fraction) -> str:
    return wording.exact(number)


@register.inclusion_tag("components/stack_scale.html")
def stack_scale(scale: Scale) -> Context:
    """The stack figure on its graduated scale; the label says the same in words."""
    return {"scale": scale}
