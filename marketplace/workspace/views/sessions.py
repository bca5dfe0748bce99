"""Where the person is signed in."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST, require_safe

from marketplace.catalogue.devices import devices_of, end_device, end_other_devices
from marketplace.catalogue.models import User
from marketplace.workspace.views.answers import see_other
from marketplace.workspace.views.person import for_person


@require_safe
@for_person
def session_list(request: HttpRequest, person: User) -> HttpResponse:
    context = {"devices": devices_of(person), "here": request.session.session_key}
    return render(request, "workspace/sessions.html", context)


@require_POST
@for_person
def end(request: HttpRequest, person: User, device_id: int) -> HttpResponse:
    device = get_object_or_404(devices_of(person), pk=device_id)
    if device.session_id == request.session.session_key:
        messages.error(request, gettext("That is this session. To end it, sign out."))
        return see_other("sessions")
    end_device(device=device, by=person)
    messages.success(
        request, gettext("The session in {words} is ended.").format(words=device.words)
    )
    return see_other("sessions")


@require_POST
@for_person
def end_others(request: HttpRequest, person: User) -> HttpResponse:
    ended = end_other_devices(session_key=request.session.session_key or "", by=person)
    messages.success(
        request,
        ngettext(
            "{ended} other session is ended.", "{ended} other sessions are ended.", ended
        ).format(ended=ended),
    )
    return see_other("sessions")
