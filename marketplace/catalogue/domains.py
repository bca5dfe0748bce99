"""A vendor says which domain is its own, and is told how to prove it."""

from __future__ import annotations

import re
import secrets

from django.db import transaction
from django.db.models.functions import Now

from marketplace.catalogue import audit
from marketplace.catalogue.domain_proofs import keep_proof
from marketplace.catalogue.models import DomainClaim, User, Vendor
from marketplace.catalogue.policy import Permission, can
from marketplace.catalogue.refusals import CatalogueRefused

_DOMAIN = re.compile(
    r"(?=.{4,243}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+([a-z]{2,63}|xn--[a-z0-9-]{1,59})"
)


def domain_name(text: str) -> str:
    """The name in lower case without its last full stop. Raises CatalogueRefused."""
    name = text.strip().lower().rstrip(".")
    if not _DOMAIN.fullmatch(name):
        raise CatalogueRefused(
            "domain-invalid", "Give a domain name such as vendor.example, without https://."
        )
    return name


def claim_domain(*, vendor: Vendor, domain: str, by: User) -> DomainClaim:
    """Another domain replaces the claim and its token; the same one keeps them, so that what was
    put into the DNS yesterday still counts. What is proven stays so. Raises CatalogueRefused."""
    require_prover(vendor, by)
    name = domain_name(domain)
    with transaction.atomic():
        Vendor.objects.select_for_update().get(pk=vendor.pk)
        known = DomainClaim.objects.filter(vendor=vendor).first()
        if known is not None and known.domain == name:
            return known
        if known is not None:
            known.delete()
        made = DomainClaim.objects.create(vendor=vendor, domain=name, token=secrets.token_hex(16))
        audit.record("vendor.domain-claimed", vendor, actor=audit.actor_of(by), domain=name)
    return made


def record_proof(*, claim: DomainClaim, way: str, by: User) -> Vendor:
    """The proof was seen in `way`, `dns` or `file`; the caller has looked. Raises CatalogueRefused,
    also where another domain was claimed meanwhile."""
    require_prover(claim.vendor, by)
    with transaction.atomic():
        vendor = Vendor.objects.select_for_update().get(pk=claim.vendor_id)
        if not DomainClaim.objects.filter(vendor=vendor, token=claim.token).exists():
            raise CatalogueRefused(
                "domain-changed", "Another domain was named meanwhile. Try again."
            )
        Vendor.objects.filter(pk=vendor.pk).update(domain=claim.domain, domain_proven_at=Now())
        keep_proof(vendor=vendor, claim=claim, way=way)
        audit.record(
            "vendor.domain-proven",
            vendor,
            actor=audit.actor_of(by),
            domain=claim.domain,
            way=way,
        )
    vendor.refresh_from_db()
    return vendor


def require_prover(vendor: Vendor, by: User) -> None:
    """Raises CatalogueRefused."""
    if not can(by, Permission.PROVE_DOMAIN, vendor):
        raise CatalogueRefused("forbidden", f"Only the owners of {vendor} may do this.")
