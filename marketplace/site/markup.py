"""What pages say to search engines, in the words of schema.org (JSON-LD).

Only what the page itself says: a certificate is named while it is in force, a claim never. A data
block is never run, so the content policy needs no nonce for it, and pages stay the same bytes for
everybody (trust.md S27).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from certification.models import Guideline
from certification.queries import StandingCertificate
from marketplace.catalogue.models import Category, Product, Vendor
from marketplace.site.certificate_wording import what_is_certified
from marketplace.site.wording import guideline_status

Thing = dict[str, Any]
_CONTEXT = "https://schema.org"
_SIMULATED = "Simulated: an invented thing in a demo. No certificate counts."
_ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}
_SERVICES = frozenset({Category.TRAINING, Category.CONSULTING})


def product_thing(product: Product, in_force: Iterable[StandingCertificate], host: str) -> Thing:
    """`schema.org` certifies a Product and describes a program as SoftwareApplication: one thing
    may be both."""
    service = product.category in _SERVICES
    certified = [_certification(one, host) for one in in_force]
    thing: Thing = {
        "@type": "Service" if service else ["SoftwareApplication", "Product"],
        "@id": f"{host}{product.get_absolute_url()}#product",
        "name": product.name,
        "description": product.sentence,
        "category": product.get_category_display(),
        "url": host + product.get_absolute_url(),
        "provider" if service else "manufacturer": _organization(product.vendor, host),
    }
    if not service:
        thing["applicationCategory"] = product.get_category_display()
    if product.website:
        thing["sameAs"] = product.website
    if certified:
        thing["hasCertification"] = certified
    return _marked(thing)


def site_things(host: str) -> tuple[Thing, Thing]:
    """The marketplace, who runs it, and how its search is asked."""
    search = f"{host}{reverse('products')}?q={{search_term_string}}"
    site = {
        "@type": "WebSite",
        "@id": f"{host}/#site",
        "name": "Hallmark",
        "url": f"{host}/",
        "publisher": {"@id": f"{host}/#hallmark"},
        "potentialAction": {
            "@type": "SearchAction",
            "target": {"@type": "EntryPoint", "urlTemplate": search},
            "query-input": "required name=search_term_string",
        },
    }
    return _marked(site), _marked(_hallmark(host))


def guideline_thing(guideline: Guideline, host: str) -> Thing:
    """A document that never changes: its digest names it as well as its address."""
    thing: Thing = {
        "@type": "DigitalDocument",
        "@id": f"{host}{guideline.get_absolute_url()}#guideline",
        "name": f"Guideline {guideline.document_id}",
        "version": guideline.version,
        "identifier": f"sha256:{guideline.digest}",
        "creativeWorkStatus": guideline_status(guideline).words,
        "encodingFormat": "application/json",
        "url": host + guideline.get_absolute_url(),
        "publisher": _hallmark(host),
    }
    if guideline.approved_at:
        thing["datePublished"] = guideline.approved_at.date().isoformat()
    return _marked(thing)


def certificate_thing(one: StandingCertificate, host: str) -> Thing:
    """Of any certificate: one that is not in force is called inactive."""
    product = one.certificate.release.product
    about = {"@id": f"{host}{product.get_absolute_url()}#product", "name": product.name}
    return _marked(_certification(one, host) | {"about": about})


def vendor_thing(vendor: Vendor, host: str) -> Thing:
    return _marked(_organization(vendor, host))


def trail_thing(steps: Sequence[tuple[str, str]], host: str) -> Thing:
    """`steps` are the words and path of each page from the list down to this one."""
    items = [
        {"@type": "ListItem", "position": place, "name": words, "item": host + path}
        for place, (words, path) in enumerate(steps, start=1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": items}


def data_block(*things: Thing) -> SafeString:
    """One `<script>` with the things; no text in it can end it."""
    document = {"@context": _CONTEXT, "@graph": list(things)}
    written = json.dumps(document, ensure_ascii=False).translate(_ESCAPES)
    return format_html(
        '<script type="application/ld+json">{}</script>',
        mark_safe(written),  # noqa: S308 - JSON without <, > and &: a script's text is not decoded
    )


def _organization(vendor: Vendor, host: str) -> Thing:
    page = host + reverse("vendor", args=[vendor.slug])
    return {
        "@type": "Organization",
        "@id": f"{page}#vendor",
        "name": vendor.name,
        "url": vendor.website or page,
    }


def _certification(one: StandingCertificate, host: str) -> Thing:
    certificate = one.certificate
    demo = "demo, " if settings.DEMO else ""
    state = "Active" if one.in_force else "Inactive"
    words = f"{demo}{what_is_certified(one)}, release {certificate.release.version}"
    return {
        "@type": "Certification",
        "name": f"Hallmark {words}",
        "certificationIdentification": certificate.number,
        "certificationStatus": f"https://schema.org/Certification{state}",
        "issuedBy": _hallmark(host),
        "datePublished": certificate.issued_at.date().isoformat(),
        "expires": certificate.valid_until.date().isoformat(),
        "url": host + certificate.get_absolute_url(),
    }


def _hallmark(host: str) -> Thing:
    return {"@type": "Organization", "@id": f"{host}/#hallmark", "name": "Hallmark", "url": host}


def _marked(thing: Thing) -> Thing:
    return thing | {"disambiguatingDescription": _SIMULATED} if settings.DEMO else thing
