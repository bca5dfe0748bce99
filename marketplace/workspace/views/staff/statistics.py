"""The office in numbers, and each table as a file."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from marketplace.catalogue.models import User
from marketplace.catalogue.policy import Permission
from marketplace.site.spreadsheet import csv_text
from marketplace.workspace.office_statistics import office_statistics
from marketplace.workspace.views.person import for_staff


@require_safe
@for_staff(Permission.REVIEW)
def office(request: HttpRequest, person: User) -> HttpResponse:  # noqa: ARG001 - the form of every staff view
    return render(request, "staff/statistics.html", {"office": office_statistics(timezone.now())})


@require_safe
@for_staff(Permission.REVIEW)
def office_table(request: HttpRequest, person: User, table: str) -> HttpResponse:  # noqa: ARG001 - the form of every staff view
    found = {one.name: one for one in office_statistics(timezone.now()).tables}.get(table)
    if found is None:
        raise Http404("There is no such table.")
    answer = HttpResponse(csv_text(found.cells), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="hallmark-office-{found.name}.csv"'
    return answer
