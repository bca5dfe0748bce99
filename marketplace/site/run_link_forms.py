"""The form that makes a link to a run: shape only."""

from __future__ import annotations

from django import forms

from certification.operations.sharing import LINK_DAYS


class LinkForm(forms.Form):
    days = forms.TypedChoiceField(
        label="Ends after",
        coerce=int,
        choices=[(days, "1 day" if days == 1 else f"{days} days") for days in LINK_DAYS],
        initial=7,
    )
    label = forms.CharField(
        label="For whom",
        required=False,
        max_length=120,
        help_text="For your own list.",
        widget=forms.TextInput(attrs={"class": "in-t", "autocomplete": "off"}),
    )
