"""Forms around a submission: shape only, the operations hold the rules."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy

from certification.models import Guideline
from certification.queries import TargetVerdict
from marketplace.catalogue.models import ProductRelease, Programme
from marketplace.catalogue.openstack import release_title
from marketplace.site.wording import verdict_status
from marketplace.workspace.release_sheet import certifiable_guidelines

NOTE_MOST = 2000


class TieForm(forms.Form):
    """`aim` is `<guideline's key>:<target>` of one verdict of the chosen run."""

    run = forms.UUIDField(widget=forms.HiddenInput)
    aim = forms.ChoiceField(label=gettext_lazy("Certify for"))
    openstack_release = forms.ChoiceField(
        label=gettext_lazy("OpenStack release"),
        help_text=gettext_lazy(
            "The one that the run was made on, of those that this release names."
        ),
    )
    note = forms.CharField(
        label=gettext_lazy("Note to the reviewer"),
        required=False,
        max_length=NOTE_MOST,
        help_text=gettext_lazy("What a person should know, such as why a test is short."),
        widget=forms.Textarea(attrs={"rows": 3, "class": "prose"}),
    )
    asks_waiver = forms.BooleanField(
        label=gettext_lazy("Ask to waive the tests that are short"), required=False
    )

    def __init__(
        self, *args: Any, lines: list[TargetVerdict], release: ProductRelease, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.lines = {f"{line.guideline.pk}:{line.target}": line for line in lines}
        _offer(self.fields["aim"], [(key, _words(line)) for key, line in self.lines.items()])
        passing = (key for key, line in self.lines.items() if line.verdict == "passed")
        self.initial.setdefault("aim", next(passing, ""))
        declared = release.openstack_releases
        _offer(self.fields["openstack_release"], [(name, release_title(name)) for name in declared])

    @property
    def line(self) -> TargetVerdict:
        """The chosen verdict, of a valid form."""
        return self.lines[self.cleaned_data["aim"]]


def _offer(field: forms.Field, choices: list[tuple[str, str]]) -> None:
    if isinstance(field, forms.ChoiceField):
        field.choices = choices


def _words(line: TargetVerdict) -> str:
    superseded = line.guideline.state == Guideline.State.SUPERSEDED
    mark = gettext(", superseded") if superseded else ""
    status = verdict_status(line).words
    return f"{line.title} {line.guideline.document_id}{mark}: {status[0].lower()}{status[1:]}"


class ChallengeForm(forms.Form):
    """Offers the guidelines that certify products of the programme."""

    guideline = forms.ModelChoiceField(
        label=gettext_lazy("Guideline"), queryset=Guideline.objects.none(), empty_label=None
    )

    def __init__(self, *args: Any, programme: Programme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["guideline"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = certifiable_guidelines(programme)


class HandInForm(forms.Form):
    note = forms.CharField(
        label=gettext_lazy("Note to the reviewer"),
        required=False,
        max_length=NOTE_MOST,
        help_text=gettext_lazy(
            "What a person should know. After changes were asked: what changed."
        ),
        widget=forms.Textarea(attrs={"rows": 3, "class": "prose"}),
    )
    asks_waiver = forms.BooleanField(
        label=gettext_lazy("Ask to waive the tests that are short"), required=False
    )
