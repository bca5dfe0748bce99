"""Checking a certificate that somebody was shown."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from marketplace.site.certificate_wording import certificate_sentence
from marketplace.site.forms import VerifyForm
from marketplace.site.product_sheet import explained_or_gone
from marketplace.site.proof import proof_of
from marketplace.site.verifying import Answer, answer_to_bytes, answer_to_text


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """A number or digest by address, a statement by form. Nothing that is sent is kept."""
    asked = request.GET.get("q", "").strip()[:500]
    form = VerifyForm(request.POST or None, request.FILES or None)
    answer: Answer | None = None
    if request.method == "POST":
        form = VerifyForm(request.POST, request.FILES)
        if not form.is_valid():
            return _page(request, form, "", None, status=400)
        given = form.cleaned_data["file"]
        answer = (
            answer_to_bytes(given.read())
            if given
            else answer_to_text(form.cleaned_data["statement"])
        )
    elif asked:
        answer = answer_to_text(asked)
    return _page(request, form, asked, answer)


def _page(
    request: HttpRequest, form: VerifyForm, asked: str, answer: Answer | None, status: int = 200
) -> HttpResponse:
    context = {"form": form, "asked": asked, "answer": answer}
    if answer is not None and answer.one is not None:
        explained = explained_or_gone(answer.one)
        context |= {
            "one": answer.one,
            "sentence": certificate_sentence(answer.one, explained),
            "proof": proof_of(answer.one, explained),
        }
    return render(request, "site/verify.html", context, status=status)
