"""People and the vendors that they work for."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
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
    website = models.URLField(max_length=300, blank=True)
    domain = models.CharField(max_length=253, blank=True)
    domain_proven_at = models.DateTimeField(null=True)
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
