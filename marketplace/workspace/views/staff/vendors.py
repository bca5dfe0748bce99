"""Confirming that a domain is a vendor's."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from marketplace.catalogue.models import User, Vendor
from marketplace.catalogue.policy import Permission
from marketplace.catalogue.refusals import CatalogueRefused
from marketplace.catalogue.vendors import confirm_domain
from marketplace.workspace.review_forms import DomainForm
from marketplace.workspace.views.answers import see_other
from marketplace.workspace.views.person import for_staff

A_PAGE = 50
MOST_WORDS = 100  # characters


def _vendors(person: User) -> QuerySet[Vendor]:
    """All but their own: nobody confirms for themselves."""
    return Vendor.objects.exclude(memberships__user=person)


@require_safe
@for_staff(Permission.CONFIRM_DOMAIN)
def vendor_list(request: HttpRequest, person: User) -> HttpResponse:
    """Those without a proven domain first, then by name; `?q=` asks for a part of the name."""
    words = request.GET.get("q", "")[:MOST_WORDS].strip()
    is_proven = ExpressionWrapper(Q(domain_proven_at__isnull=False), BooleanField())
    found = _vendors(person).filter(name__icontains=words).order_by(is_proven, "name")
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    rows = [
        (vendor, DomainForm(initial={"domain": vendor.domain}, prefix=vendor.slug))
        for vendor in page.object_list
    ]
    return render(request, "staff/vendors.html", {"rows": rows, "page": page, "q": words})


@require_POST
@for_staff(Permission.CONFIRM_DOMAIN)
def confirm(request: HttpRequest, person: User, slug: str) -> HttpResponse:
    vendor = get_object_or_404(_vendors(person), slug=slug)
    form = DomainForm(request.POST, prefix=vendor.slug)
    if not form.is_valid():
        messages.error(request, gettext("Give a domain name such as vendor.example."))
        return see_other("staff-vendors")
    try:
        confirm_domain(vendor=vendor, domain=form.cleaned_data["domain"], by=person)
    except CatalogueRefused as refused:
        messages.error(request, f"{refused} ({refused.code})")
    else:
        messages.success(
            request,
            gettext("{domain} is confirmed for {vendor}.").format(
                domain=vendor.domain, vendor=vendor
            ),
        )
    return see_other("staff-vendors")
