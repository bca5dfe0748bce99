"""Requirements: which products meet them, and what the others lack."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from marketplace.site.context import host_url
from marketplace.site.exports import Export, to_csv
from marketplace.site.pdf_sheets import MEDIA_TYPE
from marketplace.site.requirements import answers_to
from marketplace.site.requirements_export import COLUMNS, answer_rows, answers_as_markdown
from marketplace.site.requirements_form import (
    RequirementsForm,
    certified_capabilities,
    listed,
    measured_capabilities,
)
from marketplace.site.requirements_pdf import answers_as_pdf

SHOWN, EXPORTED = 40, 1000
#: By the ending of the address: how it is written, and its media type.
_DOCUMENTS: dict[str, tuple[Callable[..., str | bytes], str]] = {
    "md": (answers_as_markdown, "text/markdown; charset=utf-8"),
    "pdf": (answers_as_pdf, MEDIA_TYPE),
}


@require_safe
def requirements(request: HttpRequest) -> HttpResponse:
    """What the address names and is not known is left out, and the page says so."""
    form = RequirementsForm(request.GET)
    form.is_valid()
    wanted = listed(form.cleaned_data)
    chosen = set(wanted.get("capability", ()))
    context = {
        "form": form,
        "answers": answers_to(wanted, SHOWN),
        "capabilities": [
            (gettext("Of products on top of OpenStack"), measured_capabilities()),
            (gettext("Of platforms"), certified_capabilities()),
        ],
        "chosen": chosen,
        "query": urlencode(wanted, doseq=True),
    }
    return render(request, "site/requirements.html", context)


@require_safe
def requirements_file(request: HttpRequest, form: str) -> HttpResponse:
    """400 names what is not known: a file would answer another question, and nobody would see."""
    asked = RequirementsForm(request.GET)
    if not asked.is_valid():
        return _refused(asked)
    wanted = listed(asked.cleaned_data)
    answers = answers_to(wanted, EXPORTED)
    query = urlencode(wanted, doseq=True)
    if form in _DOCUMENTS:
        writing, media_type = _DOCUMENTS[form]
        page = f"{host_url(request)}{reverse('requirements')}?{query}"
        day = timezone.now().date().isoformat()
        text = writing(answers, address=page, host_url=host_url(request), day=day)
        return _named(text, media_type, form)
    export = Export(
        name="requirements",
        columns=COLUMNS,
        rows=answer_rows(answers),
        address=f"{request.path}?{query}",
        filters=wanted,
        simulated=settings.DEMO,
        host_url=host_url(request),
    )
    return _named("".join(to_csv(export)), "text/csv; charset=utf-8; header=present", form)


def _named(text: str | bytes, media_type: str, form: str) -> HttpResponse:
    answer = HttpResponse(text, content_type=media_type)
    simulated = "simulated-" if settings.DEMO else ""
    answer["Content-Disposition"] = (
        f'attachment; filename="hallmark-{simulated}requirements.{form}"'
    )
    return answer


def _refused(asked: RequirementsForm) -> JsonResponse:
    faults = {name: [str(fault) for fault in found] for name, found in asked.errors.items()}
    title = gettext("No file is made: these requirements are not known: {listed}.").format(
        listed=", ".join(sorted(faults))
    )
    return JsonResponse(
        {"code": "requirement-unknown", "title": title, "faults": faults},
        status=HTTPStatus.BAD_REQUEST,
    )
