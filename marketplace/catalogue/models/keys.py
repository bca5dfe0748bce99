"""What people sign and authenticate uploads with."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from marketplace.catalogue.models.people import User


class KeyChallenge(models.Model):
    """A fresh nonce that the owner of a key signs to register it (trust.md S8). Used once."""

    nonce = models.CharField(max_length=32, unique=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="key_challenges")
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"challenge for {self.user}"


class SigningKey(models.Model):
    """A registered public key. A revoked key keeps its row, so it never comes back unnoticed."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="signing_keys")
    fingerprint = models.CharField(max_length=64, unique=True)  # SHA-256 of the key blob, hex
    algorithm = models.CharField(max_length=20)
    public_key = models.TextField()  # OpenSSH one-line form without comment
    label = models.CharField(max_length=120, blank=True)
    registered_by_legacy_form = models.BooleanField(default=False)
    registered_at = models.DateTimeField(db_default=Now())
    last_used_at = models.DateTimeField(null=True)  # to the minute
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="signing_key_algorithm_allowed",
                condition=Q(algorithm__in=["ssh-rsa", "ssh-ed25519"]),
            )
        ]

    def __str__(self) -> str:
        return f"{self.algorithm} {self.fingerprint[:16]}"


class ApiToken(models.Model):
    """A bearer token: shown once, kept as SHA-256, scoped, expiring."""

    class Scope(models.TextChoices):
        READ = "read", "read what I may see"
        UPLOAD = "upload", "read, upload runs, submit and decide"

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_tokens")
    label = models.CharField(max_length=120)
    digest = models.CharField(max_length=64, unique=True)
    prefix = models.CharField(max_length=12)
    scope = models.CharField(max_length=10, choices=Scope.choices)
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="api_token_scope_known", condition=Q(scope__in=["read", "upload"])
            ),
            models.CheckConstraint(
                name="api_token_expires_later", condition=Q(expires_at__gt=F("created_at"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label} ({self.prefix}…)"
