"""The first page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from certification.queries import guideline_shelves, latest_public_runs, verdicts_of_each
from marketplace.site.forms import UploadForm
from marketplace.site.wording import headline_of

RUNS_SHOWN = 8


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
            "latest": [(run, headline_of(run, lines)) for run, lines in judged],
        },
    )
