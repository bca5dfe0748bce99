"""Certificates: the canonical statement, and what became of it."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.urls import reverse

from certification.models.guidelines import Guideline
from certification.models.runs import Run
from certification.models.submissions import Submission
from marketplace.catalogue.models import ProductRelease, User


class CertificateQuerySet(models.QuerySet["Certificate"]):
    def in_force(self) -> CertificateQuerySet:
        """Active and not past its end: expiry needs no deed to take effect."""
        return self.filter(state=Certificate.State.ACTIVE, valid_until__gt=Now())


class Certificate(models.Model):
    """The statement (in-toto with the SLSA verification summary, trust.md P1) as canonical bytes,
    immutable; only the state around it changes. Unsigned as yet."""

    class State(models.TextChoices):
        ACTIVE = "active", "in force"
        EXPIRED = "expired", "expired"
        SUPERSEDED = "superseded", "superseded"
        SUSPENDED = "suspended", "suspended"
        REVOKED = "revoked", "revoked"

    class Assurance(models.TextChoices):
        SELF_REPORTED = "self-reported", "self-reported"
        CHALLENGED = "challenged", "challenged"
        LIVE = "live", "live"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(max_length=20, unique=True)  # HM-2026-000123
    submission = models.OneToOneField(
        Submission, on_delete=models.PROTECT, related_name="certificate"
    )
    release = models.ForeignKey(
        ProductRelease, on_delete=models.PROTECT, related_name="certificates"
    )
    guideline = models.ForeignKey(Guideline, on_delete=models.PROTECT, related_name="certificates")
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="certificates")
    target = models.CharField(max_length=40)
    openstack_release = models.SlugField(max_length=20)
    assurance = models.CharField(max_length=14, choices=Assurance.choices)
    statement = models.BinaryField()
    statement_sha256 = models.CharField(max_length=64, unique=True)
    descriptor = models.BinaryField()  # the product descriptor whose digest is the subject
    state = models.CharField(max_length=12, choices=State.choices, default=State.ACTIVE)
    state_reason = models.CharField(max_length=2000, blank=True)
    state_changed_at = models.DateTimeField(db_default=Now())
    issued_at = models.DateTimeField()
    valid_until = models.DateTimeField()

    objects = CertificateQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["release", "guideline", "target", "run"], name="certificate_once_a_run"
            ),
            models.UniqueConstraint(
                fields=["release", "target"],
                condition=Q(state__in=["active", "suspended"]),
                name="certificate_one_standing_per_target",
            ),
            models.CheckConstraint(
                name="certificate_ends_later", condition=Q(valid_until__gt=F("issued_at"))
            ),
            models.CheckConstraint(
                name="certificate_end_has_reason",
                condition=Q(state__in=["active", "expired"]) | ~Q(state_reason=""),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("certificate", args=[self.number])


class Reinstatement(models.Model):
    """One person's word that a suspended certificate stands again; it takes two (trust.md S25)."""

    certificate = models.ForeignKey(
        Certificate, on_delete=models.CASCADE, related_name="reinstatements"
    )
    suspended_at = models.DateTimeField()  # which suspension is meant
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=2000)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["certificate", "suspended_at", "person"], name="reinstatement_once_a_person"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} reinstates {self.certificate}"


class Dispute(models.Model):
    """Somebody contests a certificate in public; while it is open the certificate says so."""

    certificate = models.ForeignKey(Certificate, on_delete=models.CASCADE, related_name="disputes")
    raised_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    claim = models.CharField(max_length=2000)
    raised_at = models.DateTimeField(db_default=Now())
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=2000, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="dispute_settlement_paired",
                condition=Q(settled_at=None, settled_by=None, outcome="")
                | (Q(settled_at__isnull=False, settled_by__isnull=False) & ~Q(outcome="")),
            ),
            models.UniqueConstraint(
                fields=["certificate", "raised_by"],
                condition=Q(settled_at=None),
                name="dispute_open_once_a_person",
            ),
        ]

    def __str__(self) -> str:
        return f"dispute of {self.certificate}"
