"""Forms of the public pages: shape only, the operations hold the rules."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.core.files.uploadedfile import UploadedFile

FILES_MOST = 20


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """One or more files; each is checked as a single one would be."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[bytes]]:
        given = data if isinstance(data, (list, tuple)) else [data]
        if len(given) > FILES_MOST:
            raise forms.ValidationError(f"Send at most {FILES_MOST} files at once.")
        return [super(ManyFilesField, self).clean(one, initial) for one in given or [None]]


class UploadForm(forms.Form):
    evidence = ManyFilesField(
        label="Test results",
        help_text="A subunit stream of Tempest (v1 or v2), plain or gzip, or RefStack JSON. "
        "Together at most 128 MiB.",
        allow_empty_file=True,  # refused by the operation, with a code
    )


class SignInForm(AuthenticationForm):
    """A person signs in with the e-mail address, which is the user name too."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = "E-mail"
        self.fields["username"].widget = forms.EmailInput(
            attrs={"class": "in-t", "autocomplete": "username"}
        )
        self.fields["password"].widget.attrs["class"] = "in-t"
