"""Markets of any size for the benches: every third product certified, another measured.

The first 2,000 are made by Django, the others are copied within the database.
"""

from __future__ import annotations

import hashlib
import random
import uuid
from datetime import timedelta

from django.db import connection
from django.db.models import Model
from django.utils import timezone

from certification.models import Certificate, IntegrationStanding, Submission
from marketplace.catalogue.models import Category, Product, ProductRelease, Region, Vendor
from marketplace.site.measured_choices import rules, service_choices
from tests.site.market import Market

PER_VENDOR = 20
PORTION = 2_000
_WORDS = ("cloud", "kubernetes", "backup", "gate", "storage", "monitor", "network", "ledger")
_MODES = ("served", "optional", "parallel", "not-proved", "not-applicable")


class Filling:
    """The first certificate goes through the operations; the others are like it."""

    def __init__(self) -> None:
        market = Market()
        self.first = market.certified(market.release(market.product("First Cloud")))
        self.dice = random.Random(20261121)
        self.there = 1
        self.services = [value for value, _ in service_choices()]
        self.passed = list(rules().capabilities)
        self.concerns = [one.id for one in rules().concerns]

    def fill_up_to(self, size: int) -> None:
        """Whole thousands of PORTION."""
        if self.there < PORTION:
            self._add(range(self.there, PORTION))
        copies = range(self.there // PORTION, size // PORTION)
        if copies:
            _copy(copies)
            self.there = copies.stop * PORTION

    def _add(self, numbers: range) -> None:
        vendors = Vendor.objects.bulk_create(
            Vendor(name=f"Vendor {n} {self.dice.choice(_WORDS)}", slug=f"vendor-{n}")
            for n in numbers[::PER_VENDOR]
        )
        products = Product.objects.bulk_create(
            Product(
                vendor=vendors[at // PER_VENDOR],
                slug=f"product-{n}",
                name=f"Product {n} {self.dice.choice(_WORDS).title()}",
                category=self.dice.choice(Category.values),
                sentence=f"Keeps {self.dice.choice(_WORDS)} and {self.dice.choice(_WORDS)} apart.",
                regions=self.dice.sample(Region.values, 2),
                open_source=n % 2 == 0,
            )
            for at, n in enumerate(numbers)
        )
        releases = ProductRelease.objects.bulk_create(
            ProductRelease(product=one, version="1", openstack_releases=["gazpacho", "flamingo"])
            for one in products
        )
        self._certify(releases[::3])
        self._measure(releases[1::3])
        self.there = numbers.stop

    def _certify(self, releases: list[ProductRelease]) -> None:
        like = self.first
        submissions = Submission.objects.bulk_create(
            Submission(
                release=release,
                run=like.run,
                guideline=like.guideline,
                target=like.target,
                openstack_release=like.openstack_release,
                state=Submission.State.WITHDRAWN,
                created_by=like.submission.created_by,
            )
            for release in releases
        )
        Certificate.objects.bulk_create(self._certificate(one) for one in submissions)

    def _certificate(self, submission: Submission) -> Certificate:
        mark = uuid.uuid4()
        return Certificate(
            id=mark,
            number=f"HM-2031-{submission.pk:06}",
            submission=submission,
            release=submission.release,
            guideline=submission.guideline,
            run=submission.run,
            target=submission.target,
            openstack_release=submission.openstack_release,
            assurance=self.dice.choice(Certificate.Assurance.values),
            statement=b"{}",
            statement_sha256=hashlib.sha256(mark.bytes).hexdigest(),
            descriptor=b"{}",
            issued_at=timezone.now(),
            valid_until=timezone.now() + timedelta(days=365),
        )

    def _measure(self, releases: list[ProductRelease]) -> None:
        IntegrationStanding.objects.bulk_create(
            IntegrationStanding(
                release=release,
                guideline=self.first.guideline,
                level=self.dice.choice(["listed", "connected", "integrated", "native"]),
                evidence_class=self.dice.randint(1, 3),
                figure=50,
                evaluation_digest="0" * 64,
                document={},
                services=self.dice.sample(self.services, 6),
                passed=self.dice.sample(self.passed, 12),
                measured_on=["gazpacho"],
                concerns={one: self.dice.choice(_MODES) for one in self.concerns},
                newest_run_at=timezone.now(),
            )
            for release in releases
        )


_STRIDE = 2_100
#: A word that no other product has, beside those that many have.
_OWN_WORD = "translate(substr(md5({id}::text || {k}), 1, 7), '0123456789', 'ghijklmnop')"
#: By model: the columns that are not copied as they are. `k` is the number of the copy.
_COPIED: dict[type[Model], dict[str, str]] = {
    Vendor: {
        "id": "one.id + k * {stride}",
        "name": "one.name || ' ' || k",
        "slug": "one.slug || '-' || k",
    },
    Product: {
        "id": "one.id + k * {stride}",
        "vendor_id": "one.vendor_id + k * {stride}",
        "slug": "one.slug || '-' || k",
        "name": f"initcap({_OWN_WORD.format(id='one.id', k='k')}) || ' ' || one.name || ' ' || k",
    },
    ProductRelease: {
        "id": "one.id + k * {stride}",
        "product_id": "one.product_id + k * {stride}",
    },
    Submission: {
        "id": "one.id + k * {stride}",
        "release_id": "one.release_id + k * {stride}",
    },
    Certificate: {
        "id": "gen_random_uuid()",
        "number": "'HM-9' || lpad(k::text, 4, '0') || '-' || right(one.number, 6)",
        "submission_id": "one.submission_id + k * {stride}",
        "release_id": "one.release_id + k * {stride}",
        "statement_sha256": "encode(sha256((one.id::text || k)::bytea), 'hex')",
    },
    IntegrationStanding: {"release_id": "one.release_id + k * {stride}"},
}


def _copy(copies: range) -> None:
    """What is copied are the first 2,000, so many times."""
    with connection.cursor() as cursor:
        for model, changed in _COPIED.items():
            cursor.execute(_copying(model, changed, copies))
        cursor.execute("ANALYZE")


def _copying(model: type[Model], changed: dict[str, str], copies: range) -> str:
    table = model._meta.db_table
    columns = [str(field.column) for field in model._meta.local_concrete_fields]
    values = ", ".join(changed.get(one, f"one.{one}").format(stride=_STRIDE) for one in columns)
    first = "one.release_id" if "release_id" in columns else "one.id"
    return (
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM {table} AS one, "
        f"generate_series({copies.start}, {copies.stop - 1}) AS k WHERE {first} < {_STRIDE}"
    )
