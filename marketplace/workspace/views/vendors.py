"""An organization: founding it, and its page in the workspace."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from certification.queries.certificates import certificates_of_vendor
from certification.queries.submissions import submissions_of
from marketplace.catalogue.models import User
from marketplace.catalogue.policy import Permission, can
from marketplace.catalogue.refusals import CatalogueRefused
from marketplace.catalogue.vendors import create_vendor
from marketplace.workspace.demand_sheet import demand_for
from marketplace.workspace.product_forms import VendorForm
from marketplace.workspace.views.answers import see_other
from marketplace.workspace.views.person import for_person
from marketplace.workspace.views.reach import vendor_of


@require_http_methods(["GET", "HEAD", "POST"])
@for_person
def vendor_new(request: HttpRequest, person: User) -> HttpResponse:
    form = VendorForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            vendor = create_vendor(**form.cleaned_data, by=person)
        except CatalogueRefused as refused:
            form.add_error(None, f"{refused} ({refused.code})")
        else:
            messages.success(
                request,
                gettext("{vendor} is created, and you are its owner.").format(vendor=vendor),
            )
            return see_other("workspace-vendor", vendor.slug)
    status = 400 if form.errors else 200
    return render(request, "workspace/vendor_new.html", {"form": form}, status=status)


@require_safe
@for_person
def vendor_page(request: HttpRequest, person: User, slug: str) -> HttpResponse:
    vendor = vendor_of(person, slug)
    context = {
        "vendor": vendor,
        "may_edit": can(person, Permission.EDIT_PRODUCT, vendor),
        "may_manage": can(person, Permission.MANAGE_TEAM, vendor),
        "demand": demand_for(vendor),
        "may_set_webhooks": can(person, Permission.SET_WEBHOOKS, vendor),
        "products": vendor.products.prefetch_related("releases").order_by("name"),
        "submissions": submissions_of(vendor),
        "certificates": certificates_of_vendor(vendor),
        "memberships": vendor.memberships.select_related("user").order_by("pk"),
    }
    return render(request, "workspace/vendor.html", context)
