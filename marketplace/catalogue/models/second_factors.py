"""What a person needs beside the password."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from marketplace.catalogue.models.people import User


class SecondFactor(models.Model):
    """A TOTP secret (RFC 6238), encrypted; in force from its first right code on.

    `last_step` is the time step of the last code that was taken: no code counts twice.
    `failed_times` counts wrong codes since `failed_since`.
    """

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="second_factor")
    sealed_secret = models.CharField(max_length=400)
    begun_at = models.DateTimeField(db_default=Now())
    confirmed_at = models.DateTimeField(null=True)
    last_step = models.BigIntegerField(default=0)
    failed_times = models.PositiveSmallIntegerField(default=0)
    failed_since = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="second_factor_failures_paired",
                condition=Q(failed_times=0, failed_since=None)
                | Q(failed_times__gt=0, failed_since__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"second factor of {self.user}"


class RecoveryCode(models.Model):
    """Stands in for one code of the app, once. 80 random bits, so a plain SHA-256 keeps it."""

    factor = models.ForeignKey(
        SecondFactor, on_delete=models.CASCADE, related_name="recovery_codes"
    )
    digest = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["factor", "digest"], name="recovery_code_once")
        ]

    def __str__(self) -> str:
        return f"recovery code of {self.factor.user}"


class SecondFactorRecovery(models.Model):
    """A person lost the second factor and the recovery codes. One member of the staff begins the
    recovery, another ends it, not before `due_at`; the database holds both.

    `ended_at` alone: it was called off, as by a right code of the factor.
    """

    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="recoveries")
    reason = models.CharField(max_length=1000)
    begun_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    begun_at = models.DateTimeField(db_default=Now())
    due_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    finished_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(ended_at=None), name="recovery_open_once"
            ),
            models.CheckConstraint(name="recovery_has_reason", condition=~Q(reason="")),
            models.CheckConstraint(name="recovery_of_another", condition=~Q(begun_by=F("person"))),
            models.CheckConstraint(
                name="recovery_by_two_after_the_wait",
                condition=Q(finished_by=None)
                | (
                    Q(ended_at__isnull=False, ended_at__gte=F("due_at"))
                    & ~Q(finished_by=F("begun_by"))
                    & ~Q(finished_by=F("person"))
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"recovery of the second factor of {self.person}"
