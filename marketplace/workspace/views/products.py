"""Products and their releases, as their vendor keeps them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from certification.queries.certificates import certificates_of_product
from certification.queries.submissions import submissions_of_each
from marketplace.catalogue.models import Product, User
from marketplace.catalogue.policy import Permission, can
from marketplace.catalogue.products import create_product, create_release
from marketplace.catalogue.queries import releases_of, who_entered
from marketplace.catalogue.refusals import CatalogueRefused
from marketplace.site.views.products import product_page as public_page
from marketplace.workspace.as_if import as_if_released
from marketplace.workspace.edition_sheet import draft_line
from marketplace.workspace.product_forms import ProductForm, ReleaseForm
from marketplace.workspace.views.answers import see_other
from marketplace.workspace.views.person import for_person
from marketplace.workspace.views.reach import product_of, require, vendor_of


@require_http_methods(["GET", "HEAD", "POST"])
@for_person
def product_new(request: HttpRequest, person: User, slug: str) -> HttpResponse:
    vendor = vendor_of(person, slug)
    require(person, Permission.EDIT_PRODUCT, vendor)
    form = ProductForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            product = create_product(**form.cleaned_data, vendor=vendor, by=person)
        except CatalogueRefused as refused:
            form.add_error(None, f"{refused} ({refused.code})")
        else:
            messages.success(
                request,
                gettext(
                    "{product} is listed. Now add the release to certify, and say more about it."
                ).format(product=product),
            )
            return see_other("workspace-product", product.pk)
    return _form_page(request, "workspace/product_form.html", form, vendor=vendor, product=None)


@require_safe
@for_person
def product_page(request: HttpRequest, person: User, product_id: int) -> HttpResponse:
    product = product_of(person, product_id)
    releases = releases_of(product)
    certificates = certificates_of_product(product)
    asked, entered = submissions_of_each(releases), who_entered(releases)
    context = {
        "product": product,
        "vendor": product.vendor,
        "may_edit": can(person, Permission.EDIT_PRODUCT, product.vendor),
        "draft": draft_line(product),
        "rows": [
            (
                release,
                [one for one in certificates if one.certificate.release_id == release.pk],
                asked[release.pk],
                entered.get(release.pk),
            )
            for release in releases
        ],
    }
    return render(request, "workspace/product.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_person
def release_new(request: HttpRequest, person: User, product_id: int) -> HttpResponse:
    product: Product = product_of(person, product_id)
    require(person, Permission.EDIT_PRODUCT, product.vendor)
    form = ReleaseForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and "change" not in request.POST:
        said = {**form.cleaned_data, "product": product, "by": person}
        try:
            if "look" in request.POST:
                return _release_preview(request, form, said)
            release = create_release(**said)
        except CatalogueRefused as refused:
            form.add_error(None, f"{refused} ({refused.code})")
        else:
            messages.success(request, gettext("{release} is listed.").format(release=release))
            return see_other("release", release.pk)
    place = {"vendor": product.vendor, "product": product}
    return _form_page(request, "workspace/release_form.html", form, **place)


def _release_preview(request: HttpRequest, form: ReleaseForm, said: dict[str, Any]) -> HttpResponse:
    """The public page as it would be; nothing is stored. Raises CatalogueRefused."""
    with as_if_released(**said) as release:
        answer = public_page(
            request, release.product, "site/release_preview.html", form=form, release=release
        )
    answer["X-Robots-Tag"] = "noindex"
    return answer


def _form_page(
    request: HttpRequest, template: str, form: ProductForm | ReleaseForm, **context: Any
) -> HttpResponse:
    status = 400 if form.errors else 200
    return render(request, template, context | {"form": form}, status=status)
