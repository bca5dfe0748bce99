"""The fields for a product's facts: made from the vocabulary, read back to what is stored."""

from __future__ import annotations

from typing import Any

import pytest
from django import forms
from django.http import QueryDict

from marketplace.catalogue.facts import FACT_KEYS, FactsRefused, facts_asked
from marketplace.workspace.facts_form import fact_fields, fact_initial, facts_from
from tests.catalogue.test_facts import answer


def form_of(category: str, sent: QueryDict | None = None, **initial: Any) -> forms.Form:
    form = forms.Form(sent, initial=initial)
    form.fields.update(fact_fields(category))
    return form


def sent_from(form: forms.Form) -> QueryDict:
    """What a browser sends of the form as it was shown."""
    sent = QueryDict(mutable=True)
    for bound in form:
        shown = bound.value()
        sent.setlist(bound.html_name, shown if isinstance(shown, list) else [str(shown or "")])
    return sent


#: Together they ask everything that is asked.
EACH_KIND = ("distribution", "appliance", "public-cloud", "driver", "training", "consulting", "sdk")


@pytest.mark.parametrize("category", EACH_KIND)
def test_what_is_stored_is_shown_and_read_back(category: str) -> None:
    facts = {fact.key: answer(fact) for fact in facts_asked(category)}
    shown = form_of(category, **fact_initial(category, facts | {"unasked": "x"}))
    again = form_of(category, sent_from(shown))
    assert again.is_valid(), again.errors
    assert facts_from(category, again.cleaned_data) == facts
    page = str(shown) + str(again)
    assert page.count("<label") and "Traceback" not in page


def test_every_fact_is_among_them() -> None:
    assert {fact.key for kind in EACH_KIND for fact in facts_asked(kind)} == set(FACT_KEYS)


@pytest.mark.parametrize("category", ["public-cloud", "training"])
def test_nothing_needs_to_be_said(category: str) -> None:
    form = form_of(category, QueryDict(""))
    assert form.is_valid(), form.errors
    assert facts_from(category, form.cleaned_data) == {}
    assert all(name.startswith("fact_") for name in form.fields)


@pytest.mark.parametrize(
    ("query", "field", "code"),
    [
        ("fact_hypervisors=kvm&fact_hypervisors=cvm", "fact_hypervisors", "fact-choice"),
        ("fact_data_centre_countries=Norway%0AAtlantis", "fact_data_centre_countries",
         "fact-choice"),
        ("fact_availability_zones=0", "fact_availability_zones", "fact-number"),
        ("fact_availability_zones=many", "fact_availability_zones", "fact-number"),
        ("fact_price_list=javascript:x", "fact_price_list", "fact-address"),
        ("fact_support_hours=often", "fact_support_hours", "fact-choice"),
        ("fact_data_centres=" + "x" * 81, "fact_data_centres", "fact-too-long"),
        ("fact_data_centres=a%00b", "fact_data_centres", "fact-text"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_beside_its_field(query: str, field: str, code: str) -> None:
    form = form_of("public-cloud", QueryDict(query))
    assert not form.is_valid()
    assert {name: [e.code for e in faults.as_data()] for name, faults in form.errors.items()} == {
        field: [code]
    }


def test_long_lists_are_written_by_name_or_code() -> None:
    form = form_of("public-cloud", QueryDict("fact_data_centre_countries=norway%0D%0A%0D%0Adk"))
    assert form.is_valid(), form.errors
    assert form.cleaned_data["fact_data_centre_countries"] == ["dk", "no"]
    field = form_of("public-cloud", fact_data_centre_countries=["dk", "no"])[
        "fact_data_centre_countries"
    ]
    assert field.value() == "Denmark\nNorway"
    assert "One a line, by name or code, such as Afghanistan or AX." in field.help_text


def test_values_that_no_form_has_cleaned_are_refused_too() -> None:
    with pytest.raises(FactsRefused):
        facts_from("training", {"fact_days": "0"})
    assert facts_from("training", {"fact_hypervisors": ["kvm"], "name": "x"}) == {}
