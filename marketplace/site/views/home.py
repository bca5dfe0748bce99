"""The first page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from certification.queries import (
    changed_since,
    guideline_shelves,
    latest_public_runs,
    market_sums,
    verdicts_of_each,
)
from marketplace.catalogue.models import Category, Programme, programme_of
from marketplace.catalogue.openstack import RELEASES
from marketplace.site.forms import UploadForm
from marketplace.site.wording import headline_of

RUNS_SHOWN = 8
TOOLS = [category.value for category in Category if programme_of(category) is Programme.INTEGRATED]
CHANGES_SHOWN, CHANGES_DAYS = 8, 7
#: Those that clouds run today, and some more.
RELEASES_OFFERED = 8


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    shelves = guideline_shelves()
    judged = verdicts_of_each(latest_public_runs(RUNS_SHOWN))
    return render(
        request,
        "site/home.html",
        {
            "form": UploadForm(),
            "shelves": shelves,
            "sums": market_sums(),
            "changes": changed_since(CHANGES_DAYS, CHANGES_SHOWN),
            "tool_categories": TOOLS,
            "openstack_releases": RELEASES[: -RELEASES_OFFERED - 1 : -1],
            "latest": [(run, headline_of(run, lines)) for run, lines in judged],
        },
    )
