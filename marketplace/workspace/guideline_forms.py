"""Forms of the guideline pages of staff: shape only, the operations hold the rules."""

from __future__ import annotations

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext, gettext_lazy

from certification.models import Amendment

DOCUMENT_BYTES = 4 * 1024 * 1024


class ImportForm(forms.Form):
    document = forms.FileField(
        label=gettext_lazy("Guideline"),
        help_text=gettext_lazy(
            "A JSON document of schema 1.2 to 2.0, an add-on, or an integration "
            "guideline; 4 MiB at most."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".json,application/json"}),
    )
    source = forms.URLField(
        label=gettext_lazy("Where it comes from"),
        max_length=500,
        required=False,
        assume_scheme="https",
        help_text=gettext_lazy("An address, kept beside the document. May be left out."),
    )

    def clean_document(self) -> UploadedFile[bytes]:
        file: UploadedFile[bytes] = self.cleaned_data["document"]
        if file.size is None or file.size > DOCUMENT_BYTES:
            raise forms.ValidationError(
                gettext("The file is larger than 4 MiB (document-too-large).")
            )
        return file


class ApproveForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why it may come into force"),
        max_length=500,
        help_text=gettext_lazy(
            "Kept with your name. A second person has to approve the same text."
        ),
        widget=forms.Textarea(attrs={"rows": 3, "class": "prose"}),
    )


class AmendForm(forms.Form):
    action = forms.ChoiceField(
        label=gettext_lazy("What to do"),
        choices=[
            (Amendment.Action.FLAG, gettext_lazy("Flag: set the test aside for everybody")),
            (Amendment.Action.WITHDRAW, gettext_lazy("Withdraw a flag: the test counts again")),
        ],
    )
    test = forms.CharField(
        label=gettext_lazy("Test"),
        max_length=512,
        help_text=gettext_lazy(
            "Its name or its idempotent id; an id means every test that has it. Of "
            "an integration guideline the capability, such as lb.octavia."
        ),
        widget=forms.TextInput(attrs={"class": "in-t", "autocomplete": "off"}),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=1000,
        help_text=gettext_lazy("It is public, with your name, and stands for good."),
        widget=forms.Textarea(attrs={"rows": 3, "class": "prose"}),
    )
