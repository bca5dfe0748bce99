"""The components of the pages. A typed signature is a component's contract; each status gets its
colour, shape and words here and nowhere else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django import template
from django.forms import BoundField, Form
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from certification.engine.report import TestState
from certification.models import Guideline, Run
from certification.queries import TargetVerdict
from marketplace.site import wording
from marketplace.site.capability_strip import CELLS_AT_A_GLANCE, KEY, Cell, ServiceStrip
from marketplace.site.certificate_wording import day
from marketplace.site.glyphs import Mark, drawing
from marketplace.site.progress import progress_of

register = template.Library()
Context = dict[str, Any]


def _status(found: wording.Status, thin: bool = False, big: bool = False) -> Context:
    drawn: SafeString = drawing(found.mark)
    return {
        "mark": found.mark.value,
        "words": found.words,
        "drawing": drawn,
        "thin": thin,
        "big": big,
    }


@register.inclusion_tag("components/status.html")
def status(mark: str, words: str, thin: bool = False) -> Context:
    """A mark with the page's own words."""
    return _status(wording.Status(Mark(mark), words), thin)


@register.inclusion_tag("components/status.html")
def verdict_status(line: TargetVerdict) -> Context:
    return _status(wording.verdict_status(line))


@register.inclusion_tag("components/status.html")
def guideline_status(guideline: Guideline) -> Context:
    return _status(wording.guideline_status(guideline))


@register.inclusion_tag("components/status.html")
def run_status(run: Run) -> Context:
    return _status(wording.run_status(run))


@register.inclusion_tag("components/status.html")
def test_status(state: TestState) -> Context:
    return _status(wording.test_status(state), thin=True)


@register.inclusion_tag("components/steps.html")
def steps(run: Run, verdicts: list[TargetVerdict]) -> Context:
    """How far a run is, from its arrival to its verdicts."""
    found = progress_of(run, verdicts)
    return {"steps": found, "label": _steps_label([step.state for step in found])}


def _steps_label(states: list[str]) -> str:
    done = states.count("done")
    return (
        gettext("{done} of {states} steps are done").format(done=done, states=len(states))
        if done < len(states)
        else gettext("All steps are done")
    )


@register.inclusion_tag("components/strip.html")
def strip(services: list[ServiceStrip]) -> Context:
    """One cell for each capability, by service; the label says the same in words. So many cells
    that nobody compares them at a glance are folded by service."""
    used = {cell.letter for service in services for cell in service.cells}
    return {
        "services": services,
        "key": [entry for entry in KEY if entry.letter in used],
        "folded": sum(len(service.cells) for service in services) > CELLS_AT_A_GLANCE,
    }


@register.inclusion_tag("components/cell_status.html")
def cell_status(cell: Cell) -> Context:
    return {"cell": cell}


@register.simple_tag
def digest(sha256: str) -> SafeString:
    """The first and last digits; the whole digest on hover."""
    shown = f"{sha256[:4]} {sha256[4:8]} … {sha256[-4:]}"
    return format_html('<span class="hash" title="{}">sha256 {}</span>', sha256, shown)


@register.simple_tag
def when(at: datetime | None, clock: bool = False) -> SafeString | str:
    """A date, in UTC; with `clock` the second too. A tag and no template: full stops follow it."""
    if at is None:
        return ""
    moment = at.astimezone(UTC)
    words = day(moment) + (f", {moment:%H:%M:%S} UTC" if clock else "")
    return format_html('<time datetime="{}">{}</time>', moment.isoformat(), words)


@register.inclusion_tag("components/field.html")
def field(field: BoundField) -> Context:
    """A form field with label, help and faults."""
    return {"field": field}


@register.inclusion_tag("components/form_faults.html")
def form_faults(form: Form) -> Context:
    return {"form": form}


@register.filter
def grouped(number: int) -> str:
    """1044 as `1,044`."""
    return f"{number:,}"


@register.filter
def took(seconds: int | None) -> str:
    """Seconds as `5 min 11 s`."""
    if seconds is None:
        return ""
    hours, rest = divmod(timedelta(seconds=seconds).total_seconds(), 3600)
    minutes, left = divmod(rest, 60)
    parts = ((hours, "h"), (minutes, "min"), (left, "s"))
    return " ".join(f"{int(value)} {unit}" for value, unit in parts if value) or "0 s"
