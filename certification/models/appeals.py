"""A vendor contests a decision, once; somebody else decides whether it stands."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from certification.models.submissions import Submission
from marketplace.catalogue.models import User


class Appeal(models.Model):
    """Against the rejection of a submission, or the suspension of the certificate it led to.

    `decided_at` names the decision: one appeal each. `heard_by` settles it, and is never
    `decided_by`; the database holds that, too, here and for what is decided afterwards.
    """

    class Against(models.TextChoices):
        REJECTION = "rejection", "the rejection"
        SUSPENSION = "suspension", "the suspension of the certificate"

    class State(models.TextChoices):
        OPEN = "open", "waits to be heard"
        GRANTED = "granted", "granted"
        UPHELD = "upheld", "the decision stands"

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="appeals")
    against = models.CharField(max_length=10, choices=Against.choices)
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    decision_reason = models.CharField(max_length=2000)
    raised_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    raised_at = models.DateTimeField(db_default=Now())
    reason = models.CharField(max_length=2000)
    state = models.CharField(max_length=7, choices=State.choices, default=State.OPEN)
    hearer = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="to_hear")
    heard_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    heard_at = models.DateTimeField(null=True)
    finding = models.CharField(max_length=2000, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["submission", "decided_at"], name="appeal_once"),
            models.UniqueConstraint(
                fields=["submission"],
                condition=Q(against="rejection"),
                name="appeal_once_against_rejection",
            ),
            models.CheckConstraint(
                name="appeal_against_known", condition=Q(against__in=["rejection", "suspension"])
            ),
            models.CheckConstraint(name="appeal_has_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="appeal_heard_by_another",
                condition=Q(heard_by=None)
                | (~Q(heard_by=F("decided_by")) & ~Q(heard_by=F("raised_by"))),
            ),
            models.CheckConstraint(
                name="appeal_given_to_another",
                condition=Q(hearer=None) | ~Q(hearer=F("decided_by")),
            ),
            models.CheckConstraint(
                name="appeal_finding_paired",
                condition=Q(state="open", heard_by=None, heard_at=None, finding="")
                | (
                    Q(state__in=["granted", "upheld"])
                    & Q(heard_by__isnull=False, heard_at__isnull=False)
                    & ~Q(finding="")
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"appeal against {self.get_against_display()} of {self.submission}"
