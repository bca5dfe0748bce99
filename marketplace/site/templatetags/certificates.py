"""The components that show products and certificates."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.safestring import SafeString

from certification.engine.guideline.targets import title_of
from certification.models import Certificate
from certification.queries import HistoryEntry, StandingCertificate
from marketplace.catalogue.models import Product
from marketplace.catalogue.openstack import release_title
from marketplace.site import certificate_wording as wording
from marketplace.site.age import Age, age_of
from marketplace.site.glyphs import drawing
from marketplace.site.seal import drawn, seal_of
from marketplace.site.wording import Status

register = template.Library()
Context = dict[str, Any]


def _status(found: Status, thin: bool = False, big: bool = False) -> Context:
    drawing_ = drawing(found.mark)
    words = {"mark": found.mark.value, "words": found.words, "drawing": drawing_}
    return words | {"thin": thin, "big": big}


@register.simple_tag
def seal(one: StandingCertificate, size: int = 160) -> SafeString:
    """Solid only while the certificate is in force."""
    return drawn(seal_of(one), size)


@register.inclusion_tag("components/status.html")
def standing(one: StandingCertificate, big: bool = False) -> Context:
    return _status(wording.standing_status(one), big=big)


@register.inclusion_tag("components/status.html")
def product_standing(
    product: Product,
    lead: StandingCertificate | None,
    measured: object = None,
    big: bool = False,
) -> Context:
    """`measured`: whatever tells that something was, true or false."""
    found = wording.product_status(product, lead, measured=bool(measured))
    return _status(found, big=big)


@register.inclusion_tag("components/status.html")
def assurance(certificate: Certificate) -> Context:
    return _status(wording.assurance_status(certificate), thin=True)


@register.simple_tag
def assurance_words(certificate: Certificate) -> str:
    return wording.assurance_words(certificate)


@register.inclusion_tag("components/status.html")
def turn(entry: HistoryEntry) -> Context:
    return _status(wording.turn_status(entry))


@register.inclusion_tag("components/age.html")
def age(one: StandingCertificate) -> dict[str, Age]:
    """How long ago the evidence came, on a scale of twelve months."""
    return {"age": age_of(one)}


@register.simple_tag
def certified_for(one: StandingCertificate) -> str:
    """`Platform 2026.11`."""
    return wording.what_is_certified(one)


@register.filter
def target_title(target: str) -> str:
    return title_of(target)


@register.filter
def within_sentence(title: str) -> str:
    """`Public cloud` as `public cloud`; `SDK and command line` keeps its capitals."""
    first = str(title).partition(" ")[0]
    return title if len(first) > 1 and first.isupper() else str(title).lower()


@register.filter
def openstack_title(name: str) -> str:
    """`gazpacho` as `2026.1 Gazpacho`."""
    return release_title(name)
