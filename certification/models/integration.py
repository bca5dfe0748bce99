"""What the Integrated programme keeps: profiles, probes, corroboration, where a release stands."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from certification.models.guidelines import Guideline
from certification.models.runs import Run
from certification.models.submissions import Submission
from marketplace.catalogue.models import ProductRelease, User


class IntegrationProfile(models.Model):
    """What a vendor says a release is: one canonical document, never changed; the latest counts."""

    release = models.ForeignKey(ProductRelease, on_delete=models.PROTECT, related_name="profiles")
    digest = models.CharField(max_length=64)
    document = models.BinaryField()
    declared_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    declared_at = models.DateTimeField(db_default=Now())

    class Meta:
        get_latest_by = ["declared_at", "id"]

    def __str__(self) -> str:
        return f"profile of {self.release}"


class NotApplicableGrant(models.Model):
    """A reviewer's public reason why an axis or capability does not apply to a release, where its
    profile alone would not allow that. Ended, never deleted."""

    release = models.ForeignKey(
        ProductRelease, on_delete=models.PROTECT, related_name="not_applicable_grants"
    )
    subject = models.CharField(max_length=60)
    reason = models.CharField(max_length=1000)
    granted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    granted_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["release", "subject"],
                condition=Q(ended_at=None),
                name="not_applicable_once",
            ),
            models.CheckConstraint(name="not_applicable_has_reason", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.subject} does not apply to {self.release}"


class ProbeReport(models.Model):
    """What a cloud was measured to offer (`osi-probe/1`), attached to the run of the same nonce.

    `newest` and `oldest` bound the OpenStack release that its microversions leave possible: equal
    where it is measured, both empty where they say nothing."""

    run = models.OneToOneField(Run, on_delete=models.CASCADE, related_name="probe")
    sha256 = models.CharField(max_length=64)
    document = models.BinaryField()
    oldest = models.SlugField(max_length=20, blank=True)
    newest = models.SlugField(max_length=20, blank=True)
    probed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"probe of {self.run}"

    @property
    def measured_release(self) -> str:
        return self.newest if self.newest == self.oldest else ""


class BundleFacts(models.Model):
    """What a kit's bundle says of itself, beside its run; derived from the evidence alone.

    `signed_by_key` is true where a registered key of the uploader's vendor signed the manifest.
    """

    run = models.OneToOneField(Run, on_delete=models.CASCADE, related_name="bundle")
    nonce = models.CharField(max_length=32, db_index=True)
    kit_version = models.CharField(max_length=20)
    product = models.CharField(max_length=120)
    product_version = models.CharField(max_length=40)
    cloud = models.CharField(max_length=120, blank=True)
    cloud_release = models.SlugField(max_length=20, blank=True)
    mode = models.CharField(max_length=8)
    signed_by_key = models.BooleanField(default=False)
    footprints = models.PositiveSmallIntegerField(default=0)
    requests = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"bundle of {self.run}"


class Corroboration(models.Model):
    """E3: the operator's access log agrees with the run, or a reviewer ran it again."""

    class Kind(models.TextChoices):
        OPERATOR_LOG = "operator-log", "the operator's access log agrees"
        RERUN = "rerun", "a reviewer ran it again"

    run = models.OneToOneField(Run, on_delete=models.CASCADE, related_name="corroboration")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    log_sha256 = models.CharField(max_length=64, blank=True)
    sampled = models.PositiveIntegerField(default=0)
    agreed = models.PositiveIntegerField(default=0)
    note = models.CharField(max_length=1000)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="corroboration_agrees",
                condition=Q(kind="rerun", sampled=0, agreed=0, log_sha256="")
                | Q(kind="operator-log", sampled__gt=0, agreed__lte=F("sampled"))
                & Q(agreed__gte=F("sampled") * Decimal("0.95"))
                & ~Q(log_sha256=""),
            ),
            models.CheckConstraint(name="corroboration_has_note", condition=~Q(note="")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} for {self.run}"


class SupportingRun(models.Model):
    """A further run of the set that a submission rests on, beside its own; fixed when submitted."""

    submission = models.ForeignKey(
        Submission, on_delete=models.CASCADE, related_name="supporting_runs"
    )
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="supports")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["submission", "run"], name="supporting_run_once")
        ]

    def __str__(self) -> str:
        return f"{self.run} supports {self.submission}"


class ServiceClaim(models.Model):
    """A vendor says that a release integrates with a service (`load-balancer`). A claim is greyed
    and counts nowhere; measured evidence confirms or disputes it."""

    release = models.ForeignKey(
        ProductRelease, on_delete=models.CASCADE, related_name="service_claims"
    )
    service = models.SlugField(max_length=40)
    claimed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    claimed_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["release", "service"], name="service_claim_once")
        ]

    def __str__(self) -> str:
        return f"{self.release} with {self.service}"


class IntegrationStanding(models.Model):
    """Where a release stands by all its evidence: derived, deleted and rebuilt at will.

    `document` is the level evaluation with the services, operations and clouds that the page shows.
    `services` are those written to or read from with success; `parallel` the concerns that the
    product brings itself; `passed` the capabilities passed. `figure` is rounded half up. `concerns`
    and `axes` say how each is met, by its id: `{"secrets": "served"}`.
    """

    release = models.OneToOneField(
        ProductRelease, primary_key=True, on_delete=models.CASCADE, related_name="integration"
    )
    guideline = models.ForeignKey(Guideline, on_delete=models.CASCADE, related_name="+")
    level = models.CharField(max_length=12)
    evidence_class = models.PositiveSmallIntegerField()
    figure = models.PositiveSmallIntegerField()
    evaluation_digest = models.CharField(max_length=64)
    document: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField()
    services = ArrayField(models.CharField(max_length=60), default=list)
    parallel = ArrayField(models.CharField(max_length=60), default=list)
    passed = ArrayField(models.CharField(max_length=60), default=list)
    measured_on = ArrayField(models.SlugField(max_length=20), default=list)
    concerns: models.JSONField[dict[str, str], dict[str, str]] = models.JSONField(default=dict)
    axes: models.JSONField[dict[str, str], dict[str, str]] = models.JSONField(default=dict)
    newest_run_at = models.DateTimeField()
    judged_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.release}: {self.level}"
