"""What people of the invented vendors ask, doubt and follow at other vendors."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from zlib import crc32

from django.db.models import QuerySet

from marketplace.catalogue.asking import ask_to_certify
from marketplace.catalogue.models import ClaimReport, Membership, Product, User
from marketplace.catalogue.past import in_the_past
from marketplace.catalogue.reporting import report_claim, settle_report
from marketplace.catalogue.watching import watch
from marketplace.site.demo.concluding import Cast

Finding = ClaimReport.Finding

#: Product, target, and how many people ask for it.
DEMANDS = (
    ("Halcyra Cloud", "platform", 14),
    ("Halcyra Cloud", "compute", 5),
    ("Reedbed Private", "platform", 9),
    ("Ferrostack", "platform", 7),
    ("Kelpline Public Cloud", "shared_file_system", 11),
    ("Kelpline Public Cloud", "load_balancer", 6),
    ("Kelpline Objects", "platform", 2),
    ("Kelpline Blueprints", "connected", 8),
    ("Wyrmstack", "compute", 4),
    ("Quill Cloud", "compute", 3),
    ("Greywacke Small", "integrated", 6),
    ("Yarrow Rewind", "connected", 5),
    ("Fallow Plan", "connected", 10),
    ("Saltcote Watch", "native", 2),
)
#: The oldest request is so many days old; the rest are spread until today.
_ASKED_WITHIN_DAYS = 70


@dataclass(frozen=True, slots=True)
class _Report:
    product: str
    text: str
    days_ago: int
    finding: str = ""
    outcome: str = ""


REPORTS = (
    _Report(
        "Marrowstone Basic",
        "The page says data centres in four countries. Two of the four addresses are of a company "
        "that rents out desks.",
        4,
    ),
    _Report(
        "Yarrow Cold Store",
        "It says support around the clock. We called three nights in a row; nobody answered.",
        1,
    ),
    _Report(
        "Wendel Rooms",
        "The price list that the page links to is of last year; rooms cost twice as much today.",
        34,
        Finding.UPHELD,
        "The list was out of date. The vendor has put the new one in its place.",
    ),
    _Report(
        "Halcyra Buckets",
        "They call themselves open source, and I find no source anywhere.",
        21,
        Finding.DISMISSED,
        "The page does not say so: the box is not set and never was, as its editions show.",
    ),
)
#: What the demo's vendor login follows.
WATCHED = ("Marrowstone", "Halcyra Cloud", "Greywacke")
_SETTLED_AFTER = timedelta(days=2)


def enter_voices(*, cast: Cast, watcher: User, now: datetime) -> None:
    """A second time changes nothing. Products that are not listed are passed over."""
    for name, target, people in DEMANDS:
        for product in _called(name):
            _ask(product, target, people, now)
    for told in REPORTS:
        for product in _called(told.product):
            _report(product, told, cast, now)
    for name in WATCHED:
        for product in _called(name):
            watch(what=product, by=watcher)


def _called(name: str) -> QuerySet[Product]:
    return Product.objects.filter(name=name).select_related("vendor")


def _ask(product: Product, target: str, people: int, now: datetime) -> None:
    for number, person in enumerate(islice(_others(product), people)):
        age = timedelta(days=_ASKED_WITHIN_DAYS * number / people, hours=2)
        with in_the_past(now - age):
            ask_to_certify(product=product, target=target, by=person)


def _report(product: Product, told: _Report, cast: Cast, now: datetime) -> None:
    if product.reports.exists():
        return
    person = next(_others(product), cast.critic)
    with in_the_past(now - timedelta(days=told.days_ago)):
        report = report_claim(product=product, text=told.text, by=person)
    if told.finding:
        with in_the_past(now - timedelta(days=told.days_ago) + _SETTLED_AFTER):
            settle_report(
                report=report, finding=told.finding, outcome=told.outcome, by=cast.reviewer
            )


def _others(product: Product) -> Iterator[User]:
    """People of other vendors, from somewhere in their list on, once round: not always the same
    ones."""
    members = Membership.objects.filter(vendor=product.vendor).values("user")
    people = User.objects.filter(memberships__isnull=False, is_active=True)
    found = list(people.exclude(pk__in=members).distinct().order_by("pk"))
    begin = crc32(product.name.encode()) % len(found) if found else 0
    return iter(found[begin:] + found[:begin])
