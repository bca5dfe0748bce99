"""A release in the workspace: its runs, a challenge for the next one, asking for certification."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from certification.models import Submission
from certification.operations.submissions import (
    SubmissionRefused,
    draft_submission,
    issue_challenge,
    submit,
)
from marketplace.catalogue.models import ProductRelease, Programme, User
from marketplace.catalogue.policy import Permission, can
from marketplace.workspace.further_runs import Looking
from marketplace.workspace.release_sheet import ReleaseSheet, release_sheet
from marketplace.workspace.submission_forms import ChallengeForm, TieForm
from marketplace.workspace.views.answers import see_other
from marketplace.workspace.views.integration import sheet_page
from marketplace.workspace.views.person import for_person
from marketplace.workspace.views.reach import release_of, require


@require_safe
@for_person
def release_page(request: HttpRequest, person: User, release_id: int) -> HttpResponse:
    release = release_of(person, release_id)
    if release.product.programme == Programme.INTEGRATED:
        return sheet_page(request, person, release)
    asked = request.GET
    looking = Looking(asked.get("find", ""), asked.get("page", ""), asked.get("runs", ""))
    sheet = release_sheet(release, asked.get("run", ""), asked.getlist("join"), looking)
    form = None
    if sheet.chosen is not None:
        form = TieForm(lines=sheet.lines, release=release)
    return _page(request, person, sheet, form)


@require_POST
@for_person
def tie(request: HttpRequest, person: User, release_id: int) -> HttpResponse:
    """Tie the run and hand it in at once. What the rules refuse stays a draft that says why."""
    release = release_of(person, release_id)
    require(person, Permission.SUBMIT, release.product.vendor)
    if release.product.programme == Programme.INTEGRATED:
        messages.error(
            request, gettext("Levels rest on a set of runs: choose the level on this page.")
        )
        return see_other("release", release.pk)
    wanted = request.POST.getlist("join")
    sheet = release_sheet(release, request.POST.get("run", ""), wanted)
    form = TieForm(request.POST, lines=sheet.lines, release=release)
    if sheet.chosen is None or not form.is_valid():
        return _page(request, person, sheet, form, status=400)
    try:
        submission = _drafted(form, sheet, wanted, person)
    except SubmissionRefused as refused:
        form.add_error(None, f"{refused} ({refused.code})")
        return _page(request, person, sheet, form, status=400)
    try:
        given = form.cleaned_data
        submit(
            submission=submission,
            by=person,
            note=given["note"],
            asks_waiver=given["asks_waiver"],
        )
    except SubmissionRefused:
        # Its page names every obstacle.
        messages.error(
            request, gettext("The run is tied, but not handed in: see what stands in the way.")
        )
    else:
        messages.success(request, gettext("Handed in."))
    return see_other("submission", submission.pk)


def _drafted(form: TieForm, sheet: ReleaseSheet, wanted: list[str], person: User) -> Submission:
    if sheet.chosen is None:
        raise SubmissionRefused("run-missing", gettext("Choose a run first."))
    if len(sheet.joined) != len(set(wanted)):
        raise SubmissionRefused(
            "join-other-run",
            gettext("One of the further runs cannot be joined with this one. Choose again."),
        )
    return draft_submission(
        release=sheet.release,
        run=sheet.chosen,
        guideline=form.line.guideline,
        target=form.line.target,
        openstack_release=form.cleaned_data["openstack_release"],
        by=person,
        joined=sheet.joined,
    )


@require_POST
@for_person
def challenge(request: HttpRequest, person: User, release_id: int) -> HttpResponse:
    """A nonce for the next run; no GET makes one (trust.md S23)."""
    release = release_of(person, release_id)
    require(person, Permission.SUBMIT, release.product.vendor)
    form = ChallengeForm(request.POST, programme=release.product.programme)
    if form.is_valid():
        issue_challenge(release=release, guideline=form.cleaned_data["guideline"], by=person)
    else:
        messages.error(
            request, gettext("No challenge was made: choose a guideline that certifies.")
        )
    return see_other("release", release.pk)


def _page(
    request: HttpRequest,
    person: User,
    sheet: ReleaseSheet,
    form: TieForm | None,
    status: int = 200,
) -> HttpResponse:
    release: ProductRelease = sheet.release
    context = {
        "sheet": sheet,
        "release": release,
        "product": release.product,
        "vendor": release.product.vendor,
        "may_submit": can(person, Permission.SUBMIT, release.product.vendor),
        "form": form,
        "challenge_form": ChallengeForm(programme=release.product.programme),
    }
    return render(request, "workspace/release.html", context, status=status)
