"""The filters of the audit trail. What cannot be read as a filter is said, and nothing is shown
in its place: a trail that ignores a filter would mislead."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext, gettext_lazy

from marketplace.catalogue.audit_trail import Wanted
from marketplace.catalogue.models import User, Vendor
from marketplace.workspace.audit_sheet import KINDS, kind_words
from marketplace.workspace.audit_things import things_of

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

_ACTOR = re.compile(r"user:[0-9]{1,18}|anonymous|system|policy:[a-z-]+")


def _text(label: StrOrPromise, most: int, help_text: StrOrPromise) -> forms.CharField:
    widget = forms.TextInput(attrs={"class": "in-t", "autocomplete": "off"})
    return forms.CharField(
        label=label, max_length=most, required=False, help_text=help_text, widget=widget
    )


def _day(label: StrOrPromise) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"})
    return forms.DateField(label=label, required=False, widget=widget)


class TrailForm(forms.Form):
    """`vendor` is set by `clean` where one is named."""

    actor = _text(
        gettext_lazy("Who"),
        254,
        gettext_lazy("An e-mail address, system, anonymous, or policy:clean-case."),
    )
    verb = _text(
        gettext_lazy("Deed"), 60, gettext_lazy("As it stands below, such as submission.approved.")
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind of thing"),
        required=False,
        choices=[("", "any"), *((kind, kind_words(kind)) for kind in KINDS)],
    )
    object_id = _text(gettext_lazy("Its key"), 80, gettext_lazy("Together with the kind."))
    about = _text(
        gettext_lazy("Vendor"), 120, gettext_lazy("Its name, or the short name in its address.")
    )
    since = _day(gettext_lazy("From"))
    until = _day(gettext_lazy("To"))
    words = _text(
        gettext_lazy("Words"), 200, gettext_lazy("In reasons, names, digests and numbers.")
    )

    vendor: Vendor | None = None

    def clean_actor(self) -> str:
        written: str = self.cleaned_data["actor"].strip()
        if not written or _ACTOR.fullmatch(written):
            return written
        found = User.objects.filter(email__iexact=written).first()
        if found is None:
            raise forms.ValidationError(gettext("Nobody has this address (actor-unknown)."))
        return f"user:{found.pk}"

    def clean_about(self) -> str:
        written: str = self.cleaned_data["about"].strip()
        if written:
            self.vendor = Vendor.objects.filter(Q(slug=written) | Q(name__iexact=written)).first()
            if self.vendor is None:
                raise forms.ValidationError(gettext("There is no such vendor (vendor-unknown)."))
        return written

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if found.get("object_id") and not found.get("kind"):
            self.add_error("object_id", gettext("Choose the kind of thing too (kind-missing)."))
        since, until = found.get("since"), found.get("until")
        if since and until and since > until:
            self.add_error("until", gettext("This day is before the first one (days-swapped)."))
        return found

    @property
    def asked(self) -> list[str]:
        """The filters of a form without a fault, as `name=value`."""
        return [f"{name}={value}" for name, value in self.cleaned_data.items() if value]

    def wanted(self, reader: User) -> Wanted:
        """For a form without a fault. Nobody reads here of a vendor of their own."""
        given = self.cleaned_data
        return Wanted(
            actor=given["actor"],
            verb=given["verb"],
            kind=given["kind"],
            object_id=given["object_id"],
            since=given["since"],
            until=given["until"],
            words=given["words"],
            about=things_of([self.vendor]) if self.vendor is not None else None,
            hidden=things_of(Vendor.objects.filter(memberships__user=reader)),
        )
