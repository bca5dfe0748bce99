"""How two guidelines differ, and how the market does by one."""

from __future__ import annotations

from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from certification.models import Guideline
from certification.queries import find_guideline
from marketplace.site.context import host_url
from marketplace.site.exports import FORMS, Export
from marketplace.site.guideline_difference import difference_sheet
from marketplace.site.guideline_numbers import (
    COLUMNS,
    NumbersSheet,
    number_rows,
    numbers_sheet,
    sort_words,
)


def _found(document_id: str, digest: str) -> Guideline:
    try:
        return find_guideline(document_id, digest)
    except Guideline.DoesNotExist:
        raise Http404("There is no such guideline.") from None


@require_safe
def difference(request: HttpRequest, document_id: str, other_id: str) -> HttpResponse:
    """From the first to the other; `digest` and `other_digest` ask for one text of each id."""
    before = _found(document_id, request.GET.get("digest", ""))
    after = _found(other_id, request.GET.get("other_digest", ""))
    if before.is_integration != after.is_integration:
        raise Http404("A guideline for clouds and one for products on top cannot be compared.")
    sheet = difference_sheet(before, after)
    return render(request, "site/guideline_difference.html", {"sheet": sheet})


@require_safe
def statistics(request: HttpRequest, document_id: str) -> HttpResponse:
    """Over public evidence alone."""
    sheet = public_numbers(request, document_id)
    context = {"sheet": sheet, "guideline": sheet.numbers.guideline, "sorts": sort_words()}
    return render(request, "site/guideline_numbers.html", context)


@require_safe
def statistics_file(request: HttpRequest, document_id: str, form: str) -> HttpResponse:
    return numbers_file(request, public_numbers(request, document_id), form)


def public_numbers(request: HttpRequest, document_id: str) -> NumbersSheet:
    found = _found(document_id, request.GET.get("digest", ""))
    if found.is_integration:
        raise Http404("Levels are counted on the page of the market's statistics.")
    return numbers_sheet(found, sort=request.GET.get("sort", ""), public=True)


def numbers_file(request: HttpRequest, sheet: NumbersSheet, form: str) -> HttpResponse:
    """The same lines in the same order, as CSV or JSON."""
    guideline = sheet.numbers.guideline
    filters = {"sort": [sheet.sort], "digest": [guideline.digest]}
    export = Export(
        name="statistics",
        columns=COLUMNS,
        rows=number_rows(sheet),
        address=f"{request.path}?{urlencode(filters, doseq=True)}",
        filters=filters,
        simulated=settings.DEMO,
        host_url=host_url(request),
    )
    writing, media_type = FORMS[form]
    answer = HttpResponse("".join(writing(export)), content_type=media_type)
    simulated = "simulated-" if settings.DEMO else ""
    name = f"hallmark-{simulated}statistics-{guideline.document_id}.{form}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
