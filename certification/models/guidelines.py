"""The dictionary of tests, guidelines, and who approved them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.urls import reverse

from marketplace.catalogue.models import User

#: What stands before the version in the id of an integration guideline.
INTEGRATION = "integration"


class KnownTest(models.Model):
    """The dictionary of tests that guidelines and inventories name. A bit, once given, is never
    reused: every stored bitmap leans on it."""

    bit = models.PositiveIntegerField(primary_key=True)
    name = models.CharField(max_length=512)
    idempotent_id = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["name", "idempotent_id"], name="known_test_once")
        ]

    def __str__(self) -> str:
        return f"{self.bit} {self.name}[{self.idempotent_id}]"


class GuidelineQuerySet(models.QuerySet["Guideline"]):
    def judged(self) -> GuidelineQuerySet:
        """Those that each new run is judged against: in force, superseded, or announced drafts."""
        return self.filter(
            Q(state__in=[Guideline.State.APPROVED, Guideline.State.SUPERSEDED])
            | Q(state=Guideline.State.DRAFT, announced=True)
        )

    def newest_first(self) -> GuidelineQuerySet:
        return self.order_by("-version", "-imported_at", "-pk")


class Guideline(models.Model):
    """An imported document, known by the SHA-256 of its bytes and never changed.

    `document_status` is what the document says of itself; `state` is our lifecycle. An announced
    draft is judged beside the guidelines in force, so that vendors see how ready they are.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "draft"
        APPROVED = "approved", "in force"
        SUPERSEDED = "superseded", "superseded"
        RETIRED = "retired", "retired"

    digest = models.CharField(max_length=64, unique=True)
    document = models.BinaryField()
    document_id = models.CharField(max_length=60)  # 2020.06, dns.2020.06, next
    version = models.CharField(max_length=40)  # 2020.06, next: without the add-on's prefix
    add_on = models.CharField(max_length=40, blank=True)  # dns, orchestration; empty for platforms
    schema = models.CharField(max_length=10)
    document_status = models.CharField(max_length=40, blank=True)
    source = models.CharField(max_length=500, blank=True)  # where it was imported from
    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFT)
    announced = models.BooleanField(default=False)
    imported_at = models.DateTimeField(db_default=Now())
    approved_at = models.DateTimeField(null=True)
    superseded_at = models.DateTimeField(null=True)
    amended = models.PositiveIntegerField(default=0, db_default=0)  # how many amendments apply

    objects = GuidelineQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="guideline_digest_is_sha256", condition=Q(digest__regex=r"^[0-9a-f]{64}$")
            ),
            models.CheckConstraint(
                name="guideline_approval_paired",
                condition=Q(state="draft", approved_at=None, superseded_at=None)
                | Q(state="approved", approved_at__isnull=False, superseded_at=None)
                | Q(state="superseded", approved_at__isnull=False, superseded_at__isnull=False)
                | Q(state="retired"),
            ),
            models.UniqueConstraint(
                fields=["document_id"],
                condition=Q(state="approved"),
                name="guideline_one_in_force_per_id",
            ),
        ]

    def __str__(self) -> str:
        return self.document_id

    @property
    def is_integration(self) -> bool:
        """It judges products on top of OpenStack: bundles of the test kit, not Tempest runs."""
        return self.add_on == INTEGRATION

    @property
    def file_name(self) -> str:
        return f"{self.document_id}.json"

    def get_absolute_url(self) -> str:
        return reverse("guideline", args=[self.document_id])


class GuidelineApproval(models.Model):
    """One person's approval; two different persons put a guideline into force."""

    guideline = models.ForeignKey(Guideline, on_delete=models.PROTECT, related_name="approvals")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=500)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["guideline", "person"], name="approval_once_a_person")
        ]

    def __str__(self) -> str:
        return f"{self.person} approves {self.guideline}"


class Amendment(models.Model):
    """A later, immutable addition to a guideline in force, for everybody: a test is set aside, or
    counts again. Those of one guideline are applied in the order of their numbers, 1 first.

    `digest` is the engine's, over exactly what the public reads; it enters every evaluation.
    """

    class Action(models.TextChoices):
        FLAG = "flag", "set aside"
        WITHDRAW = "withdraw", "counts again"

    guideline = models.ForeignKey(Guideline, on_delete=models.PROTECT, related_name="amendments")
    number = models.PositiveIntegerField()
    action = models.CharField(max_length=10, choices=Action.choices)
    test = models.CharField(max_length=512)
    reason = models.CharField(max_length=1000)
    author = models.CharField(max_length=200)  # the public name of who decided, as it was then
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    decided_on = models.DateField()
    at = models.DateTimeField(db_default=Now())
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["guideline", "number"], name="amendment_numbered_once"),
            models.CheckConstraint(
                name="amendment_digest_is_sha256", condition=Q(digest__regex=r"^[0-9a-f]{64}$")
            ),
            models.CheckConstraint(name="amendment_has_reason", condition=~Q(reason="")),
            models.CheckConstraint(name="amendment_counts_from_one", condition=Q(number__gte=1)),
        ]

    def __str__(self) -> str:
        return f"amendment {self.number} of {self.guideline}"
