"""Vendors, their people and products, what they sign with, and the trail of what was done."""

from marketplace.catalogue.models.audit import AuditEvent
from marketplace.catalogue.models.editions import Declared, ProductEdition
from marketplace.catalogue.models.joining import DomainClaim, DomainProof, Invitation
from marketplace.catalogue.models.keys import ApiToken, KeyChallenge, SigningKey
from marketplace.catalogue.models.people import Membership, User, Vendor
from marketplace.catalogue.models.products import (
    Category,
    ClaimedCloud,
    Deployment,
    Product,
    ProductRelease,
    Programme,
    Region,
    programme_of,
)
from marketplace.catalogue.models.programme import ProgrammeText, SettingChange, SettingProposal
from marketplace.catalogue.models.second_factors import (
    RecoveryCode,
    SecondFactor,
    SecondFactorRecovery,
)
from marketplace.catalogue.models.visits import HourlyCount, SignedInDevice
from marketplace.catalogue.models.voices import CertificationRequest, ClaimReport, Watch

__all__ = [
    "ApiToken",
    "AuditEvent",
    "Category",
    "CertificationRequest",
    "ClaimReport",
    "ClaimedCloud",
    "Declared",
    "Deployment",
    "DomainClaim",
    "DomainProof",
    "HourlyCount",
    "Invitation",
    "KeyChallenge",
    "Membership",
    "Product",
    "ProductEdition",
    "ProductRelease",
    "Programme",
    "ProgrammeText",
    "RecoveryCode",
    "Region",
    "SecondFactor",
    "SecondFactorRecovery",
    "SettingChange",
    "SettingProposal",
    "SignedInDevice",
    "SigningKey",
    "User",
    "Vendor",
    "Watch",
    "programme_of",
]
