"""Integration levels as data: the rules of a guideline, what is measured, what follows from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from fractions import Fraction
from typing import Any

from certification.engine.canonical import canonical_bytes, digest_of
from certification.engine.footprint.model import Footprint, Mode
from certification.engine.guideline.model import Guideline
from certification.engine.report import TestState


class Level(IntEnum):
    """In order: a higher level has all that the lower ones have."""

    LISTED = 0
    CONNECTED = 1
    INTEGRATED = 2
    NATIVE = 3

    @property
    def word(self) -> str:
        """`connected`: the name of the guideline's target."""
        return self.name.lower()


class EvidenceClass(IntEnum):
    """E1 to E3: the one scale of assurance."""

    SELF_REPORTED = 1
    CHALLENGED = 2
    LIVE = 3

    @property
    def word(self) -> str:
        return self.name.lower().replace("_", "-")


class Need(StrEnum):
    """What a level says of a capability."""

    REQUIRED = "required"
    ADVISORY = "advisory"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class CapabilityRule:
    """One row of table 3. `needs` holds each level from Connected on. `passes_when` is for people;
    `condition` is the footprint condition as the guideline writes it (JSON data), None where the
    test alone decides; `condition_words` the same for people; `hint` is what a vendor should do."""

    id: str
    axis: str
    passes_when: str
    needs: Mapping[Level, Need]
    condition: Mapping[str, Any] | None
    condition_words: str
    hint: str
    idempotent_id: str
    flagged: bool = False


@dataclass(frozen=True, slots=True)
class AxisRule:
    """`service` is the service type that an axis stands for, empty for axes without one; `also`
    are further ones (telemetry has several). `core` axes are never not applicable as a whole."""

    id: str
    title: str
    service: str
    core: bool
    also: tuple[str, ...] = ()

    @property
    def services(self) -> frozenset[str]:
        return frozenset(filter(None, (self.service, *self.also)))


@dataclass(frozen=True, slots=True)
class ConcernRule:
    """What a buyer asks about: `user identity and rights`. `served_by` names OpenStack's answer."""

    id: str
    title: str
    weight: int
    capabilities: tuple[str, ...]
    served_by: str


@dataclass(frozen=True, slots=True)
class ProfileRule:
    """A kind of product. `primary` are the service types of which one is its primary service;
    `may_be_na` the axes that may be not applicable without a reviewer, by primary service
    (key "" holds those that do not depend on it)."""

    id: str
    title: str
    primary: tuple[str, ...]
    may_be_na: Mapping[str, tuple[str, ...]]
    category: str


@dataclass(frozen=True, slots=True)
class LevelRule:
    """What a level asks beside its capabilities. `figure` is 0 where it asks for none."""

    level: Level
    figure: int
    evidence_class: EvidenceClass
    primary_write: bool
    concerns: int


@dataclass(frozen=True, slots=True)
class IntegrationRules:
    """`figures` names concerns that get a figure of their own (`security`, `monitoring`).
    `modes` is what a pass in each mode counts. `without_logins` and `without_writes` are the
    capabilities that do not apply to products without logins, and to those that create nothing.
    `uncounted` are selectors of calls that are no access to a service: authentication, roots.
    `amendments` are the digests of what was applied, in order."""

    guideline: Guideline
    capabilities: Mapping[str, CapabilityRule]
    axes: Mapping[str, AxisRule]
    concerns: tuple[ConcernRule, ...]
    profiles: Mapping[str, ProfileRule]
    levels: Mapping[Level, LevelRule]
    figures: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    modes: Mapping[Mode, Fraction] = field(default_factory=dict)
    without_logins: frozenset[str] = frozenset()
    without_writes: frozenset[str] = frozenset()
    uncounted: tuple[Mapping[str, Any], ...] = ()
    amendments: tuple[str, ...] = ()

    def capabilities_of(self, axis: str) -> tuple[str, ...]:
        return tuple(one.id for one in self.capabilities.values() if one.axis == axis)


@dataclass(frozen=True, slots=True)
class NotApplicable:
    """`subject` is an axis (`image`) or a capability (`identity.federation`). `granted` is true
    where a reviewer gave the reason, needed outside what the profile allows."""

    subject: str
    reason: str
    granted: bool = False


@dataclass(frozen=True, slots=True)
class Profile:
    """What a release is, as one canonical document whose digest enters the evaluation."""

    profile: str
    primary: str
    not_applicable: tuple[NotApplicable, ...] = ()
    has_logins: bool = True

    def to_document(self) -> dict[str, Any]:
        return {
            "type": "urn:hallmark:integration-profile:v1",
            "profile": self.profile,
            "primary": self.primary,
            "has_logins": self.has_logins,
            "not_applicable": [
                {"subject": one.subject, "reason": one.reason, "granted": one.granted}
                for one in sorted(self.not_applicable, key=lambda one: one.subject)
            ],
        }

    @property
    def canonical(self) -> bytes:
        return canonical_bytes(self.to_document())

    @property
    def digest(self) -> str:
        return digest_of(self.to_document())


