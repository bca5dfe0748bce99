"""What staff set for the whole programme: settings and public texts, version after version.

Rows of versions are never changed or deleted; the database itself refuses (migration 0013).
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from marketplace.catalogue.models.people import User


class SettingProposal(models.Model):
    """A change that needs a second person, until that person agrees or somebody withdraws it.
    `seen` is the number of the newest change when it was made."""

    name = models.CharField(max_length=40)
    value: models.JSONField[int | bool, int | bool] = models.JSONField()
    seen = models.PositiveIntegerField()
    reason = models.CharField(max_length=1000)
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["name"], condition=Q(closed_at=None), name="setting_proposed_once"
            ),
            models.CheckConstraint(name="setting_proposal_has_reason", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.value} proposed"


class SettingChange(models.Model):
    """One version of the settings: what changed, from what to what, why, by whom. Numbered from 1
    without gaps; the settings in force are the defaults with all changes applied in order.
    `seconded_by` is the second person, where one was needed."""

    number = models.PositiveIntegerField(unique=True)
    name = models.CharField(max_length=40)
    former: models.JSONField[int | bool, int | bool] = models.JSONField()
    value: models.JSONField[int | bool, int | bool] = models.JSONField()
    reason = models.CharField(max_length=1000)
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    seconded_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(name="setting_counts_from_one", condition=Q(number__gte=1)),
            models.CheckConstraint(name="setting_change_has_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="setting_seconded_by_another",
                condition=Q(seconded_by=None) | ~Q(seconded_by=F("person")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.name} {self.former} -> {self.value}"


class ProgrammeText(models.Model):
    """One version of a text that staff keep, numbered from 1. `person` is None for the version that
    came with the service."""

    slug = models.CharField(max_length=60)
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=120)
    body = models.TextField(max_length=20_000)
    reason = models.CharField(max_length=500)
    person = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["slug", "number"], name="programme_text_numbered_once"),
            models.CheckConstraint(
                name="programme_text_counts_from_one", condition=Q(number__gte=1)
            ),
            models.CheckConstraint(
                name="programme_text_has_words",
                condition=~Q(title="") & ~Q(body="") & ~Q(reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.slug}, version {self.number}"
