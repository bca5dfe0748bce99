"""Reviewers of the Integrated programme: what does not apply to a release, and what confirms its
runs."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count, QuerySet
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from certification.engine.bundle import BundleRefused, read_corroboration
from certification.engine.integration import EvidenceClass
from certification.levels import runs_of_release, the_set
from certification.models import Corroboration, Guideline, NotApplicableGrant
from certification.operations.integration import (
    IntegrationRefused,
    corroborate_by_log,
    corroborate_by_rerun,
    end_not_applicable,
    grant_not_applicable,
)
from certification.operations.standings import integration_guideline
from marketplace.catalogue.models import Membership, ProductRelease, Programme, User
from marketplace.catalogue.policy import Permission
from marketplace.workspace.integration_review_forms import ConfirmForm, GrantForm
from marketplace.workspace.integration_sheet import declared_by_vendor, grants_in_force
from marketplace.workspace.level_sheet import LevelSheet, level_sheet
from marketplace.workspace.views.answers import see_other
from marketplace.workspace.views.person import for_staff

RELEASES_SHOWN = 50


def _of_others(person: User) -> QuerySet[ProductRelease]:
    """Nobody reviews their own vendor, nor learns here what it has."""
    own = Membership.objects.filter(user=person).values("vendor")
    rows = ProductRelease.objects.select_related("product__vendor")
    return rows.exclude(product__vendor__in=own)


def _found(person: User, release_id: int) -> ProductRelease:
    return get_object_or_404(_of_others(person), pk=release_id)


def _guideline() -> Guideline:
    """Raises Http404 as long as there is none."""
    guideline = integration_guideline()
    if guideline is None:
        raise Http404("There is no integration guideline yet.")
    return guideline


@require_safe
@for_staff(Permission.REVIEW)
def release_list(request: HttpRequest, person: User) -> HttpResponse:
    """Releases with evidence, newest first."""
    found = []
    for release in _of_others(person).order_by("-pk")[: RELEASES_SHOWN * 4]:
        if release.product.programme != Programme.INTEGRATED:
            continue
        facts = runs_of_release(release).aggregate(
            runs=Count("pk", distinct=True), confirmed=Count("corroboration", distinct=True)
        )
        if facts["runs"]:
            found.append({"release": release, "grants": len(grants_in_force(release))} | facts)
    return render(request, "staff/integration.html", {"rows": found[:RELEASES_SHOWN]})


@require_safe
@for_staff(Permission.REVIEW)
def release_page(request: HttpRequest, person: User, release_id: int) -> HttpResponse:
    return _page(request, _found(person, release_id))


@require_POST
@for_staff(Permission.REVIEW)
def grant(request: HttpRequest, person: User, release_id: int) -> HttpResponse:
    release = _found(person, release_id)
    guideline = integration_guideline()
    if guideline is None:
        messages.error(request, gettext("There is no integration guideline yet."))
        return see_other("staff-release", release.pk)
    sheet = _sheet(release, guideline)
    form = GrantForm(request.POST, rules=sheet.rules)
    if form.is_valid():
        try:
            grant_not_applicable(
                release=release, guideline=guideline, by=person, **form.cleaned_data
            )
        except IntegrationRefused as refused:
            _tell(form, refused)
        else:
            messages.success(
                request, gettext("It is set aside from now on. Everybody reads the reason.")
            )
            return see_other("staff-release", release.pk)
    return _page(request, release, grant_form=form, status=400)


@require_POST
@for_staff(Permission.REVIEW)
def end_grant(request: HttpRequest, person: User, grant_id: int) -> HttpResponse:
    releases = _of_others(person).values("pk")
    found = get_object_or_404(
        NotApplicableGrant.objects.select_related("release__product__vendor"),
        pk=grant_id,
        release__in=releases,
    )
    try:
        end_not_applicable(grant=found, by=person)
    except IntegrationRefused as refused:
        messages.error(request, f"{refused} ({refused.code})")
    else:
        messages.success(request, gettext("{subject} applies again.").format(subject=found.subject))
    return see_other("staff-release", found.release_id)


@require_POST
@for_staff(Permission.REVIEW)
def confirm(request: HttpRequest, person: User, release_id: int) -> HttpResponse:
    """Make a run live: the operator's log agrees, or the reviewer ran the kit again."""
    release = _found(person, release_id)
    guideline = integration_guideline()
    if guideline is None:
        messages.error(request, gettext("There is no integration guideline yet."))
        return see_other("staff-release", release.pk)
    form = _confirm_form(_sheet(release, guideline), request.POST, request.FILES)
    if form.is_valid():
        try:
            _confirmed(form, person)
        except IntegrationRefused as refused:
            _tell(form, refused)
        except BundleRefused as refused:
            form.add_error("document", f"{refused} ({refused.code})")
        else:
            messages.success(request, gettext("The run is confirmed. It counts as live evidence."))
            return see_other("staff-release", release.pk)
    return _page(request, release, confirm_form=form, status=400)


def _confirmed(form: ConfirmForm, person: User) -> Corroboration:
    """Raises IntegrationRefused, BundleRefused."""
    given, run = form.cleaned_data, form.line.run
    if given["kind"] == Corroboration.Kind.RERUN:
        return corroborate_by_rerun(run=run, note=given["note"], by=person)
    document = read_corroboration(given["document"].read())
    return corroborate_by_log(run=run, document=document, note=given["note"], by=person)


def _sheet(release: ProductRelease, guideline: Guideline) -> LevelSheet:
    return level_sheet(release, guideline, the_set(release, runs_of_release(release)))


def _confirm_form(sheet: LevelSheet, *given: Any) -> ConfirmForm:
    """A self-reported run stays that, whoever confirms it; a live one is confirmed already."""
    lines = [
        line
        for line in sheet.evidence
        if line.corroboration is None and line.evidence.evidence_class is EvidenceClass.CHALLENGED
    ]
    return ConfirmForm(*given, lines=lines)


def _tell(form: Form, refused: IntegrationRefused) -> None:
    form.add_error(None, f"{refused} ({refused.code})")


def _page(
    request: HttpRequest,
    release: ProductRelease,
    *,
    grant_form: GrantForm | None = None,
    confirm_form: ConfirmForm | None = None,
    status: int = 200,
) -> HttpResponse:
    sheet = _sheet(release, _guideline())
    context = {
        "release": release,
        "vendor": release.product.vendor,
        "sheet": sheet,
        "declared": declared_by_vendor(release),
        "grants": grants_in_force(release),
        "grant_form": grant_form or GrantForm(rules=sheet.rules),
        "confirm_form": confirm_form or _confirm_form(sheet),
    }
    return render(request, "staff/release.html", context, status=status)
