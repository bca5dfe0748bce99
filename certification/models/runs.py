"""Runs and the verdicts on them."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length, Now
from django.db.models.lookups import Exact
from django.urls import reverse

from certification.models.columns import BitmapField, DigestField
from certification.models.guidelines import Guideline
from marketplace.catalogue.models import Membership, SigningKey, User, Vendor
from marketplace.catalogue.policy import Permission, members_who


class RunQuerySet(models.QuerySet["Run"]):
    def visible_to(self, user: User | AnonymousUser) -> RunQuerySet:
        """Anonymous and shared runs for everybody; others for their owner, the owner's vendor and
        the foundation's staff (trust.md S18)."""
        public = Q(uploaded_by=None) | Q(shared=True)
        if not isinstance(user, User) or not user.is_active:
            return self.filter(public)
        if user.staff_role:
            return self.all()
        mine = Q(uploaded_by=user, vendor=None) | Q(
            vendor__in=Membership.objects.filter(user=user).values("vendor")
        )
        return self.filter(public | mine)

    def of_vendor(self, vendor: Vendor) -> RunQuerySet:
        """The vendor's own runs: uploaded for it, or by somebody who may upload for it before the
        organization was founded, or while they were in several."""
        people = members_who(Permission.UPLOAD_RUN, vendor).values("user")
        return self.filter(Q(vendor=vendor) | Q(vendor=None, uploaded_by__in=people))

    def readable(self) -> RunQuerySet:
        return self.exclude(state__in=[Run.State.UNREADABLE, Run.State.QUARANTINED])


class Run(models.Model):
    """One upload of evidence. The raw bytes lie in the evidence store under their SHA-256.

    The three bitmaps say, over the dictionary as it was at `dictionary_length`, which known tests
    passed, failed and were skipped; `exact` is false where only the evidence itself can tell.
    """

    class State(models.TextChoices):
        RECEIVED = "received", "received"
        VERIFYING = "verifying", "being judged"
        VERIFIED = "verified", "judged"
        UNREADABLE = "unreadable", "unreadable"
        QUARANTINED = "quarantined", "set aside"

    class Via(models.TextChoices):
        REFSTACK = "refstack", "refstack-client"
        API = "api", "hallmark upload or the API"
        PAGE = "page", "the upload page"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    evidence_sha256 = DigestField(db_column="evidence_digest")
    evidence_bytes = models.PositiveBigIntegerField()
    file_name = models.CharField(max_length=120, blank=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.RECEIVED)
    received_at = models.DateTimeField(db_default=Now())
    uploaded_via = models.CharField(max_length=10, choices=Via.choices)
    uploaded_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="runs")
    vendor = models.ForeignKey(Vendor, null=True, on_delete=models.PROTECT, related_name="runs")
    signed_with = models.ForeignKey(
        SigningKey, null=True, on_delete=models.PROTECT, related_name="runs"
    )
    shared = models.BooleanField(default=False)
    copied_bytes = models.BooleanField(
        default=False
    )  # another owner sent the same bytes: for staff

    format = models.CharField(max_length=20, blank=True)
    cpid = models.CharField(max_length=128, blank=True)
    duration_seconds = models.PositiveBigIntegerField(null=True)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    events = models.PositiveIntegerField(default=0)
    workers = models.PositiveIntegerField(default=0)
    passes_only = models.BooleanField(default=False)
    looks_incomplete = models.BooleanField(default=False)
    tests_passed = models.PositiveIntegerField(default=0)
    tests_failed = models.PositiveIntegerField(default=0)
    tests_skipped = models.PositiveIntegerField(default=0)
    passed = BitmapField(default=bytes, db_column="passed_deflated")
    failed = BitmapField(default=bytes, db_column="failed_deflated")
    skipped = BitmapField(default=bytes, db_column="skipped_deflated")
    dictionary_length = models.PositiveIntegerField(default=0)
    exact = models.BooleanField(default=False)
    damage_offset = models.PositiveBigIntegerField(null=True)
    damage_reason = models.CharField(max_length=300, blank=True)
    verified_at = models.DateTimeField(null=True)
    fault_code = models.CharField(max_length=60, blank=True)
    fault_text = models.CharField(max_length=600, blank=True)
    fault_place = models.CharField(max_length=120, blank=True)

    objects = RunQuerySet.as_manager()

    class Meta:
        indexes = [
            # Read backwards for the newest first; filled at its end, so its pages stay full.
            models.Index(
                fields=["cpid"],
                name="run_of_cloud",
                condition=models.Q(vendor__isnull=False) & ~models.Q(cpid=""),
            ),
            models.Index(fields=["received_at", "id"], name="run_in_order"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["evidence_sha256", "uploaded_by", "vendor"],
                name="run_once_per_owner",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="run_evidence_is_sha256", condition=Exact(Length("evidence_sha256"), 32)
            ),
            models.CheckConstraint(
                name="run_state_paired",
                condition=Q(state__in=["received", "verifying"], verified_at=None, fault_code="")
                | Q(state="verified", verified_at__isnull=False, fault_code="")
                | (
                    Q(state__in=["unreadable", "quarantined"], verified_at=None) & ~Q(fault_code="")
                ),
            ),
            models.CheckConstraint(
                name="run_signed_by_somebody",
                condition=Q(signed_with=None) | Q(uploaded_by__isnull=False),
            ),
            models.CheckConstraint(
                name="run_vendor_has_uploader",
                condition=Q(vendor=None) | Q(uploaded_by__isnull=False),
            ),
            models.CheckConstraint(
                name="run_damage_paired",
                condition=Q(damage_offset=None, damage_reason="")
                | (Q(damage_offset__isnull=False) & ~Q(damage_reason="")),
            ),
        ]

    def __str__(self) -> str:
        return f"run {self.id}"

    @property
    def is_anonymous(self) -> bool:
        return self.uploaded_by_id is None

    @property
    def is_settled(self) -> bool:
        """True once nothing more will happen to it by itself."""
        return self.state not in (self.State.RECEIVED, self.State.VERIFYING)

    @property
    def short_id(self) -> str:
        return str(self.id)[:8]

    @property
    def tests_seen(self) -> int:
        return self.tests_passed + self.tests_failed + self.tests_skipped

    def get_absolute_url(self) -> str:
        return reverse("run", args=[self.id])

    def public_url(self, host_url: str) -> str:
        """`host_url` is used where no public address is configured."""
        return (settings.PUBLIC_URL or host_url.rstrip("/")) + self.get_absolute_url()


