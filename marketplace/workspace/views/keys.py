"""Registering and revoking the keys that sign uploads."""

from __future__ import annotations

from django.contrib import messages
from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from marketplace.catalogue.access import issue_key_challenge, register_key, revoke_key
from marketplace.catalogue.keys import KeyRefused
from marketplace.catalogue.models import KeyChallenge, SigningKey, User
from marketplace.workspace.forms import KeyForm
from marketplace.workspace.views.person import for_person


@require_http_methods(["GET", "HEAD", "POST"])
@for_person
def key_list(request: HttpRequest, person: User) -> HttpResponse:
    if request.method != "POST":
        return _page(request, person, KeyForm())
    form = KeyForm(request.POST)
    if not form.is_valid():
        return _page(request, person, form, status=400)
    given = form.cleaned_data
    try:
        key = register_key(
            public_key=given["public_key"],
            signature=given["signature"],
            nonce=given["nonce"],
            label=given["label"],
            by=person,
        )
    except KeyRefused as refused:
        form.add_error(None, f"{refused} ({refused.code})")
        if _open_challenge(person) is None:
            issue_key_challenge(by=person)
        return _page(request, person, form, status=400)
    messages.success(
        request,
        gettext("Key {fingerprint} is registered. Sign uploads with it.").format(
            fingerprint=key.fingerprint[:16]
        ),
    )
    return _see_other()


@require_POST
@for_person
def challenge(_request: HttpRequest, person: User) -> HttpResponse:
    """A nonce to sign; no GET makes one (trust.md S23)."""
    if _open_challenge(person) is None:
        issue_key_challenge(by=person)
    return _see_other()


@require_POST
@for_person
def revoke(request: HttpRequest, person: User, key_id: int) -> HttpResponse:
    key = get_object_or_404(SigningKey, pk=key_id, user=person)
    revoke_key(key=key, by=person)
    messages.success(
        request,
        gettext("Key {fingerprint} is revoked. Nothing signed with it counts.").format(
            fingerprint=key.fingerprint[:16]
        ),
    )
    return _see_other()


def _see_other() -> HttpResponse:
    answer = redirect("keys")
    answer.status_code = 303
    return answer


def _open_challenge(person: User) -> KeyChallenge | None:
    return (
        KeyChallenge.objects.filter(user=person, used_at=None, expires_at__gt=Now())
        .order_by("-expires_at")
        .first()
    )


def _page(request: HttpRequest, person: User, form: KeyForm, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "challenge": _open_challenge(person),
        "keys": person.signing_keys.order_by("revoked_at", "-registered_at"),
    }
    return render(request, "workspace/keys.html", context, status=status)
