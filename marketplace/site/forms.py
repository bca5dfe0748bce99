"""Forms of the public pages: shape only, the operations hold the rules."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext, gettext_lazy

from marketplace.site.verifying import STATEMENT_BYTES_MOST

FILES_MOST = 20


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """One or more files; each is checked as a single one would be."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[bytes]]:
        given = data if isinstance(data, (list, tuple)) else [data]
        if len(given) > FILES_MOST:
            raise forms.ValidationError(
                gettext("Send at most {most} files at once.").format(most=FILES_MOST)
            )
        return [super(ManyFilesField, self).clean(one, initial) for one in given or [None]]


class UploadForm(forms.Form):
    evidence = ManyFilesField(
        label=gettext_lazy("Test results"),
        help_text=gettext_lazy(
            "Subunit of Tempest (v1 or v2), or the whole .stestr folder as tar; "
            "RefStack JSON; JUnit XML; TAP; each plain or packed with gzip, xz or "
            "zstd. Or a bundle of the test kit. Together at most 128 MiB."
        ),
        allow_empty_file=True,  # refused by the operation, with a code
    )
    nonce = forms.CharField(
        label=gettext_lazy("Challenge"),
        required=False,
        max_length=32,
        help_text=gettext_lazy(
            "Only if you took one on the page of a release: the run then carries it."
        ),
        widget=forms.TextInput(attrs={"class": "in-t", "autocomplete": "off"}),
    )

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if found.get("nonce") and len(found.get("evidence", [])) > 1:
            self.add_error(
                "nonce", gettext("A challenge is answered by one run: send one file with it.")
            )
        return found


class SignUpForm(forms.Form):
    email = forms.EmailField(
        label="E-mail",
        max_length=150,
        widget=forms.EmailInput(attrs={"class": "in-t", "autocomplete": "username"}),
    )
    display_name = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=120,
        help_text=gettext_lazy("What people shall call you."),
        widget=forms.TextInput(attrs={"class": "in-t", "autocomplete": "name"}),
    )
    password = forms.CharField(
        label=gettext_lazy("Password"),
        max_length=1024,
        strip=False,
        help_text=gettext_lazy("12 characters or more."),
        widget=forms.PasswordInput(attrs={"class": "in-t", "autocomplete": "new-password"}),
    )


class VerifyForm(forms.Form):
    """A statement, as a file or as text."""

    file = forms.FileField(
        required=False,
        label=gettext_lazy("Statement file"),
        help_text=gettext_lazy(
            "The JSON that the certificate's page gives out. Its SHA-256 is computed here."
        ),
    )
    statement = forms.CharField(
        required=False,
        strip=True,
        max_length=STATEMENT_BYTES_MOST,
        label=gettext_lazy("Or paste the statement"),
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
    )

    def clean_file(self) -> UploadedFile[bytes] | None:
        given: UploadedFile[bytes] | None = self.cleaned_data["file"]
        if given and (given.size or 0) > STATEMENT_BYTES_MOST:
            raise forms.ValidationError(gettext("A statement is smaller than 1 MiB; this is none."))
        return given

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not cleaned.get("file") and not cleaned.get("statement"):
            raise forms.ValidationError(gettext("Choose a file, or paste a statement."))
        return cleaned


class SignInForm(AuthenticationForm):
    """A person signs in with the e-mail address, which is the user name too."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = "E-mail"
        self.fields["username"].widget = forms.EmailInput(
            attrs={"class": "in-t", "autocomplete": "username"}
        )
        self.fields["password"].widget.attrs["class"] = "in-t"
