"""Amending a guideline, first as a preview; and the committee's numbers."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from certification.models import Amendment, Guideline
from certification.operations.amendments import (
    AmendmentRefused,
    Wish,
    amend_guideline,
    drafted_amendment,
)
from certification.queries.guideline_amended import amendments_of
from certification.queries.guideline_impact import impact_of_amendment
from certification.queries.guideline_outcomes import Impact
from marketplace.catalogue.models import User
from marketplace.catalogue.policy import Permission
from marketplace.site.guideline_numbers import NumbersSheet, numbers_sheet, sort_words
from marketplace.site.views.guideline_numbers import numbers_file
from marketplace.workspace.guideline_forms import AmendForm
from marketplace.workspace.views.answers import see_other
from marketplace.workspace.views.person import for_staff
from marketplace.workspace.views.staff.guidelines import found_guideline


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(Permission.APPROVE_GUIDELINE)
def amend(request: HttpRequest, person: User, guideline_id: int) -> HttpResponse:
    """The button says which: without `deed=amend` it is a preview, and nothing is stored."""
    guideline = found_guideline(guideline_id)
    if request.method != "POST":
        return _page(request, guideline, AmendForm(initial={"test": request.GET.get("test", "")}))
    form = AmendForm(request.POST)
    if not form.is_valid():
        return _page(request, guideline, form, status=400)
    wish = Wish(
        Amendment.Action(form.cleaned_data["action"]),
        form.cleaned_data["test"],
        form.cleaned_data["reason"],
    )
    try:
        if request.POST.get("deed") != "amend":
            after = drafted_amendment(guideline=guideline, wish=wish, by=person)
            return _page(request, guideline, form, impact_of_amendment(after, guideline))
        amendment = amend_guideline(guideline=guideline, wish=wish, by=person)
    except AmendmentRefused as refused:
        form.add_error(None, f"{refused} ({refused.code})")
        return _page(request, guideline, form, status=400)
    messages.success(
        request,
        gettext("Amendment {number} is in force. Stored runs are judged again.").format(
            number=amendment.number
        ),
    )
    return see_other("staff-guideline", guideline_id)


def _page(
    request: HttpRequest,
    guideline: Guideline,
    form: AmendForm,
    impact: Impact | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "guideline": guideline,
        "form": form,
        "impact": impact,
        "amendments": amendments_of(guideline),
    }
    return render(request, "staff/guideline_amend.html", context, status=status)


@require_safe
@for_staff(Permission.REVIEW)
def statistics(request: HttpRequest, person: User, guideline_id: int) -> HttpResponse:  # noqa: ARG001 - the form of every staff view
    """Over the newest run of every product, private ones too: for the committee alone."""
    sheet = _numbers(request, guideline_id)
    context = {"sheet": sheet, "guideline": sheet.numbers.guideline, "sorts": sort_words()}
    return render(request, "staff/guideline_numbers.html", context)


@require_safe
@for_staff(Permission.REVIEW)
def statistics_file(
    request: HttpRequest,
    person: User,  # noqa: ARG001 - the form of every staff view
    guideline_id: int,
    form: str,
) -> HttpResponse:
    return numbers_file(request, _numbers(request, guideline_id), form)


def _numbers(request: HttpRequest, guideline_id: int) -> NumbersSheet:
    found = found_guideline(guideline_id)
    if found.is_integration:
        raise Http404("Levels are counted on the page of the market's statistics.")
    return numbers_sheet(found, sort=request.GET.get("sort", ""), public=False)
