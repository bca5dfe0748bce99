"""Forms of the workspace: shape only, the operations hold the rules."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy

from marketplace.catalogue.models import ApiToken

#: What `refstack-client sign` prints.
_CLIENT_PRINT = re.compile(
    r"Public key:\s*(?P<key>.+?)\s*Self signature:\s*(?P<signature>\S.*)", re.DOTALL
)
#: `openssl dgst -hex` puts the algorithm in front: `RSA-SHA2-256(stdin)= 1f2e...`.
_OPENSSL_PREFIX = re.compile(r"^.*=\s*")


class KeyForm(forms.Form):
    """The signature may be left empty where the first field holds the whole print of
    `refstack-client sign`."""

    label = forms.CharField(
        label=gettext_lazy("Label"),
        required=False,
        max_length=120,
        help_text=gettext_lazy("What you call it, such as the machine that signs with it."),
        widget=forms.TextInput(attrs={"class": "in-t", "autocomplete": "off"}),
    )
    public_key = forms.CharField(
        label=gettext_lazy("Public key"),
        max_length=20_000,
        help_text=gettext_lazy(
            "One line, beginning with ssh-rsa or ssh-ed25519. Or all that "
            "refstack-client sign prints."
        ),
        widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "false", "autocomplete": "off"}),
    )
    signature = forms.CharField(
        label=gettext_lazy("Signature of the challenge"),
        required=False,
        max_length=20_000,
        help_text=gettext_lazy("In hexadecimal, as the commands above print it."),
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "autocomplete": "off"}),
    )
    nonce = forms.CharField(max_length=32, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        printed = _CLIENT_PRINT.search(found.get("public_key", ""))
        if printed:
            found["public_key"] = printed["key"]
            found["signature"] = found.get("signature") or printed["signature"]
        found["signature"] = "".join(
            _OPENSSL_PREFIX.sub("", found.get("signature", "").strip()).split()
        )
        if not found["signature"] and "public_key" in found:
            self.add_error("signature", gettext("Paste the signature too."))
        return found


class TokenForm(forms.Form):
    label = forms.CharField(
        label=gettext_lazy("Label"),
        max_length=120,
        help_text=gettext_lazy("What will use it, such as the name of a pipeline."),
        widget=forms.TextInput(attrs={"class": "in-t", "autocomplete": "off"}),
    )
    scope = forms.ChoiceField(
        label=gettext_lazy("May"), choices=ApiToken.Scope.choices, initial=ApiToken.Scope.UPLOAD
    )
    days = forms.TypedChoiceField(
        label=gettext_lazy("Ends after"),
        coerce=int,
        choices=[
            (30, gettext_lazy("30 days")),
            (90, gettext_lazy("90 days")),
            (365, gettext_lazy("a year")),
        ],
        initial=90,
    )

    @property
    def expires_at(self) -> datetime:
        return timezone.now() + timedelta(days=self.cleaned_data["days"])
