"""The shape in which the invented market is told: vendors, products, releases, attempts.

Days count back from the moment at which the demo is filled.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from marketplace.catalogue.models import Category


class Outcome(StrEnum):
    """How far an attempt comes. Who decides, a policy rule or a person, follows from the rules."""

    UPLOADED = "uploaded"
    DRAFTED = "drafted"
    NOT_CERTIFIABLE = "handed in and refused by the rules"
    WAITING = "waiting in the queue"
    IN_REVIEW = "in review"
    CHANGES_ASKED = "changes asked"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    APPROVED = "approved"


class Turn(StrEnum):
    """What becomes of a certificate later."""

    NONE = "none"
    SUSPENDED = "suspended"
    REINSTATED = "suspended, then reinstated"
    REVOKED = "revoked"
    DISPUTED = "disputed"


@dataclass(frozen=True, slots=True)
class Said:
    """A message about an open submission, so many hours after a reviewer turned to it."""

    by_vendor: bool
    text: str
    hours: int


@dataclass(frozen=True, slots=True)
class AppealStory:
    """Against a rejection. `granted` is None while nobody settled it; granted, the submission is
    approved by who granted it, in the words of the finding."""

    days_ago: int
    reason: str
    granted: bool | None = None
    settled_days_ago: int = 0
    finding: str = ""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One run and what was made of it.

    `failed`, `skipped` and `missing` count tests that the target requires. `stale_days` is how long
    before the upload the tests ran. `waived` is the public reason for waiving what is short, for
    another `waived_days`. `whole_ms`: each time was rounded, as no runner does. `rerun_days`: so
    many days later some tests, with all that were short, were run again and passed; the two runs
    are handed in as one claim.
    """

    target: str
    openstack: str
    days_ago: int
    outcome: Outcome = Outcome.APPROVED
    challenged: bool = True
    failed: int = 0
    skipped: int = 0
    missing: int = 0
    ready_for_next: bool = False
    passes_only: bool = False
    stale_days: int = 0
    waived: str = ""
    waived_days: int = 120
    reason: str = ""
    turn: Turn = Turn.NONE
    turn_days_ago: int = 0
    turn_reason: str = ""
    whole_ms: bool = False
    rerun_days: int = 0
    said: tuple[Said, ...] = ()
    appeal: AppealStory | None = None


@dataclass(frozen=True, slots=True)
class KitRun:
    """One run of the test kit: it passes what `level` requires, and `also`, without `failed` (with
    the reason of each). `version` is the product's where it is not the release's own. `live`: a
    reviewer saw it in the operator's log."""

    openstack: str
    days_ago: int
    level: str
    also: tuple[str, ...] = ()
    failed: tuple[tuple[str, str], ...] = ()
    version: str = ""
    cloud: str = "Ostermoor"
    floating: bool = True
    option: bool = False
    challenged: bool = True
    live: bool = False


@dataclass(frozen=True, slots=True)
class IntegrationStory:
    """How a release was measured, and which level (if any) was asked for on which OpenStack."""

    profile: str
    primary: str
    runs: tuple[KitRun, ...] = ()
    asks: str = ""
    openstack: str = ""
    outcome: Outcome = Outcome.APPROVED
    claims: tuple[str, ...] = ()
    not_applicable: tuple[tuple[str, str], ...] = ()
    has_logins: bool = True


@dataclass(frozen=True, slots=True)
class ReleaseStory:
    version: str
    openstack: tuple[str, ...]
    days_ago: int
    attempts: tuple[Attempt, ...] = ()
    integration: IntegrationStory | None = None


@dataclass(frozen=True, slots=True)
class ProductStory:
    name: str
    category: Category
    sentence: str
    releases: tuple[ReleaseStory, ...]
    open_source: bool = False


@dataclass(frozen=True, slots=True)
class VendorStory:
    """`proven`: staff has seen that the domain is the vendor's."""

    name: str
    domain: str
    owner: str
    products: tuple[ProductStory, ...]
    proven: bool = True


@dataclass(frozen=True, slots=True)
class Market:
    vendors: tuple[VendorStory, ...]

    @property
    def products(self) -> tuple[tuple[VendorStory, ProductStory], ...]:
        return tuple((vendor, product) for vendor in self.vendors for product in vendor.products)
