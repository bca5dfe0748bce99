"""How people come to a vendor, and how a domain comes to be a vendor's."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from marketplace.catalogue.models.people import Membership, User, Vendor


class Invitation(models.Model):
    """A one-use link by mail. Only the SHA-256 of its secret is kept."""

    vendor = models.ForeignKey(Vendor, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField()  # in lower case, as a person's own
    role = models.CharField(max_length=10, choices=Membership.Role.choices)
    digest = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    invited_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="invitation_role_known",
                condition=Q(role__in=["owner", "editor", "uploader", "viewer"]),
            ),
            models.CheckConstraint(
                name="invitation_expires_later", condition=Q(expires_at__gt=F("invited_at"))
            ),
            models.CheckConstraint(
                name="invitation_acceptance_paired",
                condition=Q(accepted_at=None, accepted_by=None)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False, withdrawn_at=None),
            ),
            models.UniqueConstraint(
                fields=["vendor", "email"],
                condition=Q(accepted_at=None, withdrawn_at=None),
                name="invitation_open_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} to {self.vendor} as {self.role}"


class ProofPlace(models.Model):
    """Where a proof of a domain stands, and what it says: `token` is in the DNS or on the
    website."""

    vendor: models.OneToOneField[Vendor, Vendor]
    domain = models.CharField(max_length=253)
    token = models.CharField(max_length=32)

    class Meta:
        abstract = True

    @property
    def dns_name(self) -> str:
        return f"_hallmark.{self.domain}"

    @property
    def file_url(self) -> str:
        return f"https://{self.domain}/.well-known/hallmark-{self.token}.txt"

    @property
    def expected(self) -> str:
        """What the record or the file says. It names the vendor, so that a website that echoes
        the address it is asked for proves nothing."""
        return f"hallmark-vendor={self.vendor.slug} token={self.token}"


class DomainClaim(ProofPlace):
    """A vendor wants to prove this domain."""

    vendor = models.OneToOneField(Vendor, on_delete=models.CASCADE, related_name="domain_claim")
    claimed_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.domain} claimed by {self.vendor}"


class DomainProof(ProofPlace):
    """A proof that was seen, and is looked at again at `due_at`. It stays where it was when the
    vendor claims another domain. `misses` are those in a row, `missed_since` the first of them,
    `last_miss` the code of the newest; `unanswered`
    counts looks that said nothing. A domain that staff confirmed has no such row."""

    class Way(models.TextChoices):
        DNS = "dns", "DNS record"
        FILE = "file", "file"

    vendor = models.OneToOneField(Vendor, on_delete=models.CASCADE, related_name="domain_proof")
    way = models.CharField(max_length=4, choices=Way.choices)
    seen_at = models.DateTimeField(db_default=Now())
    due_at = models.DateTimeField(db_index=True)
    misses = models.PositiveSmallIntegerField(default=0)
    missed_since = models.DateTimeField(null=True)
    last_miss = models.CharField(max_length=40, blank=True)
    unanswered = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="domain_proof_way_known", condition=Q(way__in=["dns", "file"])
            ),
            models.CheckConstraint(
                name="domain_proof_misses_paired",
                condition=Q(misses=0, missed_since=None, last_miss="")
                | (Q(misses__gt=0, missed_since__isnull=False) & ~Q(last_miss="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.domain} proven by {self.vendor}"
