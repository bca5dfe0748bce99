"""A vendor's webhooks: for its owners alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marketplace.catalogue.models import User, Vendor
from marketplace.catalogue.policy import Permission
from marketplace.notices import webhooks
from marketplace.notices.models import Webhook, WebhookDelivery
from marketplace.notices.webhooks import OVERLAP_HOURS, WebhookRefused, WithSecret
from marketplace.workspace.views.answers import see_other
from marketplace.workspace.views.person import for_person
from marketplace.workspace.views.reach import require, vendor_of
from marketplace.workspace.webhook_forms import WebhookForm

A_PAGE = 25


@require_http_methods(["GET", "HEAD", "POST"])
@for_person
def webhook_list(request: HttpRequest, person: User, slug: str) -> HttpResponse:
    vendor = vendor_of(person, slug)
    require(person, Permission.SET_WEBHOOKS, vendor)
    form = WebhookForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = webhooks.add_webhook(vendor=vendor, **form.cleaned_data, by=person)
        except WebhookRefused as refused:
            form.add_error(None, f"{refused} ({refused.code})")
        else:
            # Shown in this answer alone: a redirect would have to keep the secret somewhere.
            return _list(request, vendor, WebhookForm(), made=made)
    return _list(request, vendor, form, status=400 if form.errors else 200)


@require_safe
@for_person
def webhook_page(request: HttpRequest, person: User, webhook_id: int) -> HttpResponse:
    return _page(request, _reach(person, webhook_id))


@require_POST
@for_person
def rotate(request: HttpRequest, person: User, webhook_id: int) -> HttpResponse:
    hook = _reach(person, webhook_id)
    with _not_ended():
        made = webhooks.rotate_secret(webhook=hook, by=person)
    return _page(request, hook, made)


@require_POST
@for_person
def pause(request: HttpRequest, person: User, webhook_id: int) -> HttpResponse:
    hook = _reach(person, webhook_id)
    with _not_ended():
        webhooks.pause_webhook(webhook=hook, by=person)
    messages.success(request, gettext("The webhook is paused. What comes meanwhile waits for it."))
    return see_other("webhook", hook.pk)


@require_POST
@for_person
def resume(request: HttpRequest, person: User, webhook_id: int) -> HttpResponse:
    hook = _reach(person, webhook_id)
    with _not_ended():
        count = webhooks.resume_webhook(webhook=hook, by=person)
    waited = (
        gettext("1 delivery") if count == 1 else gettext("{count} deliveries").format(count=count)
    )
    messages.success(
        request, gettext("The webhook goes on, with {waited} that waited.").format(waited=waited)
    )
    return see_other("webhook", hook.pk)


@require_POST
@for_person
def end(request: HttpRequest, person: User, webhook_id: int) -> HttpResponse:
    hook = _reach(person, webhook_id)
    with _not_ended():
        webhooks.end_webhook(webhook=hook, by=person)
    messages.success(request, gettext("The webhook is ended. Nothing more is sent to it."))
    return see_other("webhooks", hook.vendor.slug)


@require_POST
@for_person
def replay(request: HttpRequest, person: User, delivery_id: UUID) -> HttpResponse:
    try:
        delivery = webhooks.delivery_of(person, delivery_id)
    except WebhookDelivery.DoesNotExist:
        raise Http404("There is no such delivery.") from None
    require(person, Permission.SET_WEBHOOKS, delivery.webhook.vendor)
    try:
        webhooks.replay(delivery=delivery, by=person)
    except WebhookRefused as refused:
        messages.error(request, f"{refused} ({refused.code})")
    else:
        messages.success(request, gettext("It is sent again, under the same id."))
    return see_other("webhook", delivery.webhook_id)


@contextmanager
def _not_ended() -> Iterator[None]:
    """Somebody else may have ended it a moment ago. Raises Http404."""
    try:
        yield
    except WebhookRefused as refused:
        raise Http404(str(refused)) from None


def _reach(person: User, webhook_id: int) -> Webhook:
    """Raises Http404, PermissionDenied."""
    try:
        hook = webhooks.webhook_of(person, webhook_id)
    except Webhook.DoesNotExist:
        raise Http404("There is no such webhook.") from None
    require(person, Permission.SET_WEBHOOKS, hook.vendor)
    return hook


def _list(
    request: HttpRequest,
    vendor: Vendor,
    form: WebhookForm,
    status: int = 200,
    made: WithSecret | None = None,
) -> HttpResponse:
    context = {
        "vendor": vendor,
        "form": form,
        "made": made,
        "webhooks": webhooks.webhooks_of(vendor),
    }
    return render(request, "workspace/webhooks.html", context, status=status)


def _page(request: HttpRequest, hook: Webhook, made: WithSecret | None = None) -> HttpResponse:
    deliveries = hook.deliveries.order_by("-created_at", "-id").prefetch_related("log")
    context = {
        "hook": hook,
        "vendor": hook.vendor,
        "made": made,
        "overlap_hours": OVERLAP_HOURS,
        "page": Paginator(deliveries, A_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "workspace/webhook.html", context)
