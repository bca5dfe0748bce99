"""The form of requirements: read from the address, so that it can be sent to a colleague."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext, gettext_lazy

from certification.engine.guideline.targets import TITLES
from certification.engine.integration import Level
from certification.judging import parsed_guideline
from certification.models import Certificate
from certification.queries import guideline_shelves
from marketplace.catalogue.models import Category
from marketplace.catalogue.openstack import RELEASES
from marketplace.site.integration_wording import level_title
from marketplace.site.measured_choices import rules, service_choices

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

REQUIREMENTS_MOST = 30
_LEVELS = [Level.CONNECTED, Level.INTEGRATED, Level.NATIVE]
_POWERED_TARGETS = [(v, t) for v, t in TITLES.items() if v not in {one.word for one in _LEVELS}]
_INTEGRATED = "integration."

Choices = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Meant:
    """What a capability asks for, and the ids of the guidelines that define it."""

    words: str
    guidelines: tuple[str, ...]


def measured_capabilities() -> Choices:
    """Of the Integrated programme, with what passes each."""
    return [(one.id, one.passes_when) for one in rules().capabilities.values()]


def certified_capabilities() -> Choices:
    """Of the guidelines of the Powered programme that are in force, by id."""
    return sorted((name, meant.words) for name, meant in _certified().items())


def meanings() -> dict[str, Meant]:
    """Of each capability that may be asked for."""
    measured = {
        name: Meant(words, (rules().guideline.id,)) for name, words in measured_capabilities()
    }
    return measured | _certified()


def _certified() -> dict[str, Meant]:
    found: dict[str, Meant] = {}
    for guideline in guideline_shelves().in_force:
        if guideline.document_id.startswith(_INTEGRATED):
            continue
        for one in parsed_guideline(guideline).capabilities.values():
            before = found[one.id].guidelines if one.id in found else ()
            found[one.id] = Meant(one.description or one.id, (*before, guideline.document_id))
    return found


def _capabilities() -> Choices:
    return [*measured_capabilities(), *certified_capabilities()]


def _boxes(label: StrOrPromise, choices: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, choices=choices, required=False, widget=forms.CheckboxSelectMultiple
    )


class RequirementsForm(forms.Form):
    category = _boxes(gettext_lazy("Only among"), Category.choices)
    level = forms.ChoiceField(
        label=gettext_lazy("Level measured, at least"),
        required=False,
        choices=[("", gettext_lazy("any")), *((one.word, level_title(one)) for one in _LEVELS)],
    )
    target = _boxes(gettext_lazy("Certified for"), _POWERED_TARGETS)
    assurance = forms.ChoiceField(
        label=gettext_lazy("Assurance of a certificate, at least"),
        required=False,
        choices=[("", gettext_lazy("any")), *Certificate.Assurance.choices],
    )
    openstack = _boxes(
        gettext_lazy("Measured or certified on OpenStack"),
        [(one.name, one.title) for one in reversed(RELEASES)],
    )
    service = _boxes(gettext_lazy("Integrates with, measured"), service_choices)
    capability = _boxes(gettext_lazy("Capabilities"), _capabilities)

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if sum(len(values) for kind, values in listed(found).items() if kind != "category") > (
            REQUIREMENTS_MOST
        ):
            raise forms.ValidationError(
                gettext("Ask for at most {requirements_most} things at once.").format(
                    requirements_most=REQUIREMENTS_MOST
                ),
                code="requirements-many",
            )
        return found


def listed(cleaned: Mapping[str, Any]) -> dict[str, list[str]]:
    """Values by kind; what is empty is left out."""
    return {n: v if isinstance(v, list) else [str(v)] for n, v in cleaned.items() if v}
