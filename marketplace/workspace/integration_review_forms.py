"""Forms of reviewers about evidence of the Integrated programme; the operations hold the rules."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext, gettext_lazy

from certification.engine.integration import IntegrationRules
from certification.models import Corroboration
from marketplace.site.certificate_wording import day
from marketplace.workspace.level_sheet import EvidenceLine

DOCUMENT_BYTES_MOST = 64 * 1024
TEXT_MOST = 1000


class GrantForm(forms.Form):
    """`subject` is an axis that is not core, or a capability."""

    subject = forms.ChoiceField(label=gettext_lazy("What does not apply"))
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=TEXT_MOST,
        help_text=gettext_lazy("It is public, and enters every evaluation of the release."),
        widget=forms.Textarea(attrs={"rows": 3, "class": "prose"}),
    )

    def __init__(self, *args: Any, rules: IntegrationRules, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["subject"]
        if isinstance(field, forms.ChoiceField):
            axes = [(one.id, one.title) for one in rules.axes.values() if not one.core]
            field.choices = [
                (gettext("Whole axes"), axes),
                (gettext("Capabilities"), [(name, name) for name in rules.capabilities]),
            ]


class ConfirmForm(forms.Form):
    """How a reviewer confirms a run: by the operator's log, or by running the kit again."""

    run = forms.ChoiceField(label=gettext_lazy("Run"))
    kind = forms.ChoiceField(
        label=gettext_lazy("What confirms it"),
        choices=Corroboration.Kind.choices,
        widget=forms.RadioSelect,
    )
    document = forms.FileField(
        label=gettext_lazy("Document of the operator"),
        required=False,
        allow_empty_file=True,
        help_text=gettext_lazy(
            "What hallmark corroborate wrote beside the access log. Only for the first way."
        ),
    )
    note = forms.CharField(
        label=gettext_lazy("Note"),
        max_length=TEXT_MOST,
        help_text=gettext_lazy("What was compared, where, when and by whom."),
        widget=forms.Textarea(attrs={"rows": 3, "class": "prose"}),
    )

    def __init__(self, *args: Any, lines: list[EvidenceLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = {str(line.run.pk): line for line in lines}
        field = self.fields["run"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(key, _words(line)) for key, line in self.lines.items()]

    def clean_document(self) -> UploadedFile[bytes] | None:
        given: UploadedFile[bytes] | None = self.cleaned_data["document"]
        if given and (given.size or 0) > DOCUMENT_BYTES_MOST:
            raise forms.ValidationError(
                gettext("Such a document is smaller than 64 KiB; this is none.")
            )
        return given

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        by_log = found.get("kind") == Corroboration.Kind.OPERATOR_LOG
        if by_log and not found.get("document") and "document" not in self.errors:
            self.add_error("document", gettext("Choose the document that the operator made."))
        if found.get("kind") == Corroboration.Kind.RERUN and found.get("document"):
            self.add_error(
                "document", gettext("A rerun has no such document: choose the first way.")
            )
        return found

    @property
    def line(self) -> EvidenceLine:
        """The chosen run, of a valid form."""
        return self.lines[self.cleaned_data["run"]]


def _words(line: EvidenceLine) -> str:
    return gettext("{run}, version {version}, received {day}").format(
        run=line.run.short_id,
        version=line.evidence.product_version,
        day=day(line.run.received_at),
    )
