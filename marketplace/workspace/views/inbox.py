"""The inbox of a person."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from marketplace.catalogue.models import User
from marketplace.notices.inbox import inbox_of, mails_that_failed, read_all, read_one, unread_count
from marketplace.notices.models import Notice
from marketplace.workspace.views.answers import see_other
from marketplace.workspace.views.person import for_person

A_PAGE = 25


@require_safe
@for_person
def inbox(request: HttpRequest, person: User) -> HttpResponse:
    context = {
        "page": Paginator(inbox_of(person), A_PAGE).get_page(request.GET.get("page")),
        "new": unread_count(person),
        "mail_is_sent": settings.MAIL_IS_SENT,
        "mails_failed": mails_that_failed(person),
    }
    return render(request, "workspace/inbox.html", context)


@require_POST
@for_person
def read(_request: HttpRequest, person: User, notice_id: UUID) -> HttpResponse:
    """Mark one as read and go where it leads."""
    try:
        notice = read_one(notice_id=notice_id, by=person)
    except Notice.DoesNotExist:
        raise Http404("There is no such notice.") from None
    return see_other(notice.path)


@require_POST
@for_person
def read_them_all(request: HttpRequest, person: User) -> HttpResponse:
    count = read_all(by=person)
    messages.success(
        request,
        ngettext("{count} notice marked as read.", "{count} notices marked as read.", count).format(
            count=count
        ),
    )
    return see_other("inbox")
