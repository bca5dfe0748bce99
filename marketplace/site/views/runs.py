"""A run: while it waits, judged, or refused; its evidence; its open tests."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from itertools import chain
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from certification.engine.guideline.targets import TargetUnknown
from certification.engine.rerun import include_list, needed_tests
from certification.evidence import EvidenceGone, read_evidence
from certification.guidelines import shared_ids
from certification.levels import BUNDLE
from certification.models import Guideline, Run, RunLink
from certification.operations.sharing import ShareRefused, may_share, share_run, unshare_run
from certification.queries import (
    certificates_of_run,
    every_guideline,
    find_run,
    runs_ahead,
    verdicts_of,
)
from certification.queries.diagnosis import diagnosis_of, earlier_runs
from marketplace.catalogue.models import (
    Category,
    ProductRelease,
    Programme,
    User,
    programme_of,
)
from marketplace.catalogue.policy import Permission, can
from marketplace.site.integration_claims import claims_of
from marketplace.site.integration_run import BundleSheet, bundle_sheet
from marketplace.site.run_sheet import RunSheet, judged_sheet

RELEASES_OFFERED = 12
EARLIER_OFFERED = 8
USUAL_WAIT = timedelta(minutes=1)


def _visible(request: HttpRequest, run_id: UUID) -> Run:
    try:
        return find_run(run_id, request.user)
    except Run.DoesNotExist:
        raise Http404("There is no such run.") from None


def _sheet(request: HttpRequest, run: Run) -> RunSheet:
    wanted = request.GET
    try:
        return judged_sheet(run, wanted.get("guideline", ""), wanted.get("target", ""))
    except (Guideline.DoesNotExist, TargetUnknown) as unknown:
        raise Http404(str(unknown)) from None


@never_cache
@require_safe
def run(request: HttpRequest, run_id: UUID) -> HttpResponse:
    return run_page(request, _visible(request, run_id))


def run_page(request: HttpRequest, found: Run, link: RunLink | None = None) -> HttpResponse:
    """The page of a run that the caller found visible. With `link` it is only to be read: whoever
    holds a link has no other address of this run."""
    context: dict[str, Any] = {
        "run": found,
        "link": link,
        "page_url": request.path if link else found.get_absolute_url(),
        "may_share": link is None and _may_share(request, found),
        "no_verdicts": [],
    }
    if not found.is_settled:
        context["ahead"] = runs_ahead(found)
        context["is_slow"] = timezone.now() - found.received_at > USUAL_WAIT
        return render(request, "site/run_waiting.html", context)
    if found.state != Run.State.VERIFIED:
        context["from_kit"] = found.fault_code.startswith(("bundle-", "nonce-"))
        context["findings"] = diagnosis_of(found)
        return render(request, "site/run_refused.html", context)
    if link is None:
        context["releases"] = _releases_to_certify(request, found)
        context["certificates"] = certificates_of_run(found)
        context["earlier"] = earlier_runs(found, request.user, EARLIER_OFFERED)
    if found.format == BUNDLE:
        context["sheet"] = _bundle_sheet(request, found)
        context["lines"] = verdicts_of(found)
        return render(request, "site/integration_run.html", context)
    sheet, claims = _sheet(request, found), claims_of(found)
    context |= {"sheet": sheet, "claims": claims, "guidelines": _distinct_names()}
    explained = sheet.explained.evaluation if sheet.explained else None
    context["findings"] = diagnosis_of(found, explained)
    alone = claims is not None and claims.results and not any(line.passed for line in sheet.lines)
    if alone and sheet.asked is None:
        return render(request, "site/integration_claimed.html", context)
    return render(request, "site/run.html", context)


def _bundle_sheet(request: HttpRequest, run: Run) -> BundleSheet:
    try:
        return bundle_sheet(run, request.GET.get("guideline", ""))
    except Guideline.DoesNotExist as unknown:
        raise Http404(str(unknown)) from None


def _distinct_names() -> list[Guideline]:
    """One guideline for each name; a run is judged by the one that the name stands for. Levels are
    judged from bundles alone."""
    first: dict[str, Guideline] = {}
    for guideline in every_guideline():
        if not guideline.is_integration:
            first.setdefault(guideline.document_id, guideline)
    return list(first.values())


def _releases_to_certify(request: HttpRequest, run: Run) -> list[ProductRelease]:
    """Of the run's vendor, for who may submit there; newest first."""
    if run.vendor is None or not can(request.user, Permission.SUBMIT, run.vendor):
        return []
    of_vendor = ProductRelease.objects.filter(product__vendor=run.vendor)
    platforms = [c for c in Category if programme_of(c) is Programme.POWERED]
    wanted = of_vendor.select_related("product")
    if run.format == BUNDLE:
        # The bundle names its product; a run of one version may complete the set of the next.
        said = getattr(run, "bundle", None)
        name = said.product if said is not None else ""
        named = Q(product__name__iexact=name) | Q(product__slug__iexact=name)
        wanted = wanted.filter(named).exclude(product__category__in=platforms)
    else:
        wanted = wanted.filter(product__category__in=platforms)
    return list(wanted.order_by("-pk")[:RELEASES_OFFERED])


def _may_share(request: HttpRequest, run: Run) -> bool:
    return isinstance(request.user, User) and may_share(run, request.user)


@never_cache
@require_safe
def evidence(request: HttpRequest, run_id: UUID) -> HttpResponse | StreamingHttpResponse:
    """The raw bytes, never shown by the browser (trust.md S21)."""
    found = _visible(request, run_id)
    try:
        pieces = read_evidence(found.evidence_sha256)
        first = next(pieces, b"")
    except EvidenceGone:
        raise Http404("The evidence is not in the store.") from None
    answer = StreamingHttpResponse(chain([first], pieces), content_type="application/octet-stream")
    answer["Content-Length"] = str(found.evidence_bytes)
    answer["Content-Disposition"] = f'attachment; filename="run-{found.pk}.evidence"'
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


@never_cache
@require_safe
def open_tests(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """The tests that did not pass: for `tempest run --include-list`, or the kit's own names."""
    found = _visible(request, run_id)
    if found.state == Run.State.VERIFIED and found.format == BUNDLE:
        judged = _bundle_sheet(request, found).judged
        return _list_of(judged.only if judged else ())
    explained = _sheet(request, found).explained if found.state == Run.State.VERIFIED else None
    if explained is None:
        raise Http404("This run has no verdict to take a list from.")
    return _list_of(include_list(needed_tests(explained.evaluation), shared_ids()))


def _list_of(lines: Iterable[str]) -> HttpResponse:
    answer = HttpResponse(
        "".join(f"{line}\n" for line in lines), content_type="text/plain; charset=utf-8"
    )
    answer["Content-Disposition"] = 'attachment; filename="open-tests.txt"'
    return answer


@login_required
@require_POST
def share(request: HttpRequest, run_id: UUID) -> HttpResponse:
    found = _visible(request, run_id)
    deed = unshare_run if request.POST.get("public") == "no" else share_run
    if not isinstance(request.user, User):
        raise PermissionDenied
    try:
        deed(run=found, by=request.user)
    except ShareRefused as refused:
        raise PermissionDenied(str(refused)) from None
    answer = redirect(found)
    answer.status_code = 303
    return answer
