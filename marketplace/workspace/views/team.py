"""The people of an organization: who is in it, and the deeds of its owners."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from marketplace.catalogue.invitations import (
    invitation_days,
    open_invitations,
    withdraw_invitation,
)
from marketplace.catalogue.models import Invitation, Membership, User, Vendor
from marketplace.catalogue.policy import Permission, can
from marketplace.catalogue.refusals import CatalogueRefused
from marketplace.catalogue.team import (
    change_role,
    hand_over,
    leave,
    remove_member,
    team_of,
)
from marketplace.notices.inviting import invite_by_mail, link_of
from marketplace.site.context import host_url
from marketplace.workspace.account_forms import ROLES, InviteForm, RoleForm
from marketplace.workspace.views.answers import see_other
from marketplace.workspace.views.person import for_person
from marketplace.workspace.views.reach import require, vendor_of


@require_safe
@for_person
def team_page(request: HttpRequest, person: User, slug: str) -> HttpResponse:
    return _page(request, person, vendor_of(person, slug), InviteForm())


@require_POST
@for_person
def invite_somebody(request: HttpRequest, person: User, slug: str) -> HttpResponse:
    vendor = _own_vendor(person, slug)
    form = InviteForm(request.POST)
    if not form.is_valid():
        return _page(request, person, vendor, form)
    try:
        host = host_url(request)
        invited = invite_by_mail(vendor=vendor, **form.cleaned_data, host=host, by=person)
    except CatalogueRefused as refused:
        form.add_error(None, f"{refused} ({refused.code})")
        return _page(request, person, vendor, form)
    if settings.MAIL_IS_SENT:
        messages.success(
            request,
            gettext("The invitation is on its way to {email}.").format(
                email=invited.invitation.email
            ),
        )
        return see_other("team", vendor.slug)
    # Shown in this answer alone: a redirect would have to keep the link somewhere.
    shown_once = {"invited": invited, "link": link_of(invited, host)}
    return _page(request, person, vendor, InviteForm(), shown_once)


@require_POST
@for_person
def withdraw(request: HttpRequest, person: User, slug: str, invitation_id: int) -> HttpResponse:
    vendor = _own_vendor(person, slug)
    found = get_object_or_404(Invitation, pk=invitation_id, vendor=vendor)
    return _done(
        request,
        vendor,
        lambda: withdraw_invitation(invitation=found, by=person),
        gettext("The invitation of {email} is withdrawn.").format(email=found.email),
    )


@require_POST
@for_person
def set_role(request: HttpRequest, person: User, slug: str, membership_id: int) -> HttpResponse:
    vendor = _own_vendor(person, slug)
    member = _member(vendor, membership_id)
    form = RoleForm(request.POST)
    role = form.cleaned_data["role"] if form.is_valid() else ""
    return _done(
        request,
        vendor,
        lambda: change_role(membership=member, role=role, by=person),
        gettext("{user} is now {role} of {vendor}.").format(
            user=member.user, role=role, vendor=vendor
        ),
    )


@require_POST
@for_person
def give_away(request: HttpRequest, person: User, slug: str, membership_id: int) -> HttpResponse:
    vendor = _own_vendor(person, slug)
    member = _member(vendor, membership_id)
    return _done(
        request,
        vendor,
        lambda: hand_over(membership=member, by=person),
        gettext("{user} owns {vendor} now, and you are an editor.").format(
            user=member.user, vendor=vendor
        ),
    )


@require_POST
@for_person
def remove(request: HttpRequest, person: User, slug: str, membership_id: int) -> HttpResponse:
    vendor = _own_vendor(person, slug)
    member = _member(vendor, membership_id)
    return _done(
        request,
        vendor,
        lambda: remove_member(membership=member, by=person),
        gettext("{user} is no member of {vendor} any more.").format(
            user=member.user, vendor=vendor
        ),
    )


@require_POST
@for_person
def go(request: HttpRequest, person: User, slug: str) -> HttpResponse:
    vendor = vendor_of(person, slug)
    try:
        leave(vendor=vendor, by=person)
    except CatalogueRefused as refused:
        messages.error(request, f"{refused} ({refused.code})")
        return see_other("team", vendor.slug)
    messages.success(
        request, gettext("You are no member of {vendor} any more.").format(vendor=vendor)
    )
    return see_other("workspace")


def _own_vendor(person: User, slug: str) -> Vendor:
    """Raises Http404 for strangers, PermissionDenied for members who are no owners."""
    vendor = vendor_of(person, slug)
    require(person, Permission.MANAGE_TEAM, vendor)
    return vendor


def _member(vendor: Vendor, membership_id: int) -> Membership:
    members = Membership.objects.select_related("user", "vendor")
    return get_object_or_404(members, pk=membership_id, vendor=vendor)


def _done(
    request: HttpRequest, vendor: Vendor, deed: Callable[[], object], words: str
) -> HttpResponse:
    try:
        deed()
    except CatalogueRefused as refused:
        messages.error(request, f"{refused} ({refused.code})")
    else:
        messages.success(request, words)
    return see_other("team", vendor.slug)


def _page(
    request: HttpRequest,
    person: User,
    vendor: Vendor,
    form: InviteForm,
    shown_once: dict[str, object] | None = None,
) -> HttpResponse:
    team = list(team_of(vendor))
    may_manage = can(person, Permission.MANAGE_TEAM, vendor)
    context = {
        "vendor": vendor,
        "team": team,
        "owners": sum(member.role == Membership.Role.OWNER for member in team),
        "roles": [(value.value, words.partition(":")[0]) for value, words in ROLES],
        "may_manage": may_manage,
        "invitations": open_invitations(vendor).select_related("mail") if may_manage else [],
        "invitation_days": invitation_days(),
        "form": form,
        **(shown_once or {}),
    }
    status = 400 if form.errors else 200
    return render(request, "workspace/team.html", context, status=status)
