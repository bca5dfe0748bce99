"""The settings of the programme: what holds, who changed it and why, what nobody may change."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marketplace.catalogue.models import SettingProposal, User
from marketplace.catalogue.policy import Permission, can
from marketplace.catalogue.programme_settings import (
    change_setting,
    open_proposals,
    programme_settings,
    second_setting,
    setting_changes,
    withdraw_setting,
)
from marketplace.catalogue.programme_texts import current_texts, every_slug
from marketplace.catalogue.programme_vocabulary import VOCABULARY, Entry
from marketplace.catalogue.refusals import CatalogueRefused
from marketplace.workspace.programme_fixed import fixed_rules
from marketplace.workspace.programme_forms import SettingForm
from marketplace.workspace.views.answers import see_other
from marketplace.workspace.views.person import for_staff

A_PAGE = 30


@require_safe
@for_staff(Permission.REVIEW)
def desk(request: HttpRequest, person: User) -> HttpResponse:
    """Reviewers read it; staff admins change it."""
    now = programme_settings()
    context = {
        "settings": [
            (entry, entry.words(now.in_force.get(name, entry.default)))
            for name, entry in VOCABULARY.items()
        ],
        "number": now.number,
        "proposals": [(one, _words(one)) for one in open_proposals()],
        "texts": current_texts(every_slug()),
        "fixed": fixed_rules(),
        "may_set": can(person, Permission.SET_PROGRAMME),
    }
    return render(request, "staff/programme.html", context)


@require_safe
@for_staff(Permission.REVIEW)
def history(request: HttpRequest, person: User) -> HttpResponse:  # noqa: ARG001 - the form of every staff view
    page = Paginator(setting_changes(), A_PAGE).get_page(request.GET.get("page"))
    rows = [(one, VOCABULARY.get(one.name)) for one in page.object_list]
    context = {
        "page": page,
        "rows": [
            (one, entry.title, entry.words(one.former), entry.words(one.value))
            if entry is not None
            else (one, one.name, one.former, one.value)
            for one, entry in rows
        ],
    }
    return render(request, "staff/programme_history.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(Permission.SET_PROGRAMME)
def setting(request: HttpRequest, person: User, name: str) -> HttpResponse:
    entry = VOCABULARY.get(name)
    if entry is None:
        raise Http404("There is no such setting.")
    if request.method != "POST":
        return _page(request, entry, _form(entry))
    form = SettingForm(request.POST, entry=entry)
    if form.is_valid():
        given = form.cleaned_data
        try:
            made = change_setting(
                name=name, value=form.value, reason=given["reason"], seen=given["seen"], by=person
            )
        except CatalogueRefused as refused:
            form.add_error(None, f"{refused} ({refused.code})")
        else:
            waits = isinstance(made, SettingProposal)
            said = (
                gettext("It waits for a second person.")
                if waits
                else gettext("It holds from now on.")
            )
            messages.success(request, said)
            return see_other("staff-programme")
    return _page(request, entry, form, status=400)


@require_POST
@for_staff(Permission.SET_PROGRAMME)
def settle(request: HttpRequest, person: User, proposal_id: int) -> HttpResponse:
    """`deed=second` puts it into force, all else withdraws it."""
    proposal = get_object_or_404(SettingProposal, pk=proposal_id)
    agrees = request.POST.get("deed") == "second"
    try:
        if agrees:
            second_setting(proposal=proposal, by=person)
        else:
            withdraw_setting(proposal=proposal, by=person)
    except CatalogueRefused as refused:
        messages.error(request, f"{refused} ({refused.code})")
    else:
        messages.success(
            request, gettext("It holds from now on.") if agrees else gettext("It is withdrawn.")
        )
    return see_other("staff-programme")


def _form(entry: Entry) -> SettingForm:
    now = programme_settings()
    value = now.in_force.get(entry.setting, entry.default)
    shown = ("yes" if value else "no") if entry.is_switch else value
    return SettingForm(initial={"value": shown, "seen": now.number}, entry=entry)


def _words(proposal: SettingProposal) -> tuple[str, str]:
    entry = VOCABULARY[proposal.name]
    return entry.title, entry.words(proposal.value)


def _page(request: HttpRequest, entry: Entry, form: SettingForm, status: int = 200) -> HttpResponse:
    now = programme_settings()
    context = {
        "entry": entry,
        "form": form,
        "value": entry.words(now.in_force.get(entry.setting, entry.default)),
        "changes": [
            (one, entry.words(one.former), entry.words(one.value))
            for one in setting_changes().filter(name=entry.setting)[:A_PAGE]
        ],
    }
    return render(request, "staff/programme_setting.html", context, status=status)
