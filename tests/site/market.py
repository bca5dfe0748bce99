"""A small market, made through the operations that people trigger."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils import timezone

from certification.models import Certificate, Guideline, Run
from certification.operations.intake import receive_run
from certification.operations.review import approve
from certification.operations.submissions import draft_submission, issue_challenge, submit
from marketplace.catalogue.models import Product, ProductRelease, User, Vendor
from marketplace.catalogue.products import create_product, create_release
from marketplace.catalogue.vendors import create_vendor
from tests.factories import LIMIT, in_force, new_evidence, person, subunit, work_off


@dataclass
class Market:
    """One guideline in force with the target `compute`, its tests `a` and `b`; one reviewer."""

    guideline: Guideline = field(default_factory=lambda: in_force("2031.06", "a", "b"))
    reviewer: User = field(default_factory=lambda: person("Rae", staff_role="reviewer"))
    admin: User = field(default_factory=lambda: person("Ada", staff_role="admin"))

    def vendor(self, name: str = "Kelp") -> Vendor:
        """With an owner of its own: whoever works for one vendor uploads for it."""
        return Vendor.objects.filter(name=name).first() or create_vendor(
            name=name, by=person(f"{name}-owner")
        )

    def owner(self, of: Product) -> User:
        return of.vendor.memberships.get(role="owner").user

    def product(
        self, name: str = "Tarn Cloud", category: str = "distribution", vendor: str = "Kelp"
    ) -> Product:
        made = self.vendor(vendor)
        return create_product(
            vendor=made,
            name=name,
            category=category,
            sentence=f"{name} for everybody.",
            by=made.memberships.get().user,
        )

    def release(self, product: Product, version: str = "4.2") -> ProductRelease:
        return create_release(
            product=product,
            version=version,
            openstack_releases=["gazpacho"],
            by=self.owner(product),
        )

    def certified(
        self,
        release: ProductRelease,
        *,
        target: str = "compute",
        challenged: bool = False,
        days_ago: int = 0,
    ) -> Certificate:
        """As the owner and the reviewer do it; `days_ago` as the demo's loader does it."""
        at = timezone.now() - timedelta(days=days_ago) if days_ago else None
        owner = self.owner(release.product)
        run = self.passing_run(release, challenged=challenged, at=at)
        asked = draft_submission(
            release=release,
            run=run,
            guideline=self.guideline,
            target=target,
            openstack_release="gazpacho",
            by=owner,
            at=at,
        )
        submit(submission=asked, by=owner, at=at)
        return approve(submission=asked, by=self.reviewer, reason="Looked at.", at=at)

    def passing_run(
        self, release: ProductRelease, *, challenged: bool = False, at: datetime | None = None
    ) -> Run:
        owner, nonce = self.owner(release.product), ""
        if challenged:
            nonce = issue_challenge(
                release=release, guideline=self.guideline, by=owner, at=at
            ).nonce
        raw = subunit(a="success", b="success") + new_evidence()
        run = receive_run(
            chunks=[raw], limit=LIMIT, via=Run.Via.API, by=owner, nonce=nonce, at=at
        ).run
        work_off()
        run.refresh_from_db()
        return run
