"""Links that show one private run for some days."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from certification.models.runs import Run
from marketplace.catalogue.models import User


class RunLink(models.Model):
    """Who holds the link reads the run's page until it is over. `digest` is the SHA-256 of its
    secret, which is kept nowhere."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="links")
    digest = models.CharField(max_length=64, unique=True)
    label = models.CharField(max_length=120, blank=True)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="run_link_digest_is_sha256", condition=Q(digest__regex=r"^[0-9a-f]{64}$")
            ),
            models.CheckConstraint(
                name="run_link_expires_later", condition=Q(expires_at__gt=F("made_at"))
            ),
        ]

    def __str__(self) -> str:
        return f"link to {self.run_id}"
