"""Markets of any size for `benches.catalogue`: every third product certified, another measured."""

from __future__ import annotations

import hashlib
import random
import uuid
from datetime import timedelta

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
        while self.there < size:
            self._add(range(self.there, min(self.there + PORTION, size)))

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
