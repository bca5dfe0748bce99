"""Vendors, their people, what they sign with, and the trail of what was done."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now


class User(AbstractUser):
    """A person. Signs in with the e-mail address, which is the user name too."""

    class StaffRole(models.TextChoices):
        NONE = "", "none"
        REVIEWER = "reviewer", "reviewer"
        ADMIN = "admin", "staff admin"

    email = models.EmailField(unique=True)
    display_name = models.CharField(max_length=120)
    staff_role = models.CharField(
        max_length=10, choices=StaffRole.choices, default=StaffRole.NONE, blank=True
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="user_staff_role_known", condition=Q(staff_role__in=["", "reviewer", "admin"])
            )
        ]

    def __str__(self) -> str:
        return self.display_name or self.email


class Vendor(models.Model):
    """An organization whose products are listed."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120, unique=True)
    created_at = models.DateTimeField(db_default=Now())
    members = models.ManyToManyField(User, through="Membership", related_name="vendors")

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    class Role(models.TextChoices):
        OWNER = "owner"
        EDITOR = "editor"
        UPLOADER = "uploader"
        VIEWER = "viewer"

    vendor = models.ForeignKey(Vendor, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["vendor", "user"], name="membership_once"),
            models.CheckConstraint(
                name="membership_role_known",
                condition=Q(role__in=["owner", "editor", "uploader", "viewer"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.role} of {self.vendor}"


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
        UPLOAD = "upload", "read and upload runs"

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


class AuditEvent(models.Model):
    """One deed, appended in the transaction of the deed. It is the outbox too; never changed.

    `actor` is `user:<id>`, `anonymous`, `policy:<rule>` or `system`. `facts` holds identifiers and
    digests, never secrets or evidence.
    """

    at = models.DateTimeField(db_default=Now())
    actor = models.CharField(max_length=80)
    verb = models.CharField(max_length=60)
    object_type = models.CharField(max_length=40)
    object_id = models.CharField(max_length=80)
    facts: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["object_type", "object_id"], name="audit_by_object")]
        constraints = [
            models.CheckConstraint(
                name="audit_actor_named",
                condition=Q(actor__regex=r"^(user:[0-9]+|anonymous|system|policy:[a-z-]+)$"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.object_type} {self.object_id}"
