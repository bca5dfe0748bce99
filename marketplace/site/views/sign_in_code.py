"""The second step of signing in."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from marketplace.catalogue.limits import TooMany
from marketplace.catalogue.refusals import CatalogueRefused
from marketplace.catalogue.second_factor import check
from marketplace.site.half_signed_in import HalfSignedIn, half_signed_in, sign_in_whole
from marketplace.workspace.account_forms import SignInCodeForm
from marketplace.workspace.views.answers import see_other


@sensitive_post_parameters("code")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_code(request: HttpRequest) -> HttpResponse:
    """Whoever has not given the password, or too long ago, begins again."""
    half = half_signed_in(request)
    if half is None or request.user.is_authenticated:
        return see_other(settings.LOGIN_URL)
    form = SignInCodeForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _page(request, half, form, 400 if form.errors else 200)
    try:
        check(code=form.cleaned_data["code"], by=half.person)
    except TooMany as refused:
        form.add_error(None, f"{refused} ({refused.code})")
        answer = _page(request, half, form, 429)
        answer["Retry-After"] = str(refused.retry_after_s)
        return answer
    except CatalogueRefused as refused:
        form.add_error(None, f"{refused} ({refused.code})")
        return _page(request, half, form, 400)
    sign_in_whole(request, half)
    return see_other(half.next_path or settings.LOGIN_REDIRECT_URL)


def _page(
    request: HttpRequest, half: HalfSignedIn, form: SignInCodeForm, status: int
) -> HttpResponse:
    context = {"form": form, "half": half}
    return render(request, "site/sign_in_code.html", context, status=status)
