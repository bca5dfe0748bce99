"""The audit trail, to read and to take away."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_safe

from marketplace.catalogue.audit_trail import take_trail, trail_page
from marketplace.catalogue.limits import TooMany, count_one
from marketplace.catalogue.models import AuditEvent, User
from marketplace.catalogue.policy import Permission
from marketplace.site.spreadsheet import csv_text
from marketplace.workspace.audit_forms import TrailForm
from marketplace.workspace.audit_sheet import event_lines
from marketplace.workspace.views.person import for_staff

A_PAGE = 50
CSV_MOST = 10_000
CSV_AN_HOUR = 20
PAGES_AN_HOUR = 1200
_COLUMNS = ("at", "actor", "deed", "kind", "key", "reason", "from", "to", "facts")


@require_safe
@for_staff(Permission.READ_AUDIT)
def trail(request: HttpRequest, person: User) -> HttpResponse:
    """A form with a fault shows no event, and says what is wrong with it."""
    form = TrailForm(request.GET)
    try:
        count_one(deed="audit", who=f"user {person.pk}", most=PAGES_AN_HOUR)
    except TooMany as refused:
        return _too_many(request, refused)
    if not form.is_valid():
        return render(request, "staff/audit.html", {"form": form, "lines": []}, status=400)
    page = trail_page(form.wanted(person), after=request.GET.get("after", ""), size=A_PAGE)
    asked = {name: value for name in form.fields if (value := request.GET.get(name, ""))}
    context = {
        "form": form,
        "lines": event_lines(page.events),
        "older": urlencode(asked | {"after": page.older}) if page.older else "",
        "asked": urlencode(asked),
        "begins": "after" not in request.GET,
        "csv_most": CSV_MOST,
    }
    return render(request, "staff/audit.html", context)


@require_GET
@for_staff(Permission.READ_AUDIT)
def trail_file(request: HttpRequest, person: User) -> HttpResponse:
    """The newest that fit the filters. That somebody took them is written into the trail.

    No state depends on that line (trust.md S23): it says that the trail was read, as the log of a
    server would, but where nobody can remove it. HEAD, which takes nothing away, is refused.
    """
    form = TrailForm(request.GET)
    if not form.is_valid():
        return render(request, "staff/audit.html", {"form": form, "lines": []}, status=400)
    try:
        count_one(deed="audit-csv", who=f"user {person.pk}", most=CSV_AN_HOUR)
    except TooMany as refused:
        return _too_many(request, refused)
    taken = take_trail(form.wanted(person), filters=form.asked, most=CSV_MOST, by=person)
    answer = HttpResponse(csv_text(_rows(taken)), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="hallmark-audit.csv"'
    return answer


def _rows(events: Iterable[AuditEvent]) -> Iterator[list[str]]:
    yield list(_COLUMNS)
    for event in events:
        facts = dict(event.facts)
        said = [str(facts.pop(name, "")) for name in ("reason", "from", "to")]
        rest = json.dumps(facts, ensure_ascii=False, sort_keys=True) if facts else ""
        thing = [event.object_type, event.object_id]
        yield [event.at.isoformat(), event.actor, event.verb, *thing, *said, rest]


def _too_many(request: HttpRequest, refused: TooMany) -> HttpResponse:
    minutes = -(-refused.retry_after_s // 60)
    context = {"refused": refused, "minutes": minutes}
    answer = render(request, "site/too_many.html", context, status=429)
    answer["Retry-After"] = str(refused.retry_after_s)
    return answer
