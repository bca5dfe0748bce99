"""Asking for certification, and what a decision rests on."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.urls import reverse

from certification.engine.challenge import began_before
from certification.engine.eligibility import told_to_vendor
from certification.engine.report import EvidenceFormat
from certification.models.guidelines import Guideline
from certification.models.runs import Run
from marketplace.catalogue.models import ProductRelease, User

OPEN_STATES = ("draft", "submitted", "in-review", "changes-asked")


class RunChallenge(models.Model):
    """A nonce that a run carries (trust.md S9): 128 bits, 24 hours, one use, bound to one release
    and guideline. A run that answers it is challenged, not only self-reported, unless it began
    before (`engine/challenge.py`)."""

    nonce = models.CharField(max_length=32, primary_key=True)
    release = models.ForeignKey(ProductRelease, on_delete=models.CASCADE, related_name="+")
    guideline = models.ForeignKey(Guideline, on_delete=models.PROTECT, related_name="+")
    issued_to = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    run = models.OneToOneField(
        Run, null=True, on_delete=models.SET_NULL, related_name="answered_challenge"
    )
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="challenge_nonce_is_128_bits", condition=Q(nonce__regex=r"^[0-9a-f]{32}$")
            )
        ]

    def __str__(self) -> str:
        return f"challenge for {self.release}"

    @property
    def run_began_at(self) -> datetime | None:
        """The first time in the evidence of the run that answers it; None without any, and for a
        bundle of the test kit: that carries the nonce inside, so it cannot be older."""
        if self.run is None or self.run.format == EvidenceFormat.OSI_BUNDLE:
            return None
        return self.run.started_at

    @property
    def was_taken_too_late(self) -> bool:
        """The run that answers it had begun already."""
        return began_before(self.run_began_at, self.issued_at)


class Waiver(models.Model):
    """An immutable document: for one release, guideline and target these tests do not count, with
    a public reason, until a day. `digest` is the engine's, and enters the evaluation."""

    digest = models.CharField(max_length=64, unique=True)
    release = models.ForeignKey(ProductRelease, on_delete=models.PROTECT, related_name="waivers")
    guideline = models.ForeignKey(Guideline, on_delete=models.PROTECT, related_name="waivers")
    target = models.CharField(max_length=40)
    tests = ArrayField(models.CharField(max_length=512))
    reason = models.CharField(max_length=1000)
    ends_on = models.DateField()
    granted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    granted_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(name="waiver_has_tests", condition=~Q(tests=[])),
            models.CheckConstraint(name="waiver_has_reason", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"waiver of {len(self.tests)} tests for {self.release}"


class Submission(models.Model):
    """A vendor asks: certify this release for this target, on this run.

    `flags` are the reasons for which a person has to decide, each `{"code", "text"}`, with
    `run` and `other_run` where two runs were held against each other; empty for a case that a
    policy rule may approve. They are for staff: vendors read `flags_told`. `actor` strings are
    those of the audit trail.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "draft"
        SUBMITTED = "submitted", "submitted"
        IN_REVIEW = "in-review", "in review"
        CHANGES_ASKED = "changes-asked", "changes asked"
        APPROVED = "approved", "approved"
        REJECTED = "rejected", "rejected"
        WITHDRAWN = "withdrawn", "withdrawn"

    release = models.ForeignKey(
        ProductRelease, on_delete=models.PROTECT, related_name="submissions"
    )
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="submissions")
    guideline = models.ForeignKey(Guideline, on_delete=models.PROTECT, related_name="submissions")
    target = models.CharField(max_length=40)
    openstack_release = models.SlugField(max_length=20)
    state = models.CharField(max_length=14, choices=State.choices, default=State.DRAFT)
    note = models.CharField(max_length=2000, blank=True)
    flags: models.JSONField[list[dict[str, str]], list[dict[str, Any]]] = models.JSONField(
        default=list
    )
    waivers = models.ManyToManyField(Waiver, related_name="submissions")
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    submitted_at = models.DateTimeField(null=True)
    reviewer = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="reviewed")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=80, blank=True)
    reason = models.CharField(max_length=2000, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["release", "guideline", "target"],
                condition=Q(state__in=OPEN_STATES),
                name="submission_open_once",
            ),
            models.CheckConstraint(
                name="submission_decision_paired",
                condition=Q(state__in=["approved", "rejected"], decided_at__isnull=False)
                & ~Q(decided_by="")
                & ~Q(reason="")
                | (~Q(state__in=["approved", "rejected"]) & Q(decided_at=None, decided_by="")),
            ),
            models.CheckConstraint(
                name="submission_submitted_paired",
                condition=Q(state__in=["draft", "withdrawn"]) | Q(submitted_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.release}: {self.target} of {self.guideline}"

    @property
    def flags_told(self) -> list[dict[str, str]]:
        """The flags in the words that the vendor may read."""
        return told_to_vendor(self.flags)

    def get_absolute_url(self) -> str:
        return reverse("submission", args=[self.pk])
