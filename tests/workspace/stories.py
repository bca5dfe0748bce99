"""A vendor with a release to certify, and the staff who decide, made by the same operations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.test import Client

from certification.models import Certificate, Guideline, Run, Submission
from certification.operations.review import approve
from certification.operations.submissions import draft_submission, submit
from marketplace.catalogue.models import Product, ProductRelease, User, Vendor
from marketplace.catalogue.products import create_product, create_release
from marketplace.catalogue.vendors import create_vendor
from tests.factories import in_force, judged, person, subunit
from tests.site.conftest import signed_in


@dataclass(frozen=True)
class Story:
    owner: User
    vendor: Vendor
    product: Product
    release: ProductRelease
    guideline: Guideline

    @property
    def client(self) -> Client:
        return signed_in(self.owner)

    def passing_run(self) -> Run:
        return judged(subunit(a="success", b="success"), by=self.owner)

    def short_run(self) -> Run:
        return judged(subunit(a="success", b="failure"), by=self.owner)

    def draft(self, run: Run | None = None) -> Submission:
        return draft_submission(
            release=self.release,
            run=run or self.passing_run(),
            guideline=self.guideline,
            target="compute",
            openstack_release="gazpacho",
            by=self.owner,
        )

    def submitted(self, run: Run | None = None, **how: Any) -> Submission:
        return submit(submission=self.draft(run), by=self.owner, **how)

    def certified(self) -> Certificate:
        reviewer = person("Rev", staff_role="reviewer")
        return approve(submission=self.submitted(), by=reviewer, reason="It passes.")


def story(name: str = "Kelp") -> Story:
    """The guideline 2031.06 is in force; its target `compute` needs the tests a and b."""
    owner = person("Ann")
    vendor = create_vendor(name=name, by=owner)
    product = create_product(
        vendor=vendor,
        name=f"{name} Cloud",
        category="distribution",
        sentence="A cloud in a box.",
        by=owner,
    )
    release = create_release(
        product=product, version="9.1", openstack_releases=["gazpacho"], by=owner
    )
    guideline = Guideline.objects.filter(document_id="2031.06", state="approved").first()
    return Story(owner, vendor, product, release, guideline or in_force("2031.06", "a", "b"))


def aim(told: Story, **changes: str) -> dict[str, str]:
    """What the form to tie a run sends."""
    return {
        "aim": f"{told.guideline.pk}:compute",
        "openstack_release": "gazpacho",
        "note": "",
    } | changes
