"""A release in the Integrated programme: its profile, claims, evidence and level."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from certification.levels import rules_of
from certification.models import Submission
from certification.operations.integration import (
    IntegrationRefused,
    claim_services,
    declare_profile,
)
from certification.operations.standings import integration_guideline
from certification.operations.submissions import SubmissionRefused, draft_submission, submit
from marketplace.catalogue.models import ProductRelease, User
from marketplace.catalogue.policy import Permission, can
from marketplace.workspace.integration_forms import (
    ClaimsForm,
    LevelForm,
    ProfileForm,
    initial_of,
)
from marketplace.workspace.integration_sheet import (
    IntegrationSheet,
    declared_by_vendor,
    grants_in_force,
    integration_sheet,
    known_services,
    services_of_axes,
)
from marketplace.workspace.views.answers import see_other
from marketplace.workspace.views.person import for_person
from marketplace.workspace.views.reach import release_of, require


def sheet_page(
    request: HttpRequest,
    person: User,
    release: ProductRelease,
    refused: LevelForm | ClaimsForm | None = None,
) -> HttpResponse:
    """The page of such a release, with the form as somebody sent it where that was refused."""
    vendor = release.product.vendor
    sheet = integration_sheet(release, person)
    context: dict[str, Any] = {
        "release": release,
        "product": release.product,
        "vendor": vendor,
        "sheet": sheet,
        "may_submit": can(person, Permission.SUBMIT, vendor),
        "may_edit": can(person, Permission.EDIT_PRODUCT, vendor),
        "may_share": can(person, Permission.SHARE_RUN, vendor),
    }
    if sheet is not None:
        context["ask_form"] = refused if isinstance(refused, LevelForm) else _ask_form(sheet)
        context["claims_form"] = refused if isinstance(refused, ClaimsForm) else _claims_form(sheet)
    status = 200 if refused is None else 400
    return render(request, "workspace/release_integrated.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@for_person
def profile(request: HttpRequest, person: User, release_id: int) -> HttpResponse:
    """Declare what the release is. With `look` nothing is kept: the form comes back and says what
    the chosen kind may leave out."""
    release = release_of(person, release_id)
    require(person, Permission.EDIT_PRODUCT, release.product.vendor)
    guideline = integration_guideline()
    if guideline is None:
        raise Http404("There is no integration guideline yet.")
    looks = "look" in request.POST
    form = ProfileForm(
        None if looks else request.POST or None,
        rules=rules_of(guideline),
        initial=request.POST.dict() if looks else initial_of(declared_by_vendor(release)),
    )
    if form.is_bound and form.is_valid():
        try:
            declare_profile(release=release, guideline=guideline, profile=form.profile, by=person)
        except IntegrationRefused as refused:
            _tell(form, refused)
        else:
            messages.success(request, gettext("The profile is declared. It is public."))
            return see_other("release", release.pk)
    context = {
        "form": form,
        "release": release,
        "product": release.product,
        "vendor": release.product.vendor,
        "guideline": guideline,
        "grants": grants_in_force(release),
    }
    status = 400 if form.errors else 200
    return render(request, "workspace/release_profile.html", context, status=status)


@require_POST
@for_person
def claims(request: HttpRequest, person: User, release_id: int) -> HttpResponse:
    """From now on exactly the ticked services are claimed."""
    release = release_of(person, release_id)
    require(person, Permission.EDIT_PRODUCT, release.product.vendor)
    sheet = integration_sheet(release, person)
    if sheet is None:
        return _no_guideline(request, release)
    form = _claims_form(sheet, request.POST)
    if form.is_valid():
        try:
            claim_services(
                release=release,
                services=form.cleaned_data["services"],
                known=known_services(),
                by=person,
            )
        except IntegrationRefused as refused:
            _tell(form, refused)
        else:
            messages.success(
                request, gettext("The claims are kept. They stay grey until measured.")
            )
            return see_other("release", release.pk)
    return sheet_page(request, person, release, form)


@require_POST
@for_person
def certify(request: HttpRequest, person: User, release_id: int) -> HttpResponse:
    """Ask for a level on one OpenStack release. Nothing is kept of what is refused."""
    release = release_of(person, release_id)
    require(person, Permission.SUBMIT, release.product.vendor)
    sheet = integration_sheet(release, person)
    if sheet is None:
        return _no_guideline(request, release)
    form = _ask_form(sheet, request.POST)
    if form.is_valid():
        try:
            submission = _handed_in(sheet, form, person)
        except SubmissionRefused as refused:
            _tell(form, refused)
        else:
            messages.success(request, gettext("Handed in."))
            return see_other("submission", submission.pk)
    return sheet_page(request, person, release, form)


def _handed_in(sheet: IntegrationSheet, form: LevelForm, person: User) -> Submission:
    """Raises SubmissionRefused."""
    given = form.cleaned_data
    run = sheet.run_on(given["openstack_release"])
    if run is None:
        raise SubmissionRefused(
            "release-not-tried",
            gettext("None of your own runs of this version was made on that release."),
        )
    with transaction.atomic():
        draft = draft_submission(
            release=sheet.release,
            run=run,
            guideline=sheet.guideline,
            target=given["level"],
            openstack_release=given["openstack_release"],
            by=person,
        )
        return submit(submission=draft, by=person, note=given["note"])


def _ask_form(sheet: IntegrationSheet, given: Any = None) -> LevelForm:
    return LevelForm(given, levels=sheet.askable_levels, releases=sheet.askable_releases)


def _claims_form(sheet: IntegrationSheet, given: Any = None) -> ClaimsForm:
    return ClaimsForm(
        given,
        known=known_services(),
        asked=services_of_axes(sheet.guideline),
        initial={"services": [one.service for one in sheet.claims]},
    )


def _tell(form: Form, refused: IntegrationRefused | SubmissionRefused) -> None:
    """Everything in the way at once; the refusal itself where it names nothing more."""
    for one in refused.obstacles:
        form.add_error(None, f"{one.text} ({one.code})")
    if not refused.obstacles:
        form.add_error(None, f"{refused} ({refused.code})")


def _no_guideline(request: HttpRequest, release: ProductRelease) -> HttpResponse:
    messages.error(
        request, gettext("There is no integration guideline yet, so nothing can be kept.")
    )
    return see_other("release", release.pk)
