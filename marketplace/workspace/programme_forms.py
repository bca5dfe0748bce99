"""Forms of the programme desk: shape only, the operations hold the rules."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy

from marketplace.catalogue.programme_settings import REASON_MOST
from marketplace.catalogue.programme_texts import (
    DECISION_MOST,
    PAGE_MOST,
    TITLE_MOST,
    Text,
)
from marketplace.catalogue.programme_texts import REASON_MOST as TEXT_REASON_MOST
from marketplace.catalogue.programme_vocabulary import Entry, Value


class SettingForm(forms.Form):
    """One setting. `seen` is the number of the newest change that the page showed."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=REASON_MOST,
        help_text=gettext_lazy("Kept with your name in the history. Staff read it."),
        widget=forms.Textarea(attrs={"rows": 3, "class": "prose"}),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput)
    field_order = ("value", "reason", "seen")

    def __init__(self, *args: Any, entry: Entry, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["value"] = _switch(entry) if entry.is_switch else _number(entry)
        self.order_fields(self.field_order)

    @property
    def value(self) -> Value:
        given: Value = self.cleaned_data["value"]
        return given


def _number(entry: Entry) -> forms.Field:
    return forms.IntegerField(
        label=f"{entry.title} ({entry.unit})",
        min_value=entry.least,
        max_value=entry.most,
        help_text=gettext("From {least} to {most}.").format(least=entry.least, most=entry.most),
    )


def _switch(entry: Entry) -> forms.Field:
    return forms.TypedChoiceField(
        label=entry.title,
        choices=[("yes", "yes"), ("no", "no")],
        coerce=lambda written: written == "yes",
        help_text=gettext("A change to yes waits for a second person.") if entry.loosens else "",
    )


class TextForm(forms.Form):
    title = forms.CharField(
        label=gettext_lazy("Title"),
        max_length=TITLE_MOST,
        widget=forms.TextInput(attrs={"class": "in-t", "autocomplete": "off"}),
    )
    body = forms.CharField(
        label=gettext_lazy("Text"),
        strip=False,
        widget=forms.Textarea(attrs={"rows": 22, "class": "prose"}),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=TEXT_REASON_MOST,
        help_text=gettext_lazy(
            "Why it is changed. Kept with your name in the history; asked for to "
            "publish, not to preview."
        ),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "class": "prose"}),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, text: Text, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        body = self.fields["body"]
        places = ", ".join(f"{{{one}}}" for one in text.places)
        most = PAGE_MOST if text.is_page else DECISION_MOST
        how = (
            gettext("CommonMark; raw HTML and pictures are left out.")
            if text.is_page
            else gettext("Plain text.")
        )
        body.help_text = gettext("{how} At most {most:,} characters. In braces: {places}.").format(
            how=how, most=most, places=places
        )
        if not text.is_page:
            body.widget.attrs["rows"] = 6