class Evaluation(models.Model):
    """One verdict: (run, guideline, inputs, target, ruleset). `inputs_digest` is the SHA-256 of the
    canonical list of the guideline's digest, its amendments, waivers and profile."""

    class Verdict(models.TextChoices):
        PASSED = "passed"
        FAILED = "failed"
        ERROR = "error"

    run = models.ForeignKey(
        Run,
        on_delete=models.CASCADE,
        related_name="evaluations",
        db_index=False,  # `evaluation_once` begins with it
    )
    guideline = models.ForeignKey(Guideline, on_delete=models.PROTECT, related_name="evaluations")
    inputs_digest = DigestField(db_column="inputs")
    target = models.CharField(max_length=40)
    ruleset = models.PositiveSmallIntegerField()
    verdict = models.CharField(max_length=6, choices=Verdict.choices)
    tests_total = models.PositiveSmallIntegerField()
    tests_passed = models.PositiveSmallIntegerField()
    tests_failed = models.PositiveSmallIntegerField()
    tests_skipped = models.PositiveSmallIntegerField()
    tests_missing = models.PositiveSmallIntegerField()
    judged_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["run", "guideline", "inputs_digest", "target", "ruleset"],
                name="evaluation_once",
            ),
            models.CheckConstraint(
                name="evaluation_inputs_are_sha256", condition=Exact(Length("inputs_digest"), 32)
            ),
            models.CheckConstraint(
                name="evaluation_counts_add_up",
                condition=Q(
                    tests_total=F("tests_passed")
                    + F("tests_failed")
                    + F("tests_skipped")
                    + F("tests_missing")
                ),
            ),
            models.CheckConstraint(
                name="evaluation_passed_means_all",
                condition=~Q(verdict="passed")
                | Q(tests_total__gt=0, tests_passed=F("tests_total")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.verdict}: {self.target} of {self.guideline_id}"

    @property
    def tests_short(self) -> int:
        return self.tests_total - self.tests_passed
