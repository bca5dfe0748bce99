"""The fields that ask for the facts of a category, made from the vocabulary.

Names begin with `fact_`. A field cleans to what is stored, so that wrong input is said beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, gettext_lazy

from marketplace.catalogue.facts import (
    Fact,
    Facts,
    FactsRefused,
    Kind,
    facts_asked,
    read_fact,
    read_facts,
    split_texts,
)

PREFIX = "fact_"
#: Longer lists are written, one entry a line, instead of ticked.
TICKED_MOST = 40
_NOT_SAID = ("", gettext_lazy("Not said"))


class _Read(forms.Field):
    """Whatever the widget gives is read as the fact."""

    def __init__(self, fact: Fact, **options: Any) -> None:
        super().__init__(label=fact.label, help_text=fact.advice, required=False, **options)
        self.fact = fact

    def clean(self, value: Any) -> Any:
        try:
            return read_fact(self.fact, self.given(value))
        except FactsRefused as refused:
            raise ValidationError(str(refused), code=refused.code) from None

    def given(self, value: Any) -> object:
        return value


class _Lines(_Read):
    """One entry a line, for free texts and for long lists of choices."""

    def __init__(self, fact: Fact) -> None:
        widget = forms.Textarea(attrs={"class": "in-t", "rows": 3})
        super().__init__(fact, widget=widget)
        way = gettext("One a line.")
        if fact.choices:
            first, second = list(fact.choices.items())[:2]
            way = gettext("One a line, by name or code, such as {first} or {second}.").format(
                first=first[1], second=second[0].upper()
            )
        self.help_text = f"{fact.advice} {way}".strip()

    def given(self, value: Any) -> object:
        return split_texts(self.fact, value or "")

    def prepare_value(self, value: Any) -> Any:
        """Stored codes as their words."""
        if isinstance(value, list):
            return "\n".join(self.fact.choices.get(entry, entry) for entry in value)
        return value


def fact_fields(category: str) -> dict[str, forms.Field]:
    """By name, in the order of the vocabulary."""
    return {f"{PREFIX}{fact.key}": _field(fact) for fact in facts_asked(category)}


def facts_from(category: str, cleaned: Mapping[str, Any]) -> Facts:
    """What is stored, from the cleaned values of a form with these fields. Raises FactsRefused."""
    asked = facts_asked(category)
    return read_facts(category, {fact.key: cleaned.get(f"{PREFIX}{fact.key}") for fact in asked})


def fact_initial(category: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    """The initial values of these fields."""
    asked = {fact.key for fact in facts_asked(category)}
    return {f"{PREFIX}{key}": value for key, value in facts.items() if key in asked}


def _field(fact: Fact) -> forms.Field:
    if fact.kind is Kind.TEXTS or len(fact.choices) > TICKED_MOST:
        return _Lines(fact)
    if fact.kind is Kind.SEVERAL:
        return _Read(fact, widget=forms.CheckboxSelectMultiple(choices=list(fact.choices.items())))
    if fact.kind is Kind.ONE:
        return _Read(fact, widget=forms.Select(choices=[_NOT_SAID, *fact.choices.items()]))
    attrs: dict[str, Any] = {"class": "in-t"}
    if fact.kind is Kind.ADDRESS:
        return _Read(fact, widget=forms.URLInput(attrs=attrs | {"maxlength": fact.longest}))
    attrs |= {"min": fact.least, "max": fact.highest}
    field = _Read(fact, widget=forms.NumberInput(attrs=attrs))
    field.help_text = (
        gettext("{advice} In {unit}.").format(advice=fact.advice, unit=fact.unit).strip()
    )
    return field
