"""What the programme says of itself: how it works, what a level means, terms, contact."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from marketplace.site.programme import programme_page, programme_texts


@require_safe
def programme(request: HttpRequest) -> HttpResponse:
    return render(request, "site/programme.html", {"texts": programme_texts()})


@require_safe
def programme_text(request: HttpRequest, slug: str, number: int | None = None) -> HttpResponse:
    """Former versions stay readable, and say that they are former."""
    page = programme_page(slug, number)
    if page is None:
        raise Http404("There is no such text.")
    return render(request, "site/programme_text.html", {"page": page, "text": page.text})
