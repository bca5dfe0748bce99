"""Which notices reach a person by which channel."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from marketplace.catalogue.models import User
from marketplace.catalogue.policy import Permission, members_who
from marketplace.notices.choices import choices_of, choose
from marketplace.notices.topics import Channels
from marketplace.workspace.views.answers import see_other
from marketplace.workspace.views.person import for_person


@require_http_methods(["GET", "HEAD", "POST"])
@for_person
def notice_settings(request: HttpRequest, person: User) -> HttpResponse:
    chosen = choices_of(person)
    if request.method == "POST":
        inbox, mail = set(request.POST.getlist("inbox")), set(request.POST.getlist("mail"))
        wanted: dict[str, Channels] = {
            one.topic: Channels(one.topic in inbox, one.topic in mail) for one in chosen
        }
        choose(wanted=wanted, by=person)
        messages.success(request, gettext("Kept. It holds for what happens from now on."))
        return see_other("notice-settings")
    context = {
        "chosen": chosen,
        "mail_is_sent": settings.MAIL_IS_SENT,
        "own_vendors": [
            one.vendor
            for one in person.memberships.select_related("vendor").order_by("vendor__name")
            if members_who(Permission.SET_WEBHOOKS, one.vendor).filter(pk=one.pk).exists()
        ],
    }
    return render(request, "workspace/notice_settings.html", context)
