"""A footprint: the API operations that a product was measured to use (`osi-footprint/1`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

FORMAT = "osi-footprint/1"


class Condition(StrEnum):
    """What the recorder did to the calls on purpose (Integration guideline, section 4.3)."""

    PLAIN = "plain"
    MOVED = "moved"
    BAD_CA = "bad-ca"
    EXPIRE = "expire"
    OLD_MV = "old-mv"
    SMALL_PAGES = "small-pages"
    FLAKY = "flaky"
    LIMITED = "limited"
    QUOTA = "quota"
    HALF_FAIL = "half-fail"


class Mode(StrEnum):
    """Whether the product ran in its default set-up or with options set."""

    DEFAULT = "default"
    OPTION = "option"


class Matched(StrEnum):
    """How a path became a template: by the operation table, by a rule of position (object store),
    as a root (nothing left of the path), or word by word because the table has no such row."""

    TABLE = "table"
    RULE = "rule"
    ROOT = "root"
    GENERIC = "generic"


@dataclass(frozen=True, slots=True)
class AuthUse:
    """One way in which tokens were asked for; `scope` is project, domain, system, trust, unscoped
    or implied."""

    methods: tuple[str, ...]
    scope: str
    roles: tuple[str, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Operation:
    """Equal calls, counted. `path` is a template (`/servers/{id}`). `action` is the first key of
    the body of an `/action` call, else empty. Microversions are empty where none was asked or
    answered. Seconds count from the footprint's start."""

    service: str
    api: str | None
    method: str
    path: str
    status: int
    count: int
    matched: Matched
    first_s: float
    last_s: float
    action: str = ""
    mv_asked: str = ""
    mv_answered: str = ""

    @property
    def succeeded(self) -> bool:
        return 200 <= self.status < 300


@dataclass(frozen=True, slots=True)
class Facts:
    """What the recorder saw beside the operations. `after_429_min_s` is None without a 429.
    `agents_declared` counts calls with a User-Agent of the product, `agents_other` the rest."""

    next_links: int
    auth_identities: int
    retries_after_5xx: int
    after_429_min_s: float | None = None
    agents_declared: int = 0
    agents_other: int = 0


@dataclass(frozen=True, slots=True)
class Footprint:
    """`started` and `ended` are RFC 3339, UTC. `mv_floor` maps a service to the lowest maximum with
    which the product still worked. `operations` are sorted, one per distinct key."""

    nonce: str
    recorder_version: str
    table_sha256: str
    product: str
    product_version: str
    user_agents: tuple[str, ...]
    cloud_release: str
    condition: Condition
    mode: Mode
    started: str
    ended: str
    auth: tuple[AuthUse, ...]
    operations: tuple[Operation, ...]
    facts: Facts
    requests: int
    unknown: int
    mv_floor: Mapping[str, str]
    request_ids_sha256: tuple[str, ...] = ()


class FootprintRefused(ValueError):
    """No footprint, or one that cannot be believed. `code` is stable, `place` a JSON path."""

    def __init__(self, code: str, message: str, place: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.place = place
