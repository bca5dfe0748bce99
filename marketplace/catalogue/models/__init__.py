"""Vendors, their people and products, what they sign with, and the trail of what was done."""

from marketplace.catalogue.models.audit import AuditEvent
from marketplace.catalogue.models.keys import ApiToken, KeyChallenge, SigningKey
from marketplace.catalogue.models.people import Membership, User, Vendor
from marketplace.catalogue.models.products import (
    Category,
    ClaimedCloud,
    Product,
    ProductRelease,
    Programme,
    programme_of,
)

__all__ = [
    "ApiToken",
    "AuditEvent",
    "Category",
    "ClaimedCloud",
    "KeyChallenge",
    "Membership",
    "Product",
    "ProductRelease",
    "Programme",
    "SigningKey",
    "User",
    "Vendor",
    "programme_of",
]
