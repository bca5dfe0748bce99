"""Proving that a domain is the organization's."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from certification.operations.domains import prove_domain
from marketplace.catalogue.domain_proofs import lapses_at, proof_of
from marketplace.catalogue.domains import claim_domain
from marketplace.catalogue.models import DomainClaim, User, Vendor
from marketplace.catalogue.policy import Permission
from marketplace.catalogue.refusals import CatalogueRefused
from marketplace.workspace.account_forms import DomainClaimForm
from marketplace.workspace.views.answers import see_other
from marketplace.workspace.views.person import for_person
from marketplace.workspace.views.reach import require, vendor_of


@require_safe
@for_person
def domain_page(request: HttpRequest, person: User, slug: str) -> HttpResponse:
    return _page(request, _own_vendor(person, slug), DomainClaimForm())


@require_POST
@for_person
def claim(request: HttpRequest, person: User, slug: str) -> HttpResponse:
    vendor = _own_vendor(person, slug)
    form = DomainClaimForm(request.POST)
    if not form.is_valid():
        return _page(request, vendor, form, status=400)
    try:
        claim_domain(vendor=vendor, domain=form.cleaned_data["domain"], by=person)
    except CatalogueRefused as refused:
        form.add_error("domain", f"{refused} ({refused.code})")
        return _page(request, vendor, form, status=400)
    return see_other("domain", vendor.slug)


@require_POST
@for_person
def prove(request: HttpRequest, person: User, slug: str) -> HttpResponse:
    """`way` in the form says where to look."""
    vendor = _own_vendor(person, slug)
    found = get_object_or_404(DomainClaim.objects.select_related("vendor"), vendor=vendor)
    try:
        prove_domain(claim=found, way=request.POST.get("way", ""), by=person)
    except CatalogueRefused as refused:
        messages.error(request, f"{refused} ({refused.code})")
    else:
        messages.success(
            request,
            gettext("{domain} is proven: {vendor} is a verified vendor.").format(
                domain=found.domain, vendor=vendor
            ),
        )
    return see_other("domain", vendor.slug)


def _own_vendor(person: User, slug: str) -> Vendor:
    """Raises Http404 for strangers, PermissionDenied for members who are no owners."""
    vendor = vendor_of(person, slug)
    require(person, Permission.PROVE_DOMAIN, vendor)
    return vendor


def _page(
    request: HttpRequest, vendor: Vendor, form: DomainClaimForm, status: int = 200
) -> HttpResponse:
    claimed = DomainClaim.objects.select_related("vendor").filter(vendor=vendor).first()
    proof = proof_of(vendor)
    context = {
        "vendor": vendor,
        "claim": claimed,
        "form": form,
        "proof": proof,
        "lapses_at": lapses_at(proof) if proof else None,
    }
    return render(request, "workspace/domain.html", context, status=status)
