"""Every component in every state on one page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from marketplace.catalogue.models import User
from marketplace.catalogue.policy import Permission
from marketplace.site.forms import UploadForm
from marketplace.workspace.gallery import samples
from marketplace.workspace.views.person import for_staff


@require_safe
@for_staff(Permission.REVIEW)
def components(request: HttpRequest, person: User) -> HttpResponse:  # noqa: ARG001 - the form of every staff view
    return render(request, "staff/components.html", samples() | {"upload_form": UploadForm()})
