"""Forms of staff: shape only, the operations hold the rules."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy

REASON_MOST = 2000


def _prose(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, "class": "prose"})


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=REASON_MOST,
        help_text=gettext_lazy("It is public, and stands beside the certificate for good."),
        widget=_prose(3),
    )


class ClaimForm(forms.Form):
    claim = forms.CharField(
        label=gettext_lazy("What is contested"),
        max_length=REASON_MOST,
        help_text=gettext_lazy(
            "It is public: what does not hold, and what shows it. Somebody else settles it."
        ),
        widget=_prose(3),
    )


class OutcomeForm(forms.Form):
    outcome = forms.CharField(
        label=gettext_lazy("Outcome"),
        max_length=REASON_MOST,
        help_text=gettext_lazy("It is public."),
        widget=_prose(3),
    )


class DomainForm(forms.Form):
    domain = forms.CharField(
        label=gettext_lazy("Domain"),
        max_length=253,
        widget=forms.TextInput(attrs={"class": "in-t", "autocomplete": "off"}),
    )


class MessageForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("Write"),
        max_length=REASON_MOST,
        help_text=gettext_lazy(
            "The vendor and the reviewers read it. It stays in the trail for good."
        ),
        widget=_prose(3),
    )


class AppealForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why it is wrong"),
        max_length=REASON_MOST,
        help_text=gettext_lazy("Say what was overlooked, and what shows it. You appeal once."),
        widget=_prose(4),
    )


class FindingForm(forms.Form):
    """The button pressed is the finding."""

    finding = forms.ChoiceField(choices=[("grant", ""), ("uphold", "")])
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=REASON_MOST,
        help_text=gettext_lazy("The vendor and the reviewer who decided read it."),
        widget=_prose(3),
    )


class DecisionForm(forms.Form):
    """The button pressed is the deed. Tests may be waived with an approval alone; then their public
    reason and last day are asked for too."""

    deed = forms.ChoiceField(choices=[("approve", ""), ("ask", ""), ("reject", "")])
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=REASON_MOST,
        help_text=gettext_lazy("The vendor reads it."),
        widget=_prose(3),
    )
    waived = forms.MultipleChoiceField(
        label=gettext_lazy("Tests to waive"), required=False, widget=forms.CheckboxSelectMultiple
    )
    waiver_reason = forms.CharField(
        label=gettext_lazy("Reason of the waiver"),
        required=False,
        max_length=1000,
        help_text=gettext_lazy("It is public, and enters the certificate."),
        widget=_prose(2),
    )
    waiver_ends_on = forms.DateField(
        label=gettext_lazy("Waived until"),
        required=False,
        widget=forms.DateInput(attrs={"class": "in-t", "type": "date"}),
    )

    def __init__(self, *args: Any, open_tests: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["waived"]
        if isinstance(field, forms.MultipleChoiceField):
            field.choices = [(name, name) for name in open_tests]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if not found.get("waived"):
            return found
        if found.get("deed") != "approve":
            self.add_error(
                "waived", gettext("Tests are waived with an approval only. Untick them.")
            )
        for needed, words in (
            ("waiver_reason", gettext("Say to the public why these tests are waived.")),
            ("waiver_ends_on", gettext("Say until when these tests are waived.")),
        ):
            if not found.get(needed) and needed not in self.errors:
                self.add_error(needed, words)
        return found
