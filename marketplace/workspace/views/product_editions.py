"""Drafts of what a vendor says of its product: edited, looked at, published, restored."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marketplace.catalogue.declared import declared_of
from marketplace.catalogue.edition_history import editions_kept
from marketplace.catalogue.editions import (
    discard_draft,
    draft_of,
    publish_draft,
    restore_edition,
    save_draft,
)
from marketplace.catalogue.models import Product, User
from marketplace.catalogue.policy import Permission, can, is_member
from marketplace.catalogue.refusals import CatalogueRefused
from marketplace.site.views.products import product_page as public_page
from marketplace.workspace.edition_sheet import as_drafted, edition_rows
from marketplace.workspace.product_forms import DraftForm
from marketplace.workspace.views.answers import see_other
from marketplace.workspace.views.person import for_person
from marketplace.workspace.views.reach import product_of, require

A_PAGE = 25


@require_http_methods(["GET", "HEAD", "POST"])
@for_person
def product_edit(request: HttpRequest, person: User, product_id: int) -> HttpResponse:
    product = product_of(person, product_id)
    require(person, Permission.EDIT_PRODUCT, product.vendor)
    draft = draft_of(product)
    shown = draft.content if draft else declared_of(product)
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = DraftForm(*sent, shown=shown, seen=draft.stamp if draft else "")
    if form.is_valid():
        try:
            save_draft(
                product=product,
                said=form.said(),
                seen=form.cleaned_data["seen"],
                picture=form.picture(),
                by=person,
            )
        except CatalogueRefused as refused:
            form.add_error(None, f"{refused} ({refused.code})")
            draft = draft_of(product)
            form.sees(draft.stamp if draft else "")
        else:
            messages.success(request, gettext("The draft is kept. The public page is as it was."))
            look = "look" in request.POST
            return see_other("product-preview" if look else "workspace-product", product_id)
    context = {"vendor": product.vendor, "product": product, "draft": draft, "form": form}
    status = 400 if form.errors else 200
    return render(request, "workspace/product_draft.html", context, status=status)


@require_safe
@for_person
def product_preview(request: HttpRequest, person: User, product_id: int) -> HttpResponse:
    """The public page with the draft, for members of the vendor and staff. 404 without a draft."""
    product = Product.objects.select_related("vendor").filter(pk=product_id).first()
    draft = draft_of(product) if product else None
    if product is None or draft is None or not can(person, Permission.READ_DRAFT, product.vendor):
        raise Http404("There is no such draft.")
    answer = public_page(
        request,
        as_drafted(product, draft),
        "site/product_preview.html",
        draft=draft,
        may_edit=can(person, Permission.EDIT_PRODUCT, product.vendor),
        is_member=is_member(person, product.vendor),
    )
    answer["X-Robots-Tag"] = "noindex"
    return answer


@require_safe
@for_person
def product_history(request: HttpRequest, person: User, product_id: int) -> HttpResponse:
    product = product_of(person, product_id)
    page = Paginator(range(editions_kept(product)), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "vendor": product.vendor,
        "product": product,
        "rows": edition_rows(product, skip=page.start_index() - 1, most=A_PAGE),
        "page": page,
        "may_restore": can(person, Permission.EDIT_PRODUCT, product.vendor)
        and draft_of(product) is None,
    }
    return render(request, "workspace/product_history.html", context)


@require_POST
@for_person
def product_publish(request: HttpRequest, person: User, product_id: int) -> HttpResponse:
    product = _editable(person, product_id)
    try:
        edition = publish_draft(product=product, seen=request.POST.get("seen", ""), by=person)
    except CatalogueRefused as refused:
        messages.error(request, f"{refused} ({refused.code})")
    else:
        messages.success(
            request, gettext("Edition {number} is public now.").format(number=edition.number)
        )
    return see_other("workspace-product", product_id)


@require_POST
@for_person
def product_discard(request: HttpRequest, person: User, product_id: int) -> HttpResponse:
    product = _editable(person, product_id)
    try:
        discard_draft(product=product, by=person)
    except CatalogueRefused as refused:
        messages.error(request, f"{refused} ({refused.code})")
    else:
        messages.success(request, gettext("The draft is gone. The public page is as it was."))
    return see_other("workspace-product", product_id)


@require_POST
@for_person
def product_restore(
    request: HttpRequest, person: User, product_id: int, number: int
) -> HttpResponse:
    product = _editable(person, product_id)
    try:
        restore_edition(product=product, number=number, by=person)
    except CatalogueRefused as refused:
        messages.error(request, f"{refused} ({refused.code})")
        return see_other("product-history", product_id)
    messages.success(
        request,
        gettext("What edition {number} said is a draft now. Publish it if it is right.").format(
            number=number
        ),
    )
    return see_other("product-preview", product_id)


def _editable(person: User, product_id: int) -> Product:
    product = product_of(person, product_id)
    require(person, Permission.EDIT_PRODUCT, product.vendor)
    return product
