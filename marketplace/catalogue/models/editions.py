"""What a vendor said of its product, state after state."""

from __future__ import annotations

from typing import Any, TypedDict

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from marketplace.catalogue.models.people import User
from marketplace.catalogue.models.products import Product


class Declared(TypedDict):
    """What a vendor says of a product, as it is kept in JSON. `category` is part of it because the
    category decides which facts are asked."""

    name: str
    category: str
    sentence: str
    website: str
    open_source: bool
    regions: list[str]
    deployment: list[str]
    facts: dict[str, Any]
    story: str
    logo: str


class ProductEdition(models.Model):
    """One state of it. Published ones are numbered in the order in which they were published; the
    one that stands is copied into the product's row, which everything else reads. A draft has the
    number that it would get. `published_by` is None where nobody's name is known any more."""

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        PUBLISHED = "published", "Published"
        SUPERSEDED = "superseded", "Superseded"

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="editions")
    number = models.PositiveIntegerField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    content: models.JSONField[Declared, Declared] = models.JSONField()
    edited_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    edited_at = models.DateTimeField(db_default=Now())
    published_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["product", "number"], name="edition_number_once"),
            models.UniqueConstraint(
                fields=["product"], condition=Q(status="draft"), name="edition_one_draft"
            ),
            models.UniqueConstraint(
                fields=["product"], condition=Q(status="published"), name="edition_one_published"
            ),
            models.CheckConstraint(
                name="edition_status_known",
                condition=Q(status__in=["draft", "published", "superseded"]),
            ),
            models.CheckConstraint(
                name="edition_published_when_no_draft",
                condition=Q(status="draft", published_at__isnull=True, published_by__isnull=True)
                | (~Q(status="draft") & Q(published_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"Edition {self.number} of {self.product}"

    @property
    def stamp(self) -> str:
        """Another one after each change: tells who saves or publishes whether it is what they
        saw."""
        return f"{self.number}.{self.edited_at.timestamp():.6f}"
