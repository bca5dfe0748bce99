"""A run beside an earlier one."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from certification.evidence import EvidenceGone
from certification.models import Run
from certification.queries import find_run
from certification.queries.diagnosis import HeldAgainst, hold_against


@never_cache
@require_safe
def compare_runs(request: HttpRequest, run_id: UUID, other_id: UUID) -> HttpResponse:
    """Both must be visible to the reader; which of them came first is told by the page."""
    return render(request, "site/run_compare.html", {"held": _held(request, run_id, other_id)})


def _held(request: HttpRequest, run_id: UUID, other_id: UUID) -> HeldAgainst:
    if run_id == other_id:
        raise Http404("A run is not compared with itself.")
    try:
        run, other = find_run(run_id, request.user), find_run(other_id, request.user)
        held = hold_against(run, other)
    except Run.DoesNotExist:
        raise Http404("There is no such run.") from None
    except EvidenceGone:
        raise Http404("The evidence of one of the runs is not in the store.") from None
    if held is None:
        raise Http404("One of the runs is not judged, or is a bundle of the test kit.")
    return held
