"""The form that makes a link to a run: shape only."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy, ngettext

from certification.operations.sharing import LINK_DAYS


def _days() -> list[tuple[int, str]]:
    return [(n, ngettext("{n} day", "{n} days", n).format(n=n)) for n in LINK_DAYS]


class LinkForm(forms.Form):
    days = forms.TypedChoiceField(
        label=gettext_lazy("Ends after"),
        coerce=int,
        choices=_days,
        initial=7,
    )
    label = forms.CharField(
        label=gettext_lazy("For whom"),
        required=False,
        max_length=120,
        help_text=gettext_lazy("For your own list."),
        widget=forms.TextInput(attrs={"class": "in-t", "autocomplete": "off"}),
    )
