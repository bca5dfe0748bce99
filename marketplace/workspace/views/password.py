"""Changing the password, and finding back in without it."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from marketplace.catalogue.models import User
from marketplace.catalogue.passwords import (
    change_password,
    link_over,
    person_of_link,
    reset_password,
)
from marketplace.catalogue.refusals import CatalogueRefused
from marketplace.notices.resetting import ask_for_reset
from marketplace.site.context import host_url
from marketplace.workspace.account_forms import (
    ForgottenForm,
    NewPasswordForm,
    PasswordChangeForm,
)
from marketplace.workspace.shared_logins import refuse_shared_login
from marketplace.workspace.views.answers import see_other
from marketplace.workspace.views.person import for_person


@sensitive_post_parameters("old", "new", "again")
@require_http_methods(["GET", "HEAD", "POST"])
@for_person
def change(request: HttpRequest, person: User) -> HttpResponse:
    form = PasswordChangeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            refuse_shared_login(person)
            change_password(old=given["old"], new=given["new"], by=person)
        except CatalogueRefused as refused:
            form.add_error(None, f"{refused} ({refused.code})")
        else:
            update_session_auth_hash(request, person)
            messages.success(
                request, gettext("Your password is changed. All other sessions are ended.")
            )
            return see_other("password")
    status = 400 if form.errors else 200
    return render(request, "workspace/password.html", {"form": form}, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def forgotten(request: HttpRequest) -> HttpResponse:
    """The answer, and its time, are the same whether or not there is such an account."""
    form = ForgottenForm(request.POST or None)
    asked = request.method == "POST" and form.is_valid()
    if asked:
        ask_for_reset(address=form.cleaned_data["email"], host=host_url(request))
    status = 400 if form.errors else 200
    context = {"form": form, "asked": asked, "mail_is_sent": settings.MAIL_IS_SENT}
    return render(request, "workspace/password_forgotten.html", context, status=status)


@sensitive_post_parameters("new", "again")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def reset(request: HttpRequest, uid: str, token: str) -> HttpResponse:
    """Whoever resets is not signed in by that: a second factor would be passed over."""
    answer = _reset(request, uid, token)
    answer["Referrer-Policy"] = "same-origin"
    return answer


def _reset(request: HttpRequest, uid: str, token: str) -> HttpResponse:
    if person_of_link(uid, token) is None:
        context: dict[str, object] = {"refused": link_over()}
        return render(request, "workspace/password_over.html", context, status=404)
    form = NewPasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            reset_password(uid=uid, token=token, new=form.cleaned_data["new"])
        except CatalogueRefused as refused:
            form.add_error(None, f"{refused} ({refused.code})")
        else:
            messages.success(request, gettext("Your password is changed. Sign in with it."))
            return see_other("sign-in")
    status = 400 if form.errors else 200
    return render(request, "workspace/password_reset.html", {"form": form}, status=status)
