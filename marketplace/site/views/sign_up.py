"""Becoming somebody who may sign in."""

from __future__ import annotations

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from marketplace.catalogue.refusals import CatalogueRefused
from marketplace.catalogue.vendors import sign_up as make_account
from marketplace.site.forms import SignUpForm
from marketplace.site.half_signed_in import BACKEND


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_up(request: HttpRequest) -> HttpResponse:
    """Whoever signs up is signed in; whoever is signed in has nothing to do here."""
    if request.user.is_authenticated:
        return redirect("workspace")
    form = SignUpForm(request.POST or None, initial={"email": request.GET.get("email", "")})
    if request.method == "POST" and form.is_valid():
        try:
            person = make_account(**form.cleaned_data)
        except CatalogueRefused as refused:
            form.add_error(None, f"{refused} ({refused.code})")
        else:
            login(request, person, backend=BACKEND)
            answer = redirect(_next(request))
            answer.status_code = 303
            return answer
    status = 400 if form.errors else 200
    context = {"form": form, "next": request.GET.get("next") or request.POST.get("next", "")}
    return render(request, "site/sign_up.html", context, status=status)


def _next(request: HttpRequest) -> str:
    """Where the person came from, on our own host alone (trust.md S23); else the workspace."""
    wanted = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if ours else "workspace"
