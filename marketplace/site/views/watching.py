"""What a person watches, and beginning and ending it."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from certification.models import Guideline
from certification.queries import find_guideline
from marketplace.catalogue.models import Product, User, Vendor
from marketplace.catalogue.queries import find_product, find_vendor
from marketplace.catalogue.refusals import CatalogueRefused
from marketplace.catalogue.watching import unwatch, watch, watched_by
from marketplace.workspace.views.answers import see_other
from marketplace.workspace.views.person import for_person


@require_safe
@for_person
def watching(request: HttpRequest, person: User) -> HttpResponse:
    return render(request, "site/watching.html", {"watched": watched_by(person)})


@require_POST
@for_person
def watch_product(request: HttpRequest, person: User, vendor: str, product: str) -> HttpResponse:
    try:
        found = find_product(vendor, product)
    except Product.DoesNotExist:
        raise Http404("There is no such product.") from None
    return _done(request, person, found, found.name) or see_other(found)


@require_POST
@for_person
def watch_vendor(request: HttpRequest, person: User, vendor: str) -> HttpResponse:
    try:
        found = find_vendor(vendor)
    except Vendor.DoesNotExist:
        raise Http404("There is no such vendor.") from None
    return _done(request, person, found, found.name) or see_other("vendor", found.slug)


@require_POST
@for_person
def watch_guideline(request: HttpRequest, person: User, document_id: str) -> HttpResponse:
    try:
        found = find_guideline(document_id)
    except Guideline.DoesNotExist:
        raise Http404("There is no such guideline.") from None
    words = gettext("Guideline {document_id}").format(document_id=found.document_id)
    return _done(request, person, found.document_id, words) or see_other(found)


def _done(
    request: HttpRequest, person: User, what: Product | Vendor | str, words: str
) -> HttpResponse | None:
    """`stop` in the form ends it. An answer where the list of what is watched was asked from."""
    if request.POST.get("stop"):
        unwatch(what=what, by=person)
        messages.success(request, gettext("You no longer watch {words}.").format(words=words))
    else:
        try:
            watch(what=what, by=person)
        except CatalogueRefused as refused:
            messages.error(request, f"{refused} ({refused.code})")
        else:
            messages.success(request, gettext("You watch {words}.").format(words=words))
    return see_other("watching") if request.POST.get("from") == "list" else None
