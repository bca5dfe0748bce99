"""Contested certificates: what waits for an outcome."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from certification.models import Dispute
from certification.operations.certificates import (
    CertificateRefused,
    raise_dispute,
    settle_dispute,
)
from certification.queries.submissions import certificates_to_oversee, open_disputes
from marketplace.catalogue.models import User
from marketplace.catalogue.policy import Permission, can_for_others
from marketplace.workspace.review_forms import ClaimForm, OutcomeForm
from marketplace.workspace.views.answers import see_other
from marketplace.workspace.views.person import for_staff


@require_safe
@for_staff(Permission.SETTLE_DISPUTE)
def dispute_list(request: HttpRequest, person: User) -> HttpResponse:
    return render(request, "staff/disputes.html", {"disputes": list(open_disputes(person))})


@require_POST
@for_staff(Permission.SETTLE_DISPUTE)
def contest(request: HttpRequest, person: User, number: str) -> HttpResponse:
    """While it is open the certificate says in public that it is contested."""
    certificate = get_object_or_404(certificates_to_oversee(person), number=number)
    form = ClaimForm(request.POST)
    if not form.is_valid():
        messages.error(request, gettext("Say in at most 2,000 characters what is contested."))
        return see_other("staff-certificate", number)
    try:
        raise_dispute(certificate=certificate, by=person, claim=form.cleaned_data["claim"])
    except CertificateRefused as refused:
        messages.error(request, f"{refused} ({refused.code})")
    else:
        messages.success(request, gettext("The dispute is open, and public."))
    return see_other("staff-certificate", number)


@require_POST
@for_staff(Permission.SETTLE_DISPUTE)
def settle(request: HttpRequest, person: User, dispute_id: int) -> HttpResponse:
    """A dispute that is settled already is answered by its page, with the reason."""
    disputes = Dispute.objects.select_related("certificate__release__product__vendor")
    dispute = get_object_or_404(disputes, pk=dispute_id)
    vendor = dispute.certificate.release.product.vendor
    if not can_for_others(person, Permission.SETTLE_DISPUTE, vendor):
        raise Http404("There is no such dispute to settle.")
    form = OutcomeForm(request.POST)
    if not form.is_valid():
        messages.error(request, gettext("Say how the dispute ended."))
        return see_other("staff-certificate", dispute.certificate.number)
    try:
        settle_dispute(dispute=dispute, by=person, outcome=form.cleaned_data["outcome"])
    except CertificateRefused as refused:
        messages.error(request, f"{refused} ({refused.code})")
    else:
        messages.success(request, gettext("The dispute is settled."))
    return see_other("staff-certificate", dispute.certificate.number)
