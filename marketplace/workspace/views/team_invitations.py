"""Following the link of an invitation, signed in or not yet."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from marketplace.catalogue.invitations import accept_invitation, invitation_of, invitation_over
from marketplace.catalogue.models import User
from marketplace.catalogue.refusals import CatalogueRefused
from marketplace.workspace.views.answers import see_other


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """The page tells nothing but to who holds the link; no other page is told of the link."""
    answer = _answer(request, secret)
    answer["Referrer-Policy"] = "same-origin"
    return answer


def _answer(request: HttpRequest, secret: str) -> HttpResponse:
    found = invitation_of(secret)
    if found is None:
        context = {"refused": invitation_over()}
        return render(request, "workspace/invitation_over.html", context, status=404)
    if request.method != "POST":
        return _page(request, {"invitation": found})
    if not isinstance(request.user, User):
        return redirect_to_login(request.get_full_path())
    try:
        made = accept_invitation(secret=secret, by=request.user)
    except CatalogueRefused as refused:
        return _page(request, {"invitation": found, "refused": refused}, status=409)
    messages.success(
        request,
        gettext("You are {role} of {vendor} now.").format(
            role=made.get_role_display().lower(), vendor=made.vendor
        ),
    )
    return see_other("workspace-vendor", made.vendor.slug)


def _page(request: HttpRequest, context: dict[str, object], status: int = 200) -> HttpResponse:
    return render(request, "workspace/invitation.html", context, status=status)
