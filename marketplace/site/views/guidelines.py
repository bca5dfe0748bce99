"""The list of guidelines, one guideline, and its document."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from certification.models import Guideline
from certification.queries import every_guideline, find_guideline, guideline_shelves
from marketplace.site.guideline_difference import comparable
from marketplace.site.guideline_sheet import guideline_sheet
from marketplace.site.integration_guideline import integration_guideline_sheet


def _found(request: HttpRequest, document_id: str) -> Guideline:
    try:
        return find_guideline(document_id, request.GET.get("digest", ""))
    except Guideline.DoesNotExist:
        raise Http404("There is no such guideline.") from None


@require_safe
def guideline_list(request: HttpRequest) -> HttpResponse:
    return render(request, "site/guidelines.html", {"shelves": guideline_shelves()})


@require_safe
def guideline(request: HttpRequest, document_id: str) -> HttpResponse:
    found = _found(request, document_id)
    if found.is_integration:
        context = {
            "sheet": integration_guideline_sheet(found),
            "guideline": found,
            "others": _others(found),
        }
        return render(request, "site/integration_guideline.html", context)
    sheet = guideline_sheet(found)
    context = {"sheet": sheet, "guideline": sheet.guideline, "others": _others(found)}
    return render(request, "site/guideline.html", context)


def _others(guideline: Guideline) -> list[Guideline]:
    return comparable(guideline, list(every_guideline()))


@require_safe
def guideline_document(request: HttpRequest, document_id: str) -> HttpResponse:
    """The bytes as they were imported: their SHA-256 is the guideline's digest."""
    found = _found(request, document_id)
    answer = HttpResponse(bytes(found.document), content_type="application/json")
    answer["ETag"] = f'"{found.digest}"'
    return answer
