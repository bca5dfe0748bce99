"""The workspace at a glance."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from certification.queries import runs_of, verdicts_of_each
from certification.queries.awaited import awaited_of
from marketplace.catalogue.models import User
from marketplace.site.wording import headline_of
from marketplace.workspace.views.person import for_person

RUNS_A_PAGE = 20


@require_safe
@for_person
def workspace(request: HttpRequest, person: User) -> HttpResponse:
    page = Paginator(runs_of(person), RUNS_A_PAGE).get_page(request.GET.get("page"))
    judged = verdicts_of_each(list(page.object_list))
    context = {
        "awaited": awaited_of(person),
        "page": page,
        "runs": [(run, headline_of(run, lines)) for run, lines in judged],
        "memberships": person.memberships.select_related("vendor").order_by("vendor__name"),
        "keys": person.signing_keys.filter(revoked_at=None).order_by("-registered_at"),
        "tokens": person.api_tokens.filter(revoked_at=None, expires_at__gt=Now()).order_by(
            "-created_at"
        ),
    }
    return render(request, "workspace/overview.html", context)
