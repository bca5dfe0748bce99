"""Forms of vendors, products and releases: shape only, the operations hold the rules."""

from __future__ import annotations

from typing import Any

from django import forms

from marketplace.catalogue.models import Category, Deployment, Programme, Region, programme_of
from marketplace.catalogue.openstack import RELEASES

#: As many as a product of today may name; the older ones are folded.
RELEASES_UNFOLDED = 8
_PROGRAMME_WORDS = {
    Programme.POWERED: "Platforms: the Powered programme",
    Programme.INTEGRATED: "On top of OpenStack: the Integrated programme",
    Programme.LISTED: "Listed, never certified",
}


def _text(**attrs: Any) -> forms.TextInput:
    return forms.TextInput(attrs={"class": "in-t"} | attrs)


def category_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """The categories under the programme that can certify them."""
    return [
        (words, [(c.value, str(c.label)) for c in Category if programme_of(c) is programme])
        for programme, words in _PROGRAMME_WORDS.items()
    ]


class VendorForm(forms.Form):
    name = forms.CharField(label="Name", max_length=120, widget=_text(autocomplete="organization"))
    website = forms.URLField(
        label="Website",
        required=False,
        max_length=300,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"class": "in-t", "autocomplete": "url"}),
    )


class ProductForm(forms.Form):
    name = forms.CharField(label="Name", max_length=120, widget=_text(autocomplete="off"))
    category = forms.ChoiceField(
        label="Category",
        choices=category_choices,
        help_text="It decides what the product can be certified for.",
    )
    sentence = forms.CharField(
        label="In one sentence",
        max_length=200,
        help_text="What a buyer reads first: what it does, for whom. At most 200 characters.",
        widget=_text(autocomplete="off"),
    )
    website = forms.URLField(
        label="Website",
        required=False,
        max_length=300,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"class": "in-t"}),
    )
    open_source = forms.BooleanField(label="Open source", required=False)
    regions = forms.MultipleChoiceField(
        label="Regions where one can buy it",
        required=False,
        choices=Region.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    deployment = forms.MultipleChoiceField(
        label="Where it runs",
        required=False,
        choices=Deployment.choices,
        widget=forms.CheckboxSelectMultiple,
    )

    @property
    def places(self) -> list[forms.BoundField]:
        return [self["regions"], self["deployment"]]


class ReleaseForm(forms.Form):
    version = forms.CharField(
        label="Version",
        max_length=40,
        help_text="As you call it, such as 9.1.",
        widget=_text(autocomplete="off"),
    )
    released_on = forms.DateField(
        label="Released on",
        required=False,
        help_text="Leave empty if it is not out yet.",
        widget=forms.DateInput(attrs={"class": "in-t", "type": "date"}),
    )
    openstack_releases = forms.MultipleChoiceField(
        label="OpenStack releases",
        required=False,
        choices=[(release.name, release.title) for release in reversed(RELEASES)],
        widget=forms.CheckboxSelectMultiple,
    )

    @property
    def recent(self) -> list[Any]:
        return list(self["openstack_releases"])[:RELEASES_UNFOLDED]

    @property
    def older(self) -> list[Any]:
        return list(self["openstack_releases"])[RELEASES_UNFOLDED:]
