"""Bringing an invented vendor to the point where its runs are in: sign up, list, upload.

Each step looks first whether it was taken before, so that a start after a kill goes on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.text import slugify

from certification.models import Guideline, Run
from certification.operations.intake import receive_run
from certification.operations.submissions import issue_challenge
from marketplace.catalogue.models import Membership, Product, ProductRelease, User, Vendor
from marketplace.catalogue.past import in_the_past
from marketplace.catalogue.products import create_product, create_release
from marketplace.catalogue.vendors import confirm_domain, create_vendor, sign_up
from marketplace.site.demo.market import (
    Attempt,
    ProductStory,
    ReleaseStory,
    VendorStory,
    declared_of,
)
from marketplace.site.demo.people import PASSWORD
from marketplace.site.demo.publishing import FORMER_SENTENCES, publish_words
from marketplace.site.demo.scripts import rerun_script, script_of
from marketplace.site.demo.simulation import Script, simulated_passes, simulated_run

TESTING = timedelta(hours=3)
CHALLENGED_BEFORE = timedelta(hours=4)
LISTED_AFTER = timedelta(hours=30)
JOINED_BEFORE = timedelta(days=9)


@dataclass(frozen=True, slots=True)
class Entered:
    """One attempt whose runs have been received. `joined` are those before `run`, the last one."""

    attempt: Attempt
    release: ProductRelease
    run: Run
    owner: User
    joined: tuple[Run, ...] = ()

    @property
    def runs(self) -> tuple[Run, ...]:
        return (*self.joined, self.run)

    @property
    def cloud(self) -> str:
        return cloud_of(self.release)

    @property
    def short(self) -> list[str]:
        """Names of the tests that failed although the target requires them."""
        return sorted(script_of(self.attempt, self.cloud).failed)


def cloud_of(release: ProductRelease) -> str:
    return f"{release.product.vendor.slug}/{release.product.slug}"


def joined_at(story: VendorStory, now: datetime) -> datetime:
    """Before its first product was listed."""
    return min(listed_at(product, now) for product in story.products) - JOINED_BEFORE


def listed_at(story: ProductStory, now: datetime) -> datetime:
    """A little after its first release."""
    return now - timedelta(days=max(release.days_ago for release in story.releases)) + LISTED_AFTER


def enter_vendor(story: VendorStory, *, admin: User, now: datetime) -> tuple[Vendor, User]:
    """The vendor and its owner."""
    with in_the_past(joined_at(story, now)):
        return _enter_vendor(story, admin)


def _enter_vendor(story: VendorStory, admin: User) -> tuple[Vendor, User]:
    vendor = Vendor.objects.filter(slug=slugify(story.name)).first()
    if vendor is None:
        owner = _person(story.owner, f"{story.owner.split()[0].lower()}@{story.domain}")
        vendor = create_vendor(name=story.name, by=owner, website=f"https://{story.domain}/")
    else:
        owners = vendor.memberships.filter(role=Membership.Role.OWNER).order_by("pk")
        owner = owners.select_related("user")[0].user
    if story.proven and vendor.domain_proven_at is None:
        vendor = confirm_domain(vendor=vendor, domain=story.domain, by=admin)
    return vendor, owner


def _person(name: str, email: str) -> User:
    known = User.objects.filter(email=email).first()
    return known or sign_up(email=email, password=PASSWORD, display_name=name)


def enter_product(story: ProductStory, *, vendor: Vendor, owner: User, now: datetime) -> Product:
    """With all that its page says."""
    at = listed_at(story, now)
    with in_the_past(at):
        product = _listed(story, vendor, owner)
    publish_words(product, story, owner=owner, listed_at=at, now=now)
    return product


def _listed(story: ProductStory, vendor: Vendor, owner: User) -> Product:
    known = Product.objects.filter(vendor=vendor, slug=slugify(story.name)).first()
    declared = declared_of(story.name)
    return known or create_product(
        vendor=vendor,
        name=story.name,
        category=story.category,
        sentence=FORMER_SENTENCES.get(story.name, story.sentence),
        website=f"{vendor.website}{slugify(story.name)}/" if vendor.website else "",
        open_source=story.open_source,
        regions=declared.regions,
        deployment=declared.deployment,
        facts=declared.facts(story.category),
        by=owner,
    )


def enter_releases(
    product: Product, story: ProductStory, *, owner: User, guideline: Guideline, now: datetime
) -> Iterator[Entered]:
    """List the releases, and upload a run for each of their attempts."""
    for told in story.releases:
        with in_the_past(max(now - timedelta(days=told.days_ago), listed_at(story, now))):
            release = _release(product, told, owner, now)
        for number, attempt in enumerate(told.attempts):
            tries = [_Try(attempt, release, number)]
            if attempt.rerun_days:
                tries.append(_Try(attempt, release, number, is_rerun=True))
            runs = [_received(one, owner=owner, guideline=guideline, now=now) for one in tries]
            yield Entered(attempt, release, runs[-1], owner, tuple(runs[:-1]))


@dataclass(frozen=True, slots=True)
class _Try:
    """One run of an attempt: the first one, or a rerun of some tests."""

    attempt: Attempt
    release: ProductRelease
    number: int
    is_rerun: bool = False

    @property
    def days_ago(self) -> int:
        return self.attempt.days_ago - (self.attempt.rerun_days if self.is_rerun else 0)

    @property
    def script(self) -> Script:
        script = rerun_script if self.is_rerun else script_of
        return script(self.attempt, cloud_of(self.release))

    @property
    def file_name(self) -> str:
        again = " again" if self.is_rerun else ""
        release, number = self.release, self.number + 1
        words = f"{release.product.slug} {release.version} {self.attempt.target} {number}{again}"
        ending = "json" if self.attempt.passes_only else "subunit.gz"
        return f"{slugify(words.replace('.', '-'))}.{ending}"


def _received(one: _Try, *, owner: User, guideline: Guideline, now: datetime) -> Run:
    known = Run.objects.filter(vendor=one.release.product.vendor, file_name=one.file_name).first()
    return known or _upload(one, owner=owner, guideline=guideline, now=now)


def _release(product: Product, told: ReleaseStory, owner: User, now: datetime) -> ProductRelease:
    known = ProductRelease.objects.filter(product=product, version=told.version).first()
    return known or create_release(
        product=product,
        version=told.version,
        openstack_releases=list(told.openstack),
        released_on=(now - timedelta(days=told.days_ago)).date(),
        by=owner,
    )


def _upload(one: _Try, *, owner: User, guideline: Guideline, now: datetime) -> Run:
    received_at, passes_only = now - timedelta(days=one.days_ago), one.attempt.passes_only
    nonce = ""
    if one.attempt.challenged and not passes_only:
        nonce = issue_challenge(
            release=one.release, guideline=guideline, by=owner, at=received_at - CHALLENGED_BEFORE
        ).nonce
    with in_the_past(received_at):
        return receive_run(
            chunks=[_evidence(one, received_at)],
            limit=settings.EVIDENCE_WIRE_BYTES,
            via=Run.Via.REFSTACK if passes_only else Run.Via.API,
            by=owner,
            file_name=one.file_name,
            nonce=nonce,
            at=received_at,
        ).run


def _evidence(one: _Try, received_at: datetime) -> bytes:
    cloud = cloud_of(one.release)
    if one.attempt.passes_only:
        return simulated_passes(
            one.script, cpid=slugify(cloud.replace("/", "-")), run=one.file_name
        )
    return simulated_run(
        one.script,
        cloud=cloud,
        run=one.file_name,
        began_at=received_at - TESTING - timedelta(days=one.attempt.stale_days),
    )
