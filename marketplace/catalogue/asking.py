"""People ask a vendor to have a product certified; the vendor sees how many do."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.db.models import Count, Max, QuerySet
from django.db.models.functions import Now

from marketplace.catalogue import audit
from marketplace.catalogue.models import CertificationRequest, Product, Programme, User, Vendor
from marketplace.catalogue.past import past
from marketplace.catalogue.policy import is_member
from marketplace.catalogue.programme_settings import programme_settings
from marketplace.catalogue.programme_vocabulary import Setting
from marketplace.catalogue.refusals import CatalogueRefused

#: What one may ask for, by programme, the least first.
ASKABLE: dict[Programme, tuple[str, ...]] = {
    Programme.POWERED: (
        "compute",
        "object",
        "platform",
        "dns",
        "orchestration",
        "shared_file_system",
        "load_balancer",
        "key_manager",
    ),
    Programme.INTEGRATED: ("connected", "integrated", "native"),
    Programme.LISTED: (),
}
TREND = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Demand:
    """How many people ask for one target of one product, when the last one did, and how many came
    within the last 30 days and within the 30 before."""

    product: Product
    target: str
    people: int
    last_asked_at: datetime
    lately: int = 0
    before: int = 0


def ask_to_certify(*, product: Product, target: str, by: User) -> CertificationRequest:
    """A second time changes nothing. Raises CatalogueRefused."""
    if target not in ASKABLE[product.programme]:
        raise CatalogueRefused(
            "target-unknown", f"{product} cannot be certified for that. Choose from the list."
        )
    if is_member(by, product.vendor):
        raise CatalogueRefused("own-product", "You work for this vendor: others are counted here.")
    with transaction.atomic():
        # The person's row, so that two requests at once do not pass the limit together.
        User.objects.select_for_update().get(pk=by.pk)
        known = CertificationRequest.objects.filter(person=by, product=product, target=target)
        if found := known.first():
            return found
        today = CertificationRequest.objects.filter(
            person=by, asked_at__gt=Now() - timedelta(days=1)
        )
        most = programme_settings().number_of(Setting.REQUESTS_A_DAY)
        if today.count() >= most:
            raise CatalogueRefused(
                "request-limit", f"You asked {most} times within a day. Come back tomorrow."
            )
        made = CertificationRequest(person=by, product=product, target=target)
        if then := past():
            made.asked_at = then
        made.save()
        audit.record("certification.asked", product, actor=audit.actor_of(by), target=target)
    return made


def take_back(*, product: Product, target: str, by: User) -> bool:
    """False where the person did not ask for it."""
    with transaction.atomic():
        gone, _ = CertificationRequest.objects.filter(
            person=by, product=product, target=target
        ).delete()
        if gone:
            audit.record("certification.unasked", product, actor=audit.actor_of(by), target=target)
    return bool(gone)


def requests_for(vendor: Vendor) -> list[Demand]:
    """What people ask of the vendor, the most wanted first."""
    asked = CertificationRequest.objects.filter(product__vendor=vendor)
    products = {p.pk: p for p in Product.objects.filter(vendor=vendor).select_related("vendor")}
    lately = _counts(asked.filter(asked_at__gt=Now() - TREND))
    before = _counts(asked.filter(asked_at__gt=Now() - 2 * TREND, asked_at__lte=Now() - TREND))
    return [
        Demand(
            products[product],
            target,
            people,
            last,
            lately.get((product, target), 0),
            before.get((product, target), 0),
        )
        for product, target, people, last in _counted(asked)
    ]


def _counts(asked: QuerySet[CertificationRequest]) -> dict[tuple[int, str], int]:
    return {(product, target): people for product, target, people, _ in _counted(asked)}


def people_asking(product: Product, targets: Collection[str]) -> dict[str, int]:
    """How many ask for each of these targets, the most wanted first; those nobody wants are not
    there."""
    asked = CertificationRequest.objects.filter(product=product, target__in=targets)
    return {target: people for _, target, people, _ in _counted(asked)}


def asked_by(person: User | AnonymousUser, product: Product) -> set[str]:
    """The targets that the person asks for."""
    if not isinstance(person, User):
        return set()
    rows = CertificationRequest.objects.filter(person=person, product=product)
    return set(rows.values_list("target", flat=True))


def _counted(
    asked: QuerySet[CertificationRequest],
) -> Iterable[tuple[int, str, int, datetime]]:
    """Product, target, people, the last day; the most wanted first."""
    groups = asked.values("product", "target").annotate(people=Count("pk"), last=Max("asked_at"))
    for group in groups.order_by("-people", "product__name", "target"):
        yield group["product"], group["target"], group["people"], group["last"]
