"""Forms about people: shape only, the operations hold the rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext, gettext_lazy

from marketplace.catalogue.models import Membership

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

ROLES = (
    (Membership.Role.VIEWER, gettext_lazy("Viewer: sees runs and submissions")),
    (Membership.Role.UPLOADER, gettext_lazy("Uploader: uploads runs too")),
    (Membership.Role.EDITOR, gettext_lazy("Editor: products, releases, submissions too")),
    (Membership.Role.OWNER, gettext_lazy("Owner: people and domain too")),
)


def password_field(
    label: StrOrPromise, autocomplete: str, help_text: StrOrPromise = ""
) -> forms.CharField:
    widget = forms.PasswordInput(attrs={"class": "in-t", "autocomplete": autocomplete})
    return forms.CharField(
        label=label, max_length=1024, strip=False, help_text=help_text, widget=widget
    )


def code_field(help_text: StrOrPromise) -> forms.CharField:
    attrs = {
        "class": "in-t",
        "autocomplete": "one-time-code",
        "autocapitalize": "none",
        "spellcheck": "false",
    }
    return forms.CharField(
        label=gettext_lazy("Code"),
        max_length=40,
        help_text=help_text,
        widget=forms.TextInput(attrs=attrs),
    )


class InviteForm(forms.Form):
    email = forms.EmailField(
        label="E-mail",
        max_length=150,
        widget=forms.EmailInput(attrs={"class": "in-t", "autocomplete": "off"}),
    )
    role = forms.ChoiceField(
        label=gettext_lazy("Role"), choices=ROLES, initial=Membership.Role.VIEWER
    )


class RoleForm(forms.Form):
    role = forms.ChoiceField(choices=[(value, value) for value in Membership.Role.values])


class DomainClaimForm(forms.Form):
    domain = forms.CharField(
        label=gettext_lazy("Domain"),
        max_length=253,
        help_text=gettext_lazy("Such as vendor.example, without https://."),
        widget=forms.TextInput(
            attrs={"class": "in-t", "autocomplete": "off", "autocapitalize": "none"}
        ),
    )


class PasswordForm(forms.Form):
    """Asked again before a deed that a borrowed browser shall not do."""

    password = password_field(gettext_lazy("Your password"), "current-password")


class FirstCodeForm(forms.Form):
    code = code_field(gettext_lazy("Six digits, as your app shows them now."))


class SignInCodeForm(forms.Form):
    code = code_field(gettext_lazy("Six digits of your app, or a recovery code."))


class GuardedForm(PasswordForm):
    code = code_field(gettext_lazy("Six digits of your app, or a recovery code."))


class PasswordChangeForm(forms.Form):
    old = password_field(gettext_lazy("Password now"), "current-password")
    new = password_field(
        gettext_lazy("New password"), "new-password", gettext_lazy("12 characters or more.")
    )
    again = password_field(gettext_lazy("New password again"), "new-password")

    def clean(self) -> dict[str, Any]:
        return _same_twice(self, super().clean())


class ForgottenForm(forms.Form):
    email = forms.EmailField(
        label="E-mail",
        max_length=150,
        widget=forms.EmailInput(attrs={"class": "in-t", "autocomplete": "username"}),
    )


class NewPasswordForm(forms.Form):
    new = password_field(
        gettext_lazy("New password"), "new-password", gettext_lazy("12 characters or more.")
    )
    again = password_field(gettext_lazy("New password again"), "new-password")

    def clean(self) -> dict[str, Any]:
        return _same_twice(self, super().clean())


def _same_twice(form: forms.Form, cleaned: dict[str, Any] | None) -> dict[str, Any]:
    found = cleaned or {}
    if "again" in found and found.get("new") != found["again"]:
        form.add_error("again", gettext("This is not the same as above."))
    return found
