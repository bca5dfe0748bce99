"""Links that show a private run for some days: made, listed, revoked, followed."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from certification.models import Run, RunLink
from certification.operations.sharing import (
    LinkRefused,
    NewLink,
    link_behind,
    make_link,
    may_share,
    open_links,
    revoke_link,
)
from certification.queries import find_run
from marketplace.catalogue.models import User
from marketplace.site.context import host_url
from marketplace.site.run_link_forms import LinkForm
from marketplace.site.views.runs import run_page


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def links(request: HttpRequest, run_id: UUID) -> HttpResponse:
    run, person = _sharable(request, run_id)
    if request.method != "POST":
        return _page(request, run, LinkForm())
    form = LinkForm(request.POST)
    if not form.is_valid():
        return _page(request, run, form, status=400)
    try:
        made = make_link(run=run, by=person, **form.cleaned_data)
    except LinkRefused as refused:
        form.add_error(None, f"{refused} ({refused.code})")
        return _page(request, run, form, status=400)
    # Shown in this answer alone: a redirect would have to keep the secret somewhere.
    return _page(request, run, LinkForm(), made=made)


@login_required
@require_POST
def revoke(request: HttpRequest, run_id: UUID, link_id: int) -> HttpResponse:
    run, person = _sharable(request, run_id)
    revoke_link(link=get_object_or_404(RunLink, pk=link_id, run=run), by=person)
    messages.success(request, gettext("The link is revoked: it shows nothing any more."))
    answer = redirect("run-links", run.pk)
    answer.status_code = 303
    return answer


@never_cache
@require_safe
def shared(request: HttpRequest, run_id: UUID, token: str) -> HttpResponse:
    """The run's page for who holds the link: to be read, with nothing to do on it."""
    link = link_behind(token, run_id=run_id)
    if link is None:
        raise Http404("There is no such run.")
    answer = run_page(request, link.run, link=link)
    answer["X-Robots-Tag"] = "noindex, nofollow"
    answer["Referrer-Policy"] = "no-referrer"
    return answer


def _sharable(request: HttpRequest, run_id: UUID) -> tuple[Run, User]:
    """Raises Http404 for who may not see the run, PermissionDenied for who may not share it."""
    try:
        run = find_run(run_id, request.user)
    except Run.DoesNotExist:
        raise Http404("There is no such run.") from None
    if not isinstance(request.user, User) or not may_share(run, request.user):
        raise PermissionDenied(
            gettext("Only the owner of a run, or an editor of its vendor, may share it.")
        )
    return run, request.user


def _page(
    request: HttpRequest, run: Run, form: LinkForm, status: int = 200, made: NewLink | None = None
) -> HttpResponse:
    context = {"run": run, "form": form, "links": open_links(run), "made": made}
    if made is not None:
        context["address"] = host_url(request) + reverse("run-shared", args=[run.pk, made.secret])
    return render(request, "site/run_links.html", context, status=status)
