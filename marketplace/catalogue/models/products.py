"""What is listed: products, their releases, the clouds that they claim."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.urls import reverse

from marketplace.catalogue.models.people import Vendor


class Programme(models.TextChoices):
    """What a category can be certified under. `LISTED`: by neither programme yet."""

    POWERED = "powered"
    INTEGRATED = "integrated"
    LISTED = "listed"


class Category(models.TextChoices):
    DISTRIBUTION = "distribution", "Distribution"
    APPLIANCE = "appliance", "Appliance"
    PUBLIC_CLOUD = "public-cloud", "Public cloud"
    HOSTED_PRIVATE_CLOUD = "hosted-private-cloud", "Hosted private cloud"
    MANAGED_PRIVATE_CLOUD = "managed-private-cloud", "Remotely managed private cloud"
    APPLICATION_PLATFORM = "application-platform", "Application platform"
    CONTAINER_PLATFORM = "container-platform", "Container platform"
    INFRASTRUCTURE_AS_CODE = "infrastructure-as-code", "Infrastructure as code"
    BACKUP = "backup", "Backup"
    MONITORING = "monitoring", "Monitoring"
    SECURITY = "security", "Security"
    STORAGE = "storage", "Storage"
    NETWORK = "network", "Network"
    SDK = "sdk", "SDK and command line"
    DRIVER = "driver", "Driver"
    TRAINING = "training", "Training"
    CONSULTING = "consulting", "Consulting"


_POWERED = frozenset(
    {
        Category.DISTRIBUTION,
        Category.APPLIANCE,
        Category.PUBLIC_CLOUD,
        Category.HOSTED_PRIVATE_CLOUD,
        Category.MANAGED_PRIVATE_CLOUD,
    }
)
_LISTED = frozenset({Category.DRIVER, Category.TRAINING, Category.CONSULTING})


def programme_of(category: str) -> Programme:
    if category in _POWERED:
        return Programme.POWERED
    return Programme.LISTED if category in _LISTED else Programme.INTEGRATED


class Region(models.TextChoices):
    """Where one can buy it and be helped."""

    AFRICA = "africa", "Africa"
    ASIA_PACIFIC = "asia-pacific", "Asia and Pacific"
    EUROPE = "europe", "Europe"
    LATIN_AMERICA = "latin-america", "Latin America"
    MIDDLE_EAST = "middle-east", "Middle East"
    NORTH_AMERICA = "north-america", "North America"


class Deployment(models.TextChoices):
    """Where it runs, and who runs it."""

    ON_PREMISES = "on-premises", "On your own hardware"
    IN_PROJECT = "in-project", "Inside a project of your cloud"
    CLIENT = "client", "On the computer of the person who uses it"
    HOSTED = "hosted", "Hosted by the vendor"
    MANAGED = "managed", "Run by the vendor at your site"


class Product(models.Model):
    """`sentence` is what a buyer reads first; the vendor's words, never a level. `measured_by_us`:
    listed because our own laboratory measured it; its vendor was not asked. `regions` and
    `deployment` are the vendor's word too; empty where nothing is said. `facts`: what the category
    asks (`marketplace/catalogue/facts.py`), by key. `story`: longer words as CommonMark. `logo`:
    SHA-256 of the picture that was drawn anew from the vendor's, or empty."""

    vendor = models.ForeignKey(Vendor, on_delete=models.PROTECT, related_name="products")
    slug = models.SlugField(max_length=60)
    name = models.CharField(max_length=120)
    category = models.CharField(max_length=30, choices=Category.choices)
    sentence = models.CharField(max_length=200)
    website = models.URLField(max_length=300, blank=True)
    open_source = models.BooleanField(default=False)
    measured_by_us = models.BooleanField(default=False)
    regions = ArrayField(models.SlugField(max_length=20), default=list, db_default=[], blank=True)
    deployment = ArrayField(
        models.SlugField(max_length=20), default=list, db_default=[], blank=True
    )
    facts = models.JSONField(default=dict, db_default={}, blank=True)
    story = models.TextField(max_length=8000, default="", db_default="", blank=True)
    logo = models.CharField(max_length=64, default="", db_default="", blank=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["vendor", "slug"], name="product_slug_once"),
            models.CheckConstraint(
                name="product_regions_known",
                condition=Q(regions__contained_by=list(Region.values)),
            ),
            models.CheckConstraint(
                name="product_deployment_known",
                condition=Q(deployment__contained_by=list(Deployment.values)),
            ),
            models.CheckConstraint(
                name="product_category_known", condition=Q(category__in=Category.values)
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("product", args=[self.vendor.slug, self.slug])

    @property
    def programme(self) -> Programme:
        return programme_of(self.category)


class ProductRelease(models.Model):
    """One version. `openstack_releases` are declared (`gazpacho`): greyed until measured."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="releases")
    version = models.CharField(max_length=40)
    released_on = models.DateField(null=True)
    openstack_releases = ArrayField(models.SlugField(max_length=20), default=list)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["product", "version"], name="release_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.product} {self.version}"


class ClaimedCloud(models.Model):
    """A cpid belongs to one product; a second product that claims it goes to review."""

    cpid = models.CharField(max_length=128, primary_key=True)
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="clouds")
    claimed_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.cpid} of {self.product}"
