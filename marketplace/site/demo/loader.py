"""Filling the demo catalogue with the operations that people trigger, product by product.

A product that was filled is noted in the audit trail and never touched again, whatever visitors of
the trial do to it; one that a kill left half done goes on where it stopped.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import connection, transaction

from certification.models import Guideline, Run
from certification.operations.certificates import expire_certificates
from certification.operations.moment import moment
from marketplace.catalogue import audit
from marketplace.catalogue.models import AuditEvent, Product, User
from marketplace.site.demo.concluding import Cast, conclude
from marketplace.site.demo.entering import Entered, enter_product, enter_releases, enter_vendor
from marketplace.site.demo.guidelines import IN_FORCE, INTEGRATION
from marketplace.site.demo.market import Market, ProductStory, VendorStory
from marketplace.site.demo.measuring import Measured, conclude_measured, measure
from marketplace.site.demo.people import DemoRefused, create_logins
from marketplace.site.demo.voices import enter_voices

FILLED = "demo.product-filled"
#: Products whose runs are uploaded while earlier ones are judged: enough that the worker is never
#: idle, few enough that a visitor's own run does not wait behind the whole market.
AHEAD = 4
LOCK = 4_711_010
JUDGES = (IN_FORCE, INTEGRATION)


@dataclass(frozen=True, slots=True)
class _Judges:
    """The guidelines by which the market is certified, in the order of `JUDGES`."""

    powered: Guideline
    integration: Guideline


class DemoStuck(RuntimeError):
    """A simulated run could not be judged."""

    code = "demo-stuck"


@dataclass(frozen=True, slots=True)
class _Pending:
    """A listed product whose runs are on their way through the worker."""

    key: str
    product: Product
    entered: tuple[Entered, ...]
    measured: tuple[Measured, ...]

    @property
    def runs(self) -> list[Run]:
        bundles = [run for measured in self.measured for run in measured.runs]
        return [*(run for entered in self.entered for run in entered.runs), *bundles]


class Loader:
    """`idle` is called again and again while runs wait for their verdicts; `say` takes lines."""

    def __init__(self, market: Market, *, say: Callable[[str], None], idle: Callable[[], object]):
        self._market = market
        self._say = say
        self._idle = idle

    def fill(self) -> int:
        """Fill what is not filled yet; gives how many products that were.

        Raises DemoRefused in production, StoryBroken, DemoStuck.
        """
        if settings.PRODUCTION:
            raise DemoRefused("The demo catalogue is never made in production.")
        done = set(AuditEvent.objects.filter(verb=FILLED).values_list("facts__story", flat=True))
        wanted = [
            (vendor, product)
            for vendor, product in self._market.products
            if _key(vendor, product) not in done
        ]
        if wanted and self._alone():
            self._fill(wanted)
            return len(wanted)
        return 0

    def _alone(self) -> bool:
        """Held until the connection ends: two loaders would upload everything twice."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
            return bool(cursor.fetchone()[0])

    def _fill(self, wanted: list[tuple[VendorStory, ProductStory]]) -> None:
        cast, now = _cast(), moment(None)
        judges = _Judges(*(Guideline.objects.get(document_id=one) for one in JUDGES))
        waiting: deque[_Pending] = deque()
        left = len(wanted)
        for vendor, product in wanted:
            waiting.append(_enter(vendor, product, cast, judges, now))
            if len(waiting) > AHEAD:
                left = self._conclude(waiting.popleft(), cast, judges, now, left)
        while waiting:
            left = self._conclude(waiting.popleft(), cast, judges, now, left)
        enter_voices(cast=cast, watcher=cast.critic, now=now)
        expire_certificates()

    def _conclude(
        self, pending: _Pending, cast: Cast, judges: _Judges, now: datetime, left: int
    ) -> int:
        self._await(pending.runs)
        for run in pending.runs:
            run.refresh_from_db()
        for entered in pending.entered:
            conclude(entered, cast=cast, guideline=judges.powered, now=now)
        for measured in pending.measured:
            conclude_measured(measured, cast=cast, guideline=judges.integration, now=now)
        with transaction.atomic():
            audit.record(FILLED, pending.product, actor=audit.SYSTEM, story=pending.key)
        total = len(self._market.products)
        self._say(f"{total - left + 1} of {total} products: {pending.product}")
        return left - 1

    def _await(self, runs: list[Run]) -> None:
        keys = [run.pk for run in runs]
        open_states = (Run.State.RECEIVED, Run.State.VERIFYING)
        while Run.objects.filter(pk__in=keys, state__in=open_states).exists():
            self._idle()
        lost = Run.objects.filter(pk__in=keys).exclude(state=Run.State.VERIFIED).first()
        if lost is not None:
            raise DemoStuck(f"{lost} ({lost.file_name}) was not judged: {lost.fault_text}")


def _enter(
    vendor_story: VendorStory,
    story: ProductStory,
    cast: Cast,
    judges: _Judges,
    now: datetime,
) -> _Pending:
    vendor, owner = enter_vendor(vendor_story, admin=cast.admins[0], now=now)
    product = enter_product(story, vendor=vendor, owner=owner, now=now)
    entered = tuple(enter_releases(product, story, owner=owner, guideline=judges.powered, now=now))
    measured = _measure(product, story, owner, judges.integration, now)
    return _Pending(_key(vendor_story, story), product, entered, tuple(measured))


def _measure(
    product: Product, story: ProductStory, owner: User, guideline: Guideline, now: datetime
) -> Iterator[Measured]:
    for told in story.releases:
        if told.integration is not None:
            release = product.releases.get(version=told.version)
            yield measure(release, told.integration, owner=owner, guideline=guideline, now=now)


def _cast() -> Cast:
    people = create_logins()
    [reviewer] = [person for person in people if person.staff_role == User.StaffRole.REVIEWER]
    first, second = (p for p in people if p.staff_role == User.StaffRole.ADMIN)
    critic = next(person for person in people if not person.staff_role)
    return Cast(reviewer, (first, second), critic)


def _key(vendor: VendorStory, product: ProductStory) -> str:
    return f"{vendor.name}/{product.name}"
