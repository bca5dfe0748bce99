"""API tokens: issued, shown once, revoked."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from marketplace.catalogue.access import NewToken, TokenRefused, issue_token, revoke_token
from marketplace.catalogue.models import ApiToken, User
from marketplace.workspace.forms import TokenForm
from marketplace.workspace.views.person import for_person

#: Long enough to make a new one and put it into every pipeline.
ENDS_SOON_DAYS = 14


@require_http_methods(["GET", "HEAD", "POST"])
@for_person
def token_list(request: HttpRequest, person: User) -> HttpResponse:
    if request.method != "POST":
        return _page(request, person, TokenForm())
    form = TokenForm(request.POST)
    if not form.is_valid():
        return _page(request, person, form, status=400)
    given = form.cleaned_data
    try:
        issued = issue_token(
            label=given["label"], scope=given["scope"], expires_at=form.expires_at, by=person
        )
    except TokenRefused as refused:
        form.add_error(None, f"{refused} ({refused.code})")
        return _page(request, person, form, status=400)
    # Shown in this answer alone: a redirect would have to keep the secret somewhere.
    return _page(request, person, TokenForm(), issued=issued)


@require_POST
@for_person
def revoke(request: HttpRequest, person: User, token_id: int) -> HttpResponse:
    token = get_object_or_404(ApiToken, pk=token_id, user=person)
    revoke_token(token=token, by=person)
    messages.success(request, gettext("The token {label} is revoked.").format(label=token.label))
    answer = redirect("tokens")
    answer.status_code = 303
    return answer


def _page(
    request: HttpRequest,
    person: User,
    form: TokenForm,
    status: int = 200,
    issued: NewToken | None = None,
) -> HttpResponse:
    now = timezone.now()
    context = {
        "form": form,
        "issued": issued,
        "tokens": person.api_tokens.order_by("revoked_at", "-created_at"),
        "now": now,
        "soon": now + timedelta(days=ENDS_SOON_DAYS),
    }
    return render(request, "workspace/tokens.html", context, status=status)