@dataclass(frozen=True, slots=True)
class EvidenceRun:
    """One bundle of the test kit, checked: results by capability id, footprints under one nonce.

    `evidence_sha256` names it everywhere. Faulty footprints were left out before; `faults` says
    why, for people. Times are RFC 3339, UTC. `openstack_release` is a name (`gazpacho`), measured
    where `release_measured`, else declared; empty where neither.
    """

    evidence_sha256: str
    nonce: str
    kit_version: str
    product_version: str
    cloud: str
    openstack_release: str
    release_measured: bool
    mode: Mode
    started: str
    ended: str
    evidence_class: EvidenceClass
    results: Mapping[str, TestState]
    footprints: tuple[Footprint, ...]
    reasons: Mapping[str, str]
    faults: tuple[str, ...] = ()


class Outcome(StrEnum):
    """`NOT_PROVED`: only one of test and footprint says so."""

    PASSED = "passed"
    NOT_PROVED = "not-proved"
    FAILED = "failed"
    SKIPPED = "skipped"
    MISSING = "missing"
    NOT_APPLICABLE = "not-applicable"


@dataclass(frozen=True, slots=True)
class CapabilityOutcome:
    """`mode` and `run` (an evidence digest) belong to the best sighting; None and empty without
    one. `explanation` says in a sentence why it is not passed, or not applicable."""

    capability: str
    axis: str
    outcome: Outcome
    flagged: bool
    mode: Mode | None
    run: str
    explanation: str


class ConcernMode(StrEnum):
    """How a concern is met: OpenStack serves it, serves it when an option is set, the product
    brings its own, it does not apply, or nothing was measured."""

    SERVED = "served"
    OPTIONAL = "optional"
    PARALLEL = "parallel"
    NOT_APPLICABLE = "not-applicable"
    NOT_PROVED = "not-proved"


@dataclass(frozen=True, slots=True)
class ConcernOutcome:
    """`share` is in 0..1; `points` = weight x share. `passed` of `applicable` capabilities."""

    concern: str
    title: str
    weight: int
    share: Fraction
    points: Fraction
    mode: ConcernMode
    passed: int
    applicable: int
    served_by: str


@dataclass(frozen=True, slots=True)
class AxisOutcome:
    """One line of the integration matrix. `service` is empty for axes without one; those are never
    `parallel`."""

    axis: str
    title: str
    service: str
    mode: ConcernMode
    passed: int
    applicable: int


@dataclass(frozen=True, slots=True)
class Figure:
    """100 x points / weight, exact; compared before it is rounded half up."""

    points: Fraction
    weight: int

    @property
    def exact(self) -> Fraction:
        return 100 * self.points / self.weight if self.weight else Fraction(0)

    @property
    def shown(self) -> int:
        return int(self.exact + Fraction(1, 2))


@dataclass(frozen=True, slots=True)
class Shortfall:
    """One thing between the product and a level. `kind` is profile, capability, class, write,
    figure or concerns; `capability` is set where it is about one. `gains` is what it would add to
    the figure."""

    kind: str
    text: str
    capability: str = ""
    gains: Fraction = Fraction(0)


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """What a changed weight would do: the figure and level with `weight` x `factor`."""

    concern: str
    factor: Fraction
    figure: int
    level: Level


@dataclass(frozen=True, slots=True)
class LevelEvaluation:
    """What follows from a profile and a set of runs. `missing` holds for each level from Connected
    on what is short of it, by evidence of the class that it asks for; empty where reached.
    `evidence_class` is the best class by which `level` is reached. `runs` are evidence digests, in
    the order of their end. `open_subjects` are not-applicable claims that the footprint undid.
    `capabilities` and `axes` are by all runs; figures, concerns and sensitivities by those of at
    least the class that `level` asks for. `version` is the product version whose runs count, empty
    for any.
    """

    guideline_id: str
    guideline_digest: str
    ruleset: int
    profile: Profile
    runs: tuple[str, ...]
    level: Level
    evidence_class: EvidenceClass
    figure: Figure
    security_figure: Figure
    monitoring_figure: Figure
    capabilities: tuple[CapabilityOutcome, ...]
    concerns: tuple[ConcernOutcome, ...]
    missing: Mapping[Level, tuple[Shortfall, ...]]
    sensitivities: tuple[Sensitivity, ...]
    open_subjects: tuple[str, ...]
    creates_nothing: bool
    version: str = ""
    axes: tuple[AxisOutcome, ...] = ()
    amendments: tuple[str, ...] = ()

    def outcome_of(self, capability: str) -> CapabilityOutcome:
        return next(one for one in self.capabilities if one.capability == capability)
