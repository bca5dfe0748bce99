"""The components through which readers take part in a page, and take it away."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django_filters import FilterSet

from certification.models import Guideline
from certification.queries import StandingCertificate
from marketplace.catalogue.models import Product, Vendor
from marketplace.catalogue.watching import watches
from marketplace.site.context import host_url
from marketplace.site.markup import (
    certificate_thing,
    data_block,
    guideline_thing,
    product_thing,
    site_things,
    trail_thing,
    vendor_thing,
)
from marketplace.site.voices import voices_of

register = template.Library()
Context = dict[str, Any]
Steps = list[tuple[str, str]]


@register.inclusion_tag("site/product_voices.html", takes_context=True)
def product_voices(
    context: Context, product: Product, certificates: Iterable[StandingCertificate]
) -> Context:
    """Watching, asking and reporting; `certificates` are all of the product."""
    request = context["request"]
    voices = voices_of(product, certificates, request.user)
    return _reader(context) | {"product": product, "voices": voices}


@register.inclusion_tag("site/watch.html", takes_context=True)
def watch_button(context: Context, what: Vendor | Guideline) -> Context:
    """For a vendor or a guideline."""
    request = context["request"]
    if isinstance(what, Guideline):
        address = reverse("watch-guideline", args=[what.document_id])
        watched = watches(request.user, what.document_id)
    else:
        address = reverse("watch-vendor", args=[what.slug])
        watched = watches(request.user, what)
    return _reader(context) | {"address": address, "watched": watched}


@register.inclusion_tag("site/feed_link.html", takes_context=True)
def feed_link(context: Context, name: str, *parts: str) -> Context:
    """For the head of a page: the feed that tells what changes on it."""
    return {"address": host_url(context["request"]) + reverse(name, args=parts)}


@register.simple_tag(takes_context=True)
def product_markup(
    context: Context, product: Product, certificates: Iterable[StandingCertificate]
) -> SafeString:
    """Of these certificates only those in force are named."""
    host = host_url(context["request"])
    category = f"{reverse('products')}?category={product.category}"
    steps: Steps = [
        (gettext("Products"), reverse("products")),
        (product.get_category_display(), category),
        (product.name, product.get_absolute_url()),
    ]
    in_force = [one for one in certificates if one.in_force]
    return data_block(product_thing(product, in_force, host), trail_thing(steps, host))


@register.simple_tag(takes_context=True)
def site_markup(context: Context) -> SafeString:
    return data_block(*site_things(host_url(context["request"])))


@register.simple_tag(takes_context=True)
def guideline_markup(context: Context, guideline: Guideline) -> SafeString:
    host = host_url(context["request"])
    steps = [
        (gettext("Guidelines"), reverse("guidelines")),
        (guideline.document_id, guideline.get_absolute_url()),
    ]
    return data_block(guideline_thing(guideline, host), trail_thing(steps, host))


@register.simple_tag(takes_context=True)
def certificate_markup(context: Context, one: StandingCertificate) -> SafeString:
    host = host_url(context["request"])
    product = one.certificate.release.product
    steps = [
        (gettext("Products"), reverse("products")),
        (product.name, product.get_absolute_url()),
        (one.certificate.number, one.certificate.get_absolute_url()),
    ]
    return data_block(certificate_thing(one, host), trail_thing(steps, host))


@register.inclusion_tag("site/feed_links.html", takes_context=True)
def list_feeds(context: Context, found: FilterSet) -> Context:
    """For the head of a list of products: the feed of each category and vendor that it is narrowed
    to; of the whole market where it is narrowed to neither. `found` says what the list shows."""
    host = host_url(context["request"])
    chosen = found.form.cleaned_data if found.is_valid() else {}
    feeds = [
        (name, reverse(f"feed-{name}", args=[value]))
        for name in ("category", "vendor")
        for value in chosen.get(name) or ()
    ]
    feeds = feeds or [("market", reverse("feed"))]
    return {
        "feeds": [
            (gettext("What changes: {name}").format(name=name), host + address)
            for name, address in feeds
        ]
    }


@register.simple_tag(takes_context=True)
def vendor_markup(context: Context, vendor: Vendor) -> SafeString:
    host = host_url(context["request"])
    steps = [
        (gettext("Products"), reverse("products")),
        (vendor.name, reverse("vendor", args=[vendor.slug])),
    ]
    return data_block(vendor_thing(vendor, host), trail_thing(steps, host))


def _reader(context: Context) -> Context:
    """What a component needs of the page around it; Django adds the token of forms by itself."""
    request = context["request"]
    return {"user": request.user, "path": request.path}
