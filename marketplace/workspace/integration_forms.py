"""Forms of the Integrated programme: shape only, the operations hold the rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy

from certification.engine.integration import (
    AxisRule,
    IntegrationRules,
    Level,
    NotApplicable,
    Profile,
    allowed_axes,
)
from marketplace.catalogue.openstack import release_title

REASON_MOST = 300
NOTE_MOST = 2000


@dataclass(frozen=True, slots=True)
class AxisFields:
    """The two fields of one axis; `allowed` where the chosen kind may leave it out by itself."""

    axis: AxisRule
    tick: forms.BoundField
    reason: forms.BoundField
    allowed: bool


class ProfileForm(forms.Form):
    """`kind` is `<profile>:<primary service>`. Each axis that may ever be left out has a tick and a
    reason, `na_<axis>` and `why_<axis>`."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Kind of product, and its primary service"),
        help_text=gettext_lazy(
            "The primary service is the one that the product cannot do without. "
            "Integrated and Native ask for a write to it."
        ),
    )
    has_logins = forms.BooleanField(
        label=gettext_lazy("People log in to the product itself"),
        required=False,
        help_text=gettext_lazy(
            "Without logins of its own, nothing is asked about users, roles and federation."
        ),
    )

    def __init__(self, *args: Any, rules: IntegrationRules, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rules = rules
        field = self.fields["kind"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", gettext("Choose")), *_kinds(rules)]
        for axis in self._axes():
            self.fields[f"na_{axis.id}"] = forms.BooleanField(
                label=gettext("{title} does not apply").format(title=axis.title), required=False
            )
            self.fields[f"why_{axis.id}"] = forms.CharField(
                label=gettext("Why {title} does not apply").format(title=axis.title),
                required=False,
                max_length=REASON_MOST,
                widget=forms.TextInput(attrs={"class": "in-t", "autocomplete": "off"}),
            )

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        for axis in self._axes():
            if found.get(f"na_{axis.id}") and not found.get(f"why_{axis.id}"):
                self.add_error(
                    f"why_{axis.id}",
                    gettext("Say why {title} does not apply.").format(title=axis.title),
                )
        return found

    @property
    def profile(self) -> Profile:
        """Of a valid form."""
        given = self.cleaned_data
        name, _, primary = given["kind"].partition(":")
        left_out = tuple(
            NotApplicable(axis.id, given[f"why_{axis.id}"])
            for axis in self._axes()
            if given[f"na_{axis.id}"]
        )
        return Profile(name, primary, left_out, given["has_logins"])

    @property
    def axis_fields(self) -> list[AxisFields]:
        """Those that the kind shown may leave out come first."""
        name, _, primary = str(self["kind"].value() or "").partition(":")
        allowed = allowed_axes(self.rules, Profile(name, primary))
        rows = [
            AxisFields(
                axis, self[f"na_{axis.id}"], self[f"why_{axis.id}"], allowed=axis.id in allowed
            )
            for axis in self._axes()
        ]
        return sorted(rows, key=lambda row: not row.allowed)

    def _axes(self) -> list[AxisRule]:
        return [axis for axis in self.rules.axes.values() if not axis.core]


def _kinds(rules: IntegrationRules) -> list[tuple[str, str]]:
    return [
        (
            f"{rule.id}:{primary}",
            gettext("{title}, on {primary}").format(title=rule.title, primary=primary),
        )
        for rule in rules.profiles.values()
        for primary in rule.primary
    ]


def initial_of(declared: Profile | None) -> dict[str, Any]:
    """What the form shows of a declared profile."""
    if declared is None:
        return {"has_logins": True}
    ticks = {f"na_{one.subject}": True for one in declared.not_applicable}
    reasons = {f"why_{one.subject}": one.reason for one in declared.not_applicable}
    kind = f"{declared.profile}:{declared.primary}"
    return {"kind": kind, "has_logins": declared.has_logins} | ticks | reasons


class ClaimsForm(forms.Form):
    """`asked` are the services that levels ask about; the others are folded."""

    services = forms.MultipleChoiceField(
        label=gettext_lazy("Services"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, known: list[str], asked: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = len(asked)
        field = self.fields["services"]
        if isinstance(field, forms.MultipleChoiceField):
            ordered = [*asked, *(name for name in known if name not in asked)]
            field.choices = [(name, name) for name in ordered]

    @property
    def usual(self) -> list[Any]:
        return list(self["services"])[: self.asked]

    @property
    def rarer(self) -> list[Any]:
        return list(self["services"])[self.asked :]


class LevelForm(forms.Form):
    """Offers levels that the evidence reaches, and OpenStack releases that it was made on."""

    level = forms.ChoiceField(label=gettext_lazy("Level"))
    openstack_release = forms.ChoiceField(
        label=gettext_lazy("OpenStack release"),
        help_text=gettext_lazy("Only releases that were tried are certified."),
    )
    note = forms.CharField(
        label=gettext_lazy("Note to the reviewer"),
        required=False,
        max_length=NOTE_MOST,
        widget=forms.Textarea(attrs={"rows": 3, "class": "prose"}),
    )

    def __init__(
        self, *args: Any, levels: tuple[Level, ...], releases: list[str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        offered = {
            "level": [(level.word, level.word.capitalize()) for level in levels],
            "openstack_release": [(name, release_title(name)) for name in releases],
        }
        for name, choices in offered.items():
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = choices
