"""The form of a webhook: shape only, the operations hold the rules."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from marketplace.notices.topics import OF_VENDORS


class WebhookForm(forms.Form):
    url = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=500,
        help_text=gettext_lazy("https alone, on port 443, reachable from the public internet."),
        widget=forms.TextInput(
            attrs={"class": "in-t", "type": "url", "autocomplete": "off", "spellcheck": "false"}
        ),
    )
    topics = forms.MultipleChoiceField(
        label=gettext_lazy("What to send"),
        choices=[(topic.value, topic.label) for topic in OF_VENDORS],
        initial=[topic.value for topic in OF_VENDORS],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
