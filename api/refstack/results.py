"""GET /v1/results and /v1/results/{id}: stored runs as RefStack shows them."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, JsonResponse

from api.lookups import can_be_stored
from api.refstack.answers import Refused, refstack_time
from api.refstack.callers import reader
from certification.evidence import EvidenceGone
from certification.models import Run, RunQuerySet
from certification.queries import names_of_passed_tests
from certification.queries.run_counts import count_public_runs, public_runs
from marketplace.catalogue.models import User
from marketplace.catalogue.policy import Permission, can

PAGE = 20
BITMAPS = ("passed", "failed", "skipped")


def listing(request: HttpRequest) -> JsonResponse:
    """Newest first, 20 a page. Raises Refused for parameters that cannot be."""
    who = reader(request)
    if "signed" in request.GET:
        if not isinstance(who, User):
            raise Refused(400, "Sign in to see your own runs (`signed`).", "sign-in-needed")
        runs = Run.objects.visible_to(who).readable().filter(uploaded_by=who)
    else:
        runs = public_runs()
    filtered = _filtered(request, runs)
    whole = filtered is runs and "signed" not in request.GET
    page, pages = _page(request, count_public_runs() if whole else filtered.count())
    newest = filtered.defer(*BITMAPS).order_by("-received_at", "-id")
    rows = newest[(page - 1) * PAGE : page * PAGE]
    host = request.build_absolute_uri("/")
    return JsonResponse(
        {
            "results": [_row(run) | {"url": run.public_url(host)} for run in rows],
            "pagination": {"current_page": page, "total_pages": pages},
        }
    )


def detail(request: HttpRequest, run_id: str) -> JsonResponse:
    """One run with the names of its passed tests. A stranger's private run is not found (S18)."""
    who = reader(request)
    try:
        run = Run.objects.visible_to(who).get(pk=uuid.UUID(run_id))
    except (ValueError, Run.DoesNotExist):
        raise Refused(404, f"Test result {run_id} not found", "run-not-found") from None
    try:
        names = names_of_passed_tests(run)
    except EvidenceGone as gone:
        raise Refused(404, str(gone), gone.code) from None
    role = _role(who, run)
    body = _row(run) | {"results": names, "user_role": role}
    if role != "user":
        body["cpid"] = run.cpid
    return JsonResponse(body)


def _role(who: User | AnonymousUser, run: Run) -> str:
    """A vendor's run has its members as owners, and no longer who uploaded it and left."""
    if not isinstance(who, User):
        return "user"
    if who.staff_role:
        return "foundation"
    if run.vendor is None:
        return "owner" if run.uploaded_by_id == who.pk else "user"
    return "owner" if can(who, Permission.READ_PRIVATE_RUN, run.vendor) else "user"


def _row(run: Run) -> dict[str, Any]:
    return {
        "id": str(run.pk),
        "created_at": refstack_time(run.received_at),
        "duration_seconds": run.duration_seconds or 0,
        "verification_status": 0,
        "meta": {"shared": "true"} if run.shared else {},
        "product_version": None,
    }


def _filtered(request: HttpRequest, runs: RunQuerySet) -> RunQuerySet:
    start, end = (_moment(request, name) for name in ("start_date", "end_date"))
    if start and end and start > end:
        raise Refused(400, "start_date is later than end_date.", "dates-reversed")
    if start:
        runs = runs.filter(received_at__gte=start)
    if end:
        # Times are shown to the second: one that was shown finds its run.
        runs = runs.filter(received_at__lte=end.replace(microsecond=999_999))
    if cpid := request.GET.get("cpid"):
        runs = runs.filter(cpid=cpid) if can_be_stored(cpid) else runs.none()
    status = request.GET.get("verification_status")
    if status is not None and status not in ("0", "1"):
        raise Refused(400, "verification_status is 0 or 1.", "parameter-invalid")
    if status == "1":
        runs = runs.none()
    if "product_id" in request.GET:
        raise Refused(404, "There is no such product.", "product-not-found")
    return runs


def _moment(request: HttpRequest, name: str) -> datetime | None:
    text = request.GET.get(name)
    if not text:
        return None
    try:
        moment = datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    except ValueError:
        moment = None
    if moment is None or len(text) != len("YYYY-MM-DD HH:MM:SS"):
        raise Refused(
            400, f"{name} must be written as YYYY-MM-DD HH:MM:SS, in UTC.", "parameter-invalid"
        )
    return moment


def _page(request: HttpRequest, total: int) -> tuple[int, int]:
    """The page asked for and how many there are; without rows page 1 of 0 still answers."""
    pages = -(-total // PAGE)
    text = request.GET.get("page") or "1"
    if not (text.isascii() and text.isdecimal() and len(text) < 10) or int(text) < 1:
        raise Refused(400, "page is a whole number from 1.", "parameter-invalid")
    page = int(text)
    if page > max(pages, 1):
        raise Refused(400, f"There is no page {page}; the last one is {pages}.", "page-beyond-last")
    return page, pages
