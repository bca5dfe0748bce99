"""The texts of the programme: written, looked at, published, with every former version."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from marketplace.catalogue.models import User
from marketplace.catalogue.policy import Permission
from marketplace.catalogue.programme_texts import (
    Text,
    checked,
    edit_text,
    every_slug,
    preview_of,
    versions_of,
)
from marketplace.catalogue.refusals import CatalogueRefused
from marketplace.site.programme import body_of
from marketplace.workspace.programme_forms import TextForm
from marketplace.workspace.views.answers import see_other
from marketplace.workspace.views.person import for_staff


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(Permission.SET_PROGRAMME)
def text(request: HttpRequest, person: User, slug: str) -> HttpResponse:
    """The button says which: without `deed=publish` it is a preview, and nothing is stored.
    `?version=` begins with a former one."""
    if slug not in every_slug():
        raise Http404("There is no such text.")
    versions = versions_of(slug)
    newest = versions[0]
    if request.method != "POST":
        wanted = request.GET.get("version", "")
        start = next((one for one in versions if str(one.number) == wanted), newest)
        first = {"title": start.title, "body": start.body, "seen": newest.number}
        return _page(request, versions, TextForm(initial=first, text=newest))
    form = TextForm(request.POST, text=newest)
    if not form.is_valid():
        return _page(request, versions, form, status=400)
    given = form.cleaned_data
    try:
        if request.POST.get("deed") != "publish":
            title, body = checked(newest, title=given["title"], body=given["body"])
            shown = preview_of(newest, title=title, body=body)
            return _page(request, versions, form, preview=shown)
        made = edit_text(slug=slug, by=person, **given)
    except CatalogueRefused as refused:
        form.add_error(None, f"{refused} ({refused.code})")
        return _page(request, versions, form, status=400)
    messages.success(request, gettext("Version {number} is published.").format(number=made.number))
    return see_other("staff-programme-text", slug)


def _page(
    request: HttpRequest,
    versions: list[Text],
    form: TextForm,
    *,
    preview: Text | None = None,
    status: int = 200,
) -> HttpResponse:
    shown: SafeString | str = ""
    if preview is not None:
        shown = body_of(preview, heading_from=2) if preview.is_page else preview.body
    context = {
        "text": versions[0],
        "versions": versions,
        "form": form,
        "preview": preview,
        "shown": shown,
    }
    return render(request, "staff/programme_text.html", context, status=status)
