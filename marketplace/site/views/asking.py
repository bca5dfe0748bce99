"""Asking a vendor to have a product certified, and reporting a false claim about one."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from certification.engine.guideline.targets import title_of
from marketplace.catalogue.asking import ask_to_certify, take_back
from marketplace.catalogue.models import Product, User
from marketplace.catalogue.queries import find_product
from marketplace.catalogue.refusals import CatalogueRefused
from marketplace.catalogue.reporting import report_claim
from marketplace.site.voices import ReportForm
from marketplace.workspace.views.answers import see_other
from marketplace.workspace.views.person import for_person


@require_POST
@for_person
def ask(request: HttpRequest, person: User, vendor: str, product: str) -> HttpResponse:
    """`stop` in the form takes the request back."""
    found, target = _found(vendor, product), request.POST.get("target", "")
    if request.POST.get("stop"):
        take_back(product=found, target=target, by=person)
        messages.success(request, gettext("You no longer ask for it."))
        return see_other(found)
    try:
        ask_to_certify(product=found, target=target, by=person)
    except CatalogueRefused as refused:
        messages.error(request, f"{refused} ({refused.code})")
    else:
        words = gettext("You ask {vendor} to have {found} certified for {target}.").format(
            vendor=found.vendor, found=found, target=title_of(target)
        )
        messages.success(
            request,
            gettext("{words} It counts on this page, and the vendor sees it.").format(words=words),
        )
    return see_other(found)


@require_http_methods(["GET", "HEAD", "POST"])
@for_person
def report(request: HttpRequest, person: User, vendor: str, product: str) -> HttpResponse:
    found = _found(vendor, product)
    form = ReportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            report_claim(product=found, text=form.cleaned_data["text"], by=person)
        except CatalogueRefused as refused:
            form.add_error(None, f"{refused} ({refused.code})")
        else:
            messages.success(
                request, gettext("Staff will look into it. Your report is not public.")
            )
            return see_other(found)
    status = 400 if request.method == "POST" else 200
    context = {"form": form, "product": found}
    return render(request, "site/report.html", context, status=status)


def _found(vendor: str, product: str) -> Product:
    try:
        return find_product(vendor, product)
    except Product.DoesNotExist:
        raise Http404("There is no such product.") from None
