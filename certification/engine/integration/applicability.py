"""What of a guideline applies to a product: its profile, a reviewer's grants, and what it does.

A claim that something does not apply counts where the profile allows it or a reviewer gave a
reason. It is undone for an axis to whose service the product was seen to write.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from certification.engine.eligibility import Obstacle
from certification.engine.footprint.model import Operation
from certification.engine.integration.model import (
    EvidenceRun,
    IntegrationRules,
    NotApplicable,
    Profile,
)
from certification.engine.integration.selector import Selector, read_selector

_WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE", "COPY"})
_READS = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, slots=True)
class Access:
    """The services that were written to and read from with success, by counted calls.
    `measured` is true where there was any successful call at all."""

    written: frozenset[str]
    read: frozenset[str]
    measured: bool

    @property
    def creates_nothing(self) -> bool:
        return self.measured and not self.written


@dataclass(frozen=True, slots=True)
class Applicability:
    """`not_applicable` maps a capability to the reason in words; `undone` are subjects claimed not
    applicable and written to all the same."""

    not_applicable: Mapping[str, str]
    undone: tuple[str, ...]
    creates_nothing: bool

    def applies(self, capability: str) -> bool:
        return capability not in self.not_applicable


def access_of(rules: IntegrationRules, runs: Sequence[EvidenceRun]) -> Access:
    uncounted = [read_selector(one, "uncounted") for one in rules.uncounted]
    succeeded = {one for one in _operations(runs) if one.succeeded}
    counted = {one for one in succeeded if not _is_uncounted(one, uncounted)}
    return Access(
        written=frozenset(one.service for one in counted if one.method in _WRITES),
        read=frozenset(one.service for one in counted if one.method in _READS),
        measured=bool(succeeded),
    )


def _operations(runs: Sequence[EvidenceRun]) -> Iterator[Operation]:
    return (one for run in runs for footprint in run.footprints for one in footprint.operations)


def _is_uncounted(operation: Operation, uncounted: Sequence[Selector]) -> bool:
    return any(selector.matches(operation) for selector in uncounted)


def allowed_axes(rules: IntegrationRules, profile: Profile) -> tuple[str, ...]:
    """Axes that this kind of product may call not applicable without a reviewer, sorted."""
    rule = rules.profiles.get(profile.profile)
    if rule is None or profile.primary not in rule.primary:
        return ()
    return tuple(sorted({*rule.may_be_na.get("", ()), *rule.may_be_na.get(profile.primary, ())}))


def profile_obstacles(rules: IntegrationRules, profile: Profile) -> tuple[Obstacle, ...]:
    """Why this profile cannot be used as it is; empty if it can."""
    rule = rules.profiles.get(profile.profile)
    if rule is None:
        known = ", ".join(rules.profiles)
        return (
            Obstacle(
                "profile-unknown",
                f"There is no profile {profile.profile[:60]!r}. Choose one of: {known}.",
            ),
        )
    found = []
    if profile.primary not in rule.primary:
        found.append(
            Obstacle(
                "profile-primary",
                f"{profile.primary[:60]!r} is not a primary service of the profile {rule.title}. "
                f"Choose {' or '.join(rule.primary)}.",
            )
        )
    subjects = [one.subject for one in profile.not_applicable]
    found.extend(
        Obstacle("not-applicable-twice", f"{subject!r} is named twice as not applicable.")
        for subject in sorted({one for one in subjects if subjects.count(one) > 1})
    )
    found.extend(fault for one in profile.not_applicable if (fault := _fault(rules, profile, one)))
    found.extend(_emptied_core_axes(rules, profile))
    return tuple(found)


def _fault(rules: IntegrationRules, profile: Profile, claim: NotApplicable) -> Obstacle | None:
    axis, capability = rules.axes.get(claim.subject), rules.capabilities.get(claim.subject)
    if axis is None and capability is None:
        return Obstacle(
            "not-applicable-unknown",
            f"{claim.subject[:60]!r} is neither an axis nor a capability of this guideline.",
        )
    if axis is not None and axis.core:
        return Obstacle(
            "not-applicable-core", f"{axis.title} is needed of every product and always applies."
        )
    if claim.granted and not claim.reason.strip():
        return Obstacle(
            "not-applicable-reason", f"The grant for {claim.subject!r} has no public reason."
        )
    if claim.granted or claim.subject in allowed_axes(rules, profile):
        return None
    return Obstacle(
        "not-applicable-not-granted",
        f"This profile does not allow {claim.subject!r} to be not applicable. "
        "Ask for a review; a reviewer can grant it with a public reason.",
    )


def _emptied_core_axes(rules: IntegrationRules, profile: Profile) -> Iterator[Obstacle]:
    claimed = {one.subject for one in profile.not_applicable}
    for axis in rules.axes.values():
        if axis.core and claimed.issuperset(rules.capabilities_of(axis.id)):
            yield Obstacle(
                "not-applicable-core",
                f"{axis.title} always applies: not all of its capabilities can be not applicable.",
            )


def applicability_of(
    rules: IntegrationRules, profile: Profile, runs: Sequence[EvidenceRun]
) -> Applicability:
    access = access_of(rules, runs)
    claimed = _claimed(rules, profile)
    undone: list[str] = []
    reasons: dict[str, str] = {}
    for axis in rules.axes.values():
        members = rules.capabilities_of(axis.id)
        subjects = {claimed[one].subject for one in members if one in claimed}
        whole = bool(members) and all(one in claimed for one in members)
        if whole and axis.core:
            continue
        if whole and axis.services & access.written:
            undone.extend(subjects)
            continue
        reasons.update({one: _words(claimed[one]) for one in members if one in claimed})
    if not profile.has_logins:
        reasons.update(dict.fromkeys(rules.without_logins, "The product has no logins of its own."))
    if access.creates_nothing:
        reasons.update(
            dict.fromkeys(rules.without_writes, "The product was measured to create nothing.")
        )
    return Applicability(reasons, tuple(sorted(undone)), access.creates_nothing)


def _claimed(rules: IntegrationRules, profile: Profile) -> dict[str, NotApplicable]:
    """Capability to the claim that covers it; claims that nothing allows are left out."""
    claimed: dict[str, NotApplicable] = {}
    for claim in sorted(profile.not_applicable, key=lambda one: (one.subject, one.reason)):
        if _fault(rules, profile, claim) is None:
            members = (
                rules.capabilities_of(claim.subject)
                if claim.subject in rules.axes
                else (claim.subject,)
            )
            for capability in members:
                claimed.setdefault(capability, claim)
    return claimed


def _words(claim: NotApplicable) -> str:
    if claim.granted:
        return f"A reviewer granted it: {claim.reason}"
    return claim.reason or "It does not apply to products of this profile."
