"""What people tell us about what is listed: what they follow, miss and contest."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from marketplace.catalogue.models.people import User, Vendor
from marketplace.catalogue.models.products import Product


class Watch(models.Model):
    """A person follows one product, one vendor, or one guideline by the id of its document.

    The catalogue lies below certification, so a guideline is known here by its name alone.
    """

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="watches")
    product = models.ForeignKey(
        Product, null=True, on_delete=models.CASCADE, related_name="watches"
    )
    vendor = models.ForeignKey(Vendor, null=True, on_delete=models.CASCADE, related_name="watches")
    guideline = models.CharField(max_length=60, blank=True)
    since = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "product", "vendor", "guideline"],
                name="watch_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="watch_one_thing",
                condition=Q(product__isnull=False, vendor=None, guideline="")
                | Q(product=None, vendor__isnull=False, guideline="")
                | (Q(product=None, vendor=None) & ~Q(guideline="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} watches {self.product or self.vendor or self.guideline}"


class CertificationRequest(models.Model):
    """A person asks the vendor of a product to have it certified for a target or level."""

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="requests")
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="requests")
    target = models.CharField(max_length=40)
    asked_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["product", "target"], name="request_by_product")]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "product", "target"], name="request_once_a_person"
            ),
            models.CheckConstraint(name="request_names_target", condition=~Q(target="")),
        ]

    def __str__(self) -> str:
        return f"{self.person} asks for {self.target} of {self.product}"


class ClaimReport(models.Model):
    """A person tells staff that something said of a product is false. Never public."""

    class Finding(models.TextChoices):
        UPHELD = "upheld", "the claim was false"
        DISMISSED = "dismissed", "the claim stands"

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="reports")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="reports")
    text = models.CharField(max_length=2000)
    reported_at = models.DateTimeField(db_default=Now())
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    finding = models.CharField(max_length=10, choices=Finding.choices, blank=True)
    outcome = models.CharField(max_length=2000, blank=True)

    class Meta:
        indexes = [models.Index(fields=["person", "reported_at"], name="report_by_person")]
        constraints = [
            models.CheckConstraint(name="report_has_text", condition=~Q(text="")),
            models.CheckConstraint(
                name="report_settlement_paired",
                condition=Q(settled_at=None, settled_by=None, finding="", outcome="")
                | (
                    Q(settled_at__isnull=False, settled_by__isnull=False)
                    & Q(finding__in=["upheld", "dismissed"])
                    & ~Q(outcome="")
                ),
            ),
            models.UniqueConstraint(
                fields=["product", "person"],
                condition=Q(settled_at=None),
                name="report_open_once_a_person",
            ),
        ]

    def __str__(self) -> str:
        return f"report about {self.product}"
