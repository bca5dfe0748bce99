"""Forms of vendors, products and releases: shape only, the operations hold the rules."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy

from marketplace.catalogue.declared import STORY_CHARACTERS
from marketplace.catalogue.models import (
    Category,
    Declared,
    Deployment,
    Programme,
    Region,
    programme_of,
)
from marketplace.catalogue.openstack import RELEASES
from marketplace.catalogue.pictures import MOST_BYTES
from marketplace.workspace.facts_form import fact_fields, fact_initial, facts_from

#: As many as a product of today may name; the older ones are folded.
RELEASES_UNFOLDED = 8
_PROGRAMME_WORDS = {
    Programme.POWERED: gettext_lazy("Platforms: the Powered programme"),
    Programme.INTEGRATED: gettext_lazy("On top of OpenStack: the Integrated programme"),
    Programme.LISTED: gettext_lazy("Listed, never certified"),
}


def _text(**attrs: Any) -> forms.TextInput:
    return forms.TextInput(attrs={"class": "in-t"} | attrs)


def category_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """The categories under the programme that can certify them."""
    return [
        (str(words), [(c.value, str(c.label)) for c in Category if programme_of(c) is programme])
        for programme, words in _PROGRAMME_WORDS.items()
    ]


class VendorForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=120, widget=_text(autocomplete="organization")
    )
    website = forms.URLField(
        label=gettext_lazy("Website"),
        required=False,
        max_length=300,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"class": "in-t", "autocomplete": "url"}),
    )


class ProductForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=120,
        help_text=gettext_lazy("As buyers know it, without the version and without your own name."),
        widget=_text(autocomplete="off"),
    )
    category = forms.ChoiceField(
        label=gettext_lazy("Category"),
        choices=category_choices,
        help_text=gettext_lazy(
            "It decides what the product can be certified for, and which facts are "
            "asked. It stays once a certificate was issued."
        ),
    )
    sentence = forms.CharField(
        label=gettext_lazy("In one sentence"),
        max_length=200,
        help_text=gettext_lazy(
            "What a buyer reads first: what it does, for whom. At most 200 characters."
        ),
        widget=_text(autocomplete="off"),
    )
    website = forms.URLField(
        label=gettext_lazy("Website"),
        required=False,
        max_length=300,
        assume_scheme="https",
        help_text=gettext_lazy(
            "The page about this product, not that of your company. Begins with https://."
        ),
        widget=forms.URLInput(attrs={"class": "in-t"}),
    )
    open_source = forms.BooleanField(
        label=gettext_lazy("Open source"),
        required=False,
        help_text=gettext_lazy(
            "Tick it if all of it can be had under a licence of the Open Source Initiative."
        ),
    )
    regions = forms.MultipleChoiceField(
        label=gettext_lazy("Regions where one can buy it"),
        required=False,
        help_text=gettext_lazy("Where you sell it and help with it. Buyers narrow the list by it."),
        choices=Region.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    deployment = forms.MultipleChoiceField(
        label=gettext_lazy("Where it runs"),
        required=False,
        help_text=gettext_lazy("Each way in which you offer it."),
        choices=Deployment.choices,
        widget=forms.CheckboxSelectMultiple,
    )

    @property
    def places(self) -> list[forms.BoundField]:
        return [self["regions"], self["deployment"]]


class DraftForm(ProductForm):
    """Everything that an edition says. Which facts it asks follows the category: the one that was
    sent, else the one that stands."""

    story = forms.CharField(
        label=gettext_lazy("Story"),
        required=False,
        max_length=STORY_CHARACTERS,
        help_text=format_lazy(
            gettext_lazy(
                "More words for who wants to know more, at most {most} characters. CommonMark: "
                "# heading, *emphasis*, - list, [words](https://address). No pictures, no HTML."
            ),
            most=STORY_CHARACTERS,
        ),
        widget=forms.Textarea(attrs={"class": "in-t prose", "rows": 12}),
    )
    logo = forms.FileField(
        label=gettext_lazy("Logo"),
        required=False,
        help_text=format_lazy(
            gettext_lazy(
                "PNG, JPEG or WebP, at most {most} MiB and one million pixels. We draw it anew, "
                "at most 256 pixels wide and high."
            ),
            most=MOST_BYTES // 1024**2,
        ),
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
    )
    no_logo = forms.BooleanField(label=gettext_lazy("Show no logo"), required=False)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        sent: QueryDict | None = None,
        files: MultiValueDict[str, UploadedFile[bytes]] | None = None,
        *,
        shown: Declared,
        seen: str,
    ) -> None:
        """`shown`: what stands in the fields at first; `seen`: the stamp of that draft."""
        super().__init__(sent, files, initial={**shown, "seen": seen, "logo": None})
        self.shown = shown
        category = self.data.get("category", shown["category"])
        self.fact_names = list(asked := fact_fields(category))
        self.fields.update(asked)
        self.initial.update(fact_initial(category, shown["facts"]))

    @property
    def facts(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fact_names]

    def said(self) -> Declared:
        """Of a valid form. A new logo is no part of it: it is drawn first. Raises FactsRefused."""
        given = self.cleaned_data
        return {
            "name": given["name"],
            "category": given["category"],
            "sentence": given["sentence"],
            "website": given["website"],
            "open_source": given["open_source"],
            "regions": given["regions"],
            "deployment": given["deployment"],
            "facts": dict(facts_from(given["category"], given)),
            "story": given["story"],
            "logo": "" if given["no_logo"] else self.shown["logo"],
        }

    def sees(self, stamp: str) -> None:
        """Who was told that the draft has changed replaces it by sending the form again."""
        sent = QueryDict(mutable=True)
        sent.update(self.data)
        sent["seen"] = stamp
        self.data = sent

    def picture(self) -> bytes | None:
        """The new logo as it came, or a little more than is taken of one that is too large."""
        upload = self.cleaned_data["logo"]
        return upload.read(MOST_BYTES + 1) if upload else None


class ReleaseForm(forms.Form):
    version = forms.CharField(
        label=gettext_lazy("Version"),
        max_length=40,
        help_text=gettext_lazy("As you call it, such as 9.1."),
        widget=_text(autocomplete="off"),
    )
    released_on = forms.DateField(
        label=gettext_lazy("Released on"),
        required=False,
        help_text=gettext_lazy("Leave empty if it is not out yet."),
        widget=forms.DateInput(attrs={"class": "in-t", "type": "date"}),
    )
    openstack_releases = forms.MultipleChoiceField(
        label=gettext_lazy("OpenStack releases"),
        required=False,
        help_text=gettext_lazy(
            "Those that this version is built on or works with. Buyers see them as "
            "declared until a run has measured them."
        ),
        choices=[(release.name, release.title) for release in reversed(RELEASES)],
        widget=forms.CheckboxSelectMultiple,
    )

    @property
    def recent(self) -> list[Any]:
        return list(self["openstack_releases"])[:RELEASES_UNFOLDED]

    @property
    def older(self) -> list[Any]:
        return list(self["openstack_releases"])[RELEASES_UNFOLDED:]
