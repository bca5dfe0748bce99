"""People sign up, vendors come to be, a vendor's domain is confirmed."""

from __future__ import annotations

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils.text import slugify

from marketplace.catalogue import audit
from marketplace.catalogue.domain_proofs import forget_proof
from marketplace.catalogue.domains import domain_name
from marketplace.catalogue.models import Membership, User, Vendor
from marketplace.catalogue.past import past
from marketplace.catalogue.policy import Permission, can_for_others
from marketplace.catalogue.refusals import CatalogueRefused


def sign_up(*, email: str, password: str, display_name: str) -> User:
    """A new person without any role. Raises CatalogueRefused."""
    address = email.strip().lower()
    person = User(username=address, email=address, display_name=display_name.strip()[:120])
    try:
        validate_email(address)
        validate_password(password, person)
    except ValidationError as fault:
        raise CatalogueRefused("sign-up-invalid", " ".join(fault.messages)) from None
    if not person.display_name:
        raise CatalogueRefused("name-missing", "Say what people shall call you.")
    person.set_password(password)
    try:
        with transaction.atomic():
            person.save()
            audit.record("person.signed-up", person, actor=audit.actor_of(person))
    except IntegrityError:
        raise CatalogueRefused(
            "email-known", "There is an account with this address. Sign in, or use another."
        ) from None
    return person


def create_vendor(*, name: str, by: User, website: str = "") -> Vendor:
    """The creator becomes the owner. Raises CatalogueRefused."""
    words = " ".join(name.split())
    slug = slugify(words)[:60]
    if not slug or len(words) > 120:
        raise CatalogueRefused(
            "vendor-name", "Give the organization a name of 1 to 120 characters."
        )
    if website and not website.startswith(("https://", "http://")):
        raise CatalogueRefused("website", "The website begins with https://.")
    try:
        with transaction.atomic():
            vendor = Vendor.objects.create(slug=slug, name=words, website=website)
            Membership.objects.create(vendor=vendor, user=by, role=Membership.Role.OWNER)
            audit.record("vendor.created", vendor, actor=audit.actor_of(by))
    except IntegrityError:
        raise CatalogueRefused(
            "vendor-known",
            f"There is an organization called {words} already. If it is yours, let one of its "
            "owners invite you; else take another name.",
        ) from None
    return vendor


def confirm_domain(*, vendor: Vendor, domain: str, by: User) -> Vendor:
    """Staff has seen the proof that the domain is the vendor's. Raises CatalogueRefused."""
    if not can_for_others(by, Permission.CONFIRM_DOMAIN, vendor):
        raise CatalogueRefused("forbidden", "Only staff admins of other organizations may do this.")
    name = domain_name(domain)
    with transaction.atomic():
        Vendor.objects.filter(pk=vendor.pk).update(domain=name, domain_proven_at=past() or Now())
        forget_proof(vendor)
        audit.record("vendor.domain-confirmed", vendor, actor=audit.actor_of(by), domain=name)
    vendor.refresh_from_db()
    return vendor
