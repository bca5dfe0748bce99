"""The guidelines in the care of staff: imported, read, announced, approved by two, superseded."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from certification.models import Guideline
from certification.operations.guidelines import (
    Document,
    GuidelineNotApprovable,
    ImportRefused,
    announce_draft,
    approve_guideline,
    import_guideline_file,
    supersede_guideline,
)
from certification.queries import every_guideline, guideline_shelves
from certification.queries.guideline_impact import impact_of_draft
from marketplace.catalogue.models import User
from marketplace.catalogue.policy import Permission
from marketplace.site.guideline_difference import comparable
from marketplace.workspace.guideline_care import care_sheet
from marketplace.workspace.guideline_forms import ApproveForm, ImportForm
from marketplace.workspace.views.answers import see_other
from marketplace.workspace.views.person import for_staff


def found_guideline(guideline_id: int) -> Guideline:
    return get_object_or_404(Guideline.objects.defer("document"), pk=guideline_id)


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(Permission.IMPORT_GUIDELINE)
def guideline_list(request: HttpRequest, person: User) -> HttpResponse:
    if request.method != "POST":
        return _list(request, ImportForm())
    form = ImportForm(request.POST, request.FILES)
    if not form.is_valid():
        return _list(request, form, status=400)
    file = form.cleaned_data["document"]
    document = Document(file.name or "document", file.read(), form.cleaned_data["source"])
    try:
        imported = import_guideline_file(document=document, by=person)
    except ImportRefused as refused:
        for one in refused.refusals:
            place = gettext(" At {place}.").format(place=one.fault.place) if one.fault.place else ""
            form.add_error("document", f"{one.fault}{place} ({one.fault.code})")
        return _list(request, form, status=400)
    if imported.created:
        messages.success(
            request,
            gettext("{guideline} is here, as a draft.").format(guideline=imported.guideline),
        )
    else:
        messages.info(
            request,
            gettext("{guideline} was here already. Nothing changed.").format(
                guideline=imported.guideline
            ),
        )
    return see_other("staff-guideline", imported.guideline.pk)


def _list(request: HttpRequest, form: ImportForm, status: int = 200) -> HttpResponse:
    context = {"shelves": guideline_shelves(), "form": form}
    return render(request, "staff/guidelines.html", context, status=status)


@require_safe
@for_staff(Permission.IMPORT_GUIDELINE)
def guideline_page(request: HttpRequest, person: User, guideline_id: int) -> HttpResponse:
    return _page(request, person, found_guideline(guideline_id), ApproveForm())


@require_safe
@for_staff(Permission.IMPORT_GUIDELINE)
def impact(request: HttpRequest, person: User, guideline_id: int) -> HttpResponse:  # noqa: ARG001 - the form of every staff view
    """Judges every stored run anew, each time it is asked for."""
    guideline = found_guideline(guideline_id)
    context = {"guideline": guideline, "impact": impact_of_draft(guideline)}
    return render(request, "staff/guideline_impact.html", context)


@require_POST
@for_staff(Permission.IMPORT_GUIDELINE)
def announce(request: HttpRequest, person: User, guideline_id: int) -> HttpResponse:
    guideline = found_guideline(guideline_id)
    try:
        guideline = announce_draft(guideline=guideline, by=person)
    except GuidelineNotApprovable as refused:
        messages.error(request, f"{refused} ({refused.code})")
        return see_other("staff-guideline", guideline_id)
    if guideline.announced:
        messages.success(request, gettext("It is announced: runs are judged against it too."))
    else:
        messages.error(request, gettext("Only a draft can be announced. (transition-refused)"))
    return see_other("staff-guideline", guideline_id)


@require_POST
@for_staff(Permission.APPROVE_GUIDELINE)
def approve(request: HttpRequest, person: User, guideline_id: int) -> HttpResponse:
    guideline = found_guideline(guideline_id)
    form = ApproveForm(request.POST)
    if form.is_valid():
        try:
            guideline = approve_guideline(
                guideline=guideline, by=person, reason=form.cleaned_data["reason"]
            )
        except GuidelineNotApprovable as refused:
            form.add_error(None, f"{refused} ({refused.code})")
        else:
            in_force = guideline.state == Guideline.State.APPROVED
            messages.success(
                request,
                gettext("It is in force. Stored runs are judged now.")
                if in_force
                else gettext("Your approval is noted. A second person has to approve it too."),
            )
            return see_other("staff-guideline", guideline_id)
    return _page(request, person, guideline, form, status=400)


@require_POST
@for_staff(Permission.APPROVE_GUIDELINE)
def supersede(request: HttpRequest, person: User, guideline_id: int) -> HttpResponse:
    guideline = found_guideline(guideline_id)
    try:
        supersede_guideline(guideline=guideline, by=person)
    except GuidelineNotApprovable as refused:
        messages.error(request, f"{refused} ({refused.code})")
    else:
        messages.success(request, gettext("It is superseded. For six months it still certifies."))
    return see_other("staff-guideline", guideline_id)


def _page(
    request: HttpRequest, person: User, guideline: Guideline, form: ApproveForm, status: int = 200
) -> HttpResponse:
    others = comparable(guideline, list(every_guideline()))
    context = {"sheet": care_sheet(guideline, person), "guideline": guideline, "form": form}
    return render(request, "staff/guideline.html", context | {"others": others[:12]}, status=status)
