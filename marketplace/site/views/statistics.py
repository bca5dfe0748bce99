"""The market in numbers, and each of its tables as a file."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from marketplace.site.market_statistics import market_statistics
from marketplace.site.spreadsheet import csv_text


@require_safe
def statistics(request: HttpRequest) -> HttpResponse:
    return render(request, "site/statistics.html", {"market": market_statistics(timezone.now())})


@require_safe
def statistics_table(request: HttpRequest, table: str) -> HttpResponse:  # noqa: ARG001 - the framework's form
    """404 where nothing is there to be counted."""
    found = {one.name: one for one in market_statistics(timezone.now()).tables}.get(table)
    if found is None:
        raise Http404("There is no such table.")
    answer = HttpResponse(csv_text(found.cells), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="hallmark-{found.name}.csv"'
    return answer
