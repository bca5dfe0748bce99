"""Reports of false claims: what people told, and what came of it."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from marketplace.catalogue.models import ClaimReport, User
from marketplace.catalogue.policy import Permission
from marketplace.catalogue.refusals import CatalogueRefused
from marketplace.catalogue.reporting import (
    open_reports,
    reports_for,
    settle_report,
    settled_reports,
)
from marketplace.workspace.views.answers import see_other
from marketplace.workspace.views.person import for_staff

PER_PAGE = 25
SETTLED_SHOWN = 20


@require_safe
@for_staff(Permission.SETTLE_REPORT)
def report_list(request: HttpRequest, person: User) -> HttpResponse:
    page = Paginator(open_reports(person), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "settled": list(settled_reports(person)[:SETTLED_SHOWN]),
        "findings": ClaimReport.Finding.choices,
    }
    return render(request, "staff/reports.html", context)


@require_POST
@for_staff(Permission.SETTLE_REPORT)
def settle(request: HttpRequest, person: User, report_id: int) -> HttpResponse:
    """A report about a vendor of one's own is not there. One that is settled already is answered
    by the list, with the reason."""
    report = get_object_or_404(reports_for(person), pk=report_id)
    try:
        settle_report(
            report=report,
            finding=request.POST.get("finding", ""),
            outcome=request.POST.get("outcome", ""),
            by=person,
        )
    except CatalogueRefused as refused:
        messages.error(request, f"{refused} ({refused.code})")
    else:
        messages.success(
            request,
            gettext("The report about {product} is settled.").format(product=report.product),
        )
    return see_other("staff-reports")
