"""What the run of a certificate has shown, by service, by capability and by test."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from django.utils.translation import gettext

from certification.engine.guideline.model import CapabilityStatus
from certification.engine.report import TestState
from certification.engine.verdict import CapabilityResult, CapabilityState, Evaluation, TestResult
from marketplace.site.capability_strip import ServiceStrip, strips
from marketplace.site.services import service_order, service_title


@dataclass(frozen=True, slots=True)
class ServiceEvidence:
    """The required capabilities of one service, in a passed evaluation. `tests` counts distinct
    tests that passed; `proven` capabilities lean on no waiver."""

    project: str
    title: str
    capabilities: tuple[CapabilityResult, ...]

    @property
    def proven(self) -> int:
        return len(self.capabilities) - self._untested - self._waived

    @property
    def remark(self) -> str:
        """What of the service is not proven, and why that is held against nobody."""
        said = ((self._waived, "waived"), (self._untested, gettext("not tested")))
        return ", ".join(f"{count} {words}" for count, words in said if count)

    @property
    def _untested(self) -> int:
        return sum(c.state is CapabilityState.NOT_TESTED for c in self.capabilities)

    @property
    def _waived(self) -> int:
        return sum(any(test.waived for test in c.tests) for c in self.capabilities)

    @property
    def tests(self) -> int:
        return len(
            {
                (test.name, test.idempotent_id)
                for capability in self.capabilities
                for test in capability.tests
                if test.state is TestState.PASSED and not test.flagged and not test.waived
            }
        )


@dataclass(frozen=True, slots=True)
class KnownFailure:
    """A test that did not pass and does not count. `why` says what sets it aside."""

    result: TestResult
    capability: str
    why: str


@dataclass(frozen=True, slots=True)
class CertifiedEvidence:
    evaluation: Evaluation
    services: tuple[ServiceEvidence, ...]
    required: list[ServiceStrip]
    advisory: list[ServiceStrip]
    known_failures: tuple[KnownFailure, ...]

    @property
    def not_tested(self) -> list[str]:
        return list(self.evaluation.not_tested)


def shown_evidence(explained: Evaluation) -> CertifiedEvidence:
    return CertifiedEvidence(
        evaluation=explained,
        services=_services(explained),
        required=strips(explained.capabilities, CapabilityStatus.REQUIRED),
        advisory=strips(explained.capabilities, CapabilityStatus.ADVISORY),
        known_failures=_known_failures(explained),
    )


def _services(explained: Evaluation) -> tuple[ServiceEvidence, ...]:
    required = [c for c in explained.capabilities if c.status is CapabilityStatus.REQUIRED]
    required.sort(key=lambda c: (service_order(c.project), c.id))
    return tuple(
        ServiceEvidence(project, service_title(project), tuple(group))
        for project, group in groupby(required, key=lambda c: c.project)
    )


def _known_failures(explained: Evaluation) -> tuple[KnownFailure, ...]:
    """By name; a test stands once, under the weightiest reason for which it does not count."""
    found: dict[tuple[str, str], KnownFailure] = {}
    for capability, test in _not_passed(explained.capabilities):
        why = _why(capability, test)
        if why:
            found.setdefault(
                (test.name, test.idempotent_id), KnownFailure(test, capability.id, why)
            )
    return tuple(found[key] for key in sorted(found))


def _not_passed(
    capabilities: Iterable[CapabilityResult],
) -> Iterable[tuple[CapabilityResult, TestResult]]:
    """Of required capabilities first: that is their order."""
    for capability in capabilities:
        for test in capability.tests:
            if test.state is not TestState.PASSED:
                yield capability, test


def _why(capability: CapabilityResult, test: TestResult) -> str:
    if test.waived:
        return gettext("waived: {reason}").format(reason=test.waiver_reason)
    if test.flagged:
        return gettext("flagged in the guideline: {reason}").format(
            reason=test.flag_reason or gettext("no reason given")
        )
    if capability.status is CapabilityStatus.REQUIRED:
        return ""
    return gettext("{status}, not required").format(status=capability.status.value)
