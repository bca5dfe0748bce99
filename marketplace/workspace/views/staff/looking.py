"""A vendor's workspace, looked at by staff."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from marketplace.catalogue.models import User, Vendor
from marketplace.catalogue.policy import Permission
from marketplace.workspace.looking import look
from marketplace.workspace.views.person import for_staff


@require_safe
@for_staff(Permission.LOOK_AS_VENDOR)
def seen(request: HttpRequest, person: User, slug: str, page: str = "") -> HttpResponse:
    """Read only; each look is in the audit trail."""
    vendor = get_object_or_404(Vendor, slug=slug)
    return look(request, vendor=vendor, page=page, by=person)
