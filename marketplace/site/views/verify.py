"""Checking a certificate that somebody was shown."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from marketplace.site.certificate_wording import certificate_sentence
from marketplace.site.forms import VerifyForm
from marketplace.site.product_sheet import explained_or_gone
from marketplace.site.proof import proof_of
from marketplace.site.verifying import (
    STATEMENT_BYTES_MOST,
    Answer,
    answer_to_bytes,
    answer_to_text,
)

ASKED_MOST = 500
#: A statement as file or as text, form-encoded, with the form's own fields.
REQUEST_BYTES_MOST = 4 * STATEMENT_BYTES_MOST


@csrf_exempt
def verify(request: HttpRequest) -> HttpResponse:
    """Refuse what is too large before a byte of it is read; the check of the token reads it all."""
    length = str(request.META.get("CONTENT_LENGTH") or "0")
    too_large = not length.isdigit() or int(length) > REQUEST_BYTES_MOST
    if request.method == "POST" and too_large:
        return _page(request, VerifyForm(), "", None, status=413)
    return _verify(request)


@csrf_protect
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def _verify(request: HttpRequest) -> HttpResponse:
    """A number or digest by address, a statement by form. Nothing that is sent is kept."""
    if request.method != "POST":
        asked = request.GET.get("q", "").strip()[:ASKED_MOST]
        return _page(request, VerifyForm(), asked, answer_to_text(asked) if asked else None)
    form = VerifyForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form, "", None, status=400)
    file, text = form.cleaned_data["file"], form.cleaned_data["statement"]
    answer = answer_to_bytes(file.read()) if file else answer_to_text(text)
    return _page(request, form, "", answer)


def _page(
    request: HttpRequest, form: VerifyForm, asked: str, answer: Answer | None, status: int = 200
) -> HttpResponse:
    context = {"form": form, "asked": asked, "answer": answer, "too_large": status == 413}
    if answer is not None and answer.one is not None:
        explained = explained_or_gone(answer.one)
        context |= {
            "one": answer.one,
            "sentence": certificate_sentence(answer.one, explained),
            "proof": proof_of(answer.one, explained),
        }
    return render(request, "site/verify.html", context, status=status)
