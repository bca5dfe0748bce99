"""One compiled form of a guideline, used by the explaining and by the bitmap path alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from certification.engine.guideline.amendment import Amendment, amended_flags
from certification.engine.guideline.model import (
    CapabilityStatus,
    Flag,
    Guideline,
    GuidelineTest,
    Target,
)
from certification.engine.guideline.standing import standing
from certification.engine.guideline.targets import find_target


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a verdict is what it is. `code` is stable, `text` a sentence."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class CompiledTest:
    """A test of the guideline, once per (name, id). `aliases` is the union over all capabilities
    that name the test; `scopes` the classes of its name and aliases, for fixtures."""

    name: str
    idempotent_id: str
    aliases: tuple[str, ...]
    scopes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CompiledCapability:
    """`tests` pairs the index of each test with its flag in this capability."""

    id: str
    project: str
    description: str
    status: CapabilityStatus
    tests: tuple[tuple[int, Flag | None], ...]


@dataclass(frozen=True, slots=True)
class CompiledTarget:
    """`counted` and `flagged` are indexes of required tests, sorted by test name; a test flagged in
    one required capability and not in another is counted. `problem` forbids any other verdict than
    `error`."""

    target: Target
    capabilities: tuple[CompiledCapability, ...]
    counted: tuple[int, ...]
    flagged: tuple[int, ...]
    problem: Reason | None


@dataclass(frozen=True)
class CompiledGuideline:
    """`amendments` are the digests of what was applied, in order."""

    guideline: Guideline
    amendments: tuple[str, ...]
    tests: tuple[CompiledTest, ...]
    targets: Mapping[str, CompiledTarget]

    @cached_property
    def names(self) -> frozenset[str]:
        """Every name and alias: an entry that carries one is never matched by its id."""
        return frozenset(name for test in self.tests for name in (test.name, *test.aliases))

    def target(self, wanted: str | Target) -> CompiledTarget:
        """Raises TargetUnknown."""
        name = wanted if isinstance(wanted, str) else wanted.name
        return self.targets[find_target(self.guideline, name).name]


def scope_of(name: str) -> str:
    """The class of a test: `a.b.C` of `a.b.C.test_x(v1.2)`."""
    return name.partition("(")[0].rpartition(".")[0]


def compile_guideline(
    guideline: Guideline, amendments: Iterable[Amendment] = ()
) -> CompiledGuideline:
    """Resolve flags, aliases, shared tests and the status of each capability, per target.

    Raises AmendmentInvalid.
    """
    applied = tuple(amendments)
    flags = amended_flags(guideline, applied)
    tests = _distinct_tests(guideline)
    index = {(test.name, test.idempotent_id): i for i, test in enumerate(tests)}
    return CompiledGuideline(
        guideline=guideline,
        amendments=tuple(amendment.digest for amendment in applied),
        tests=tests,
        targets={t.name: _compile_target(guideline, t, index, flags) for t in guideline.targets},
    )


def _distinct_tests(guideline: Guideline) -> tuple[CompiledTest, ...]:
    aliases: dict[tuple[str, str], set[str]] = {}
    for capability in guideline.capabilities.values():
        for test in capability.tests:
            aliases.setdefault(_key(test), set()).update(test.aliases)
    return tuple(
        CompiledTest(
            name=key[0],
            idempotent_id=key[1],
            aliases=tuple(sorted(aliases[key] - {key[0]})),
            scopes=tuple(sorted({scope_of(name) for name in (key[0], *aliases[key])} - {""})),
        )
        for key in sorted(aliases)
    )


def _compile_target(
    guideline: Guideline,
    target: Target,
    index: Mapping[tuple[str, str], int],
    flags: Mapping[tuple[str, str], Flag | None],
) -> CompiledTarget:
    statuses = standing(guideline, target)
    capabilities = tuple(
        _compile_capability(guideline, capability_id, status, index, flags)
        for capability_id, status in statuses.items()
        if capability_id in guideline.capabilities
    )
    required = [
        entry
        for capability in capabilities
        if capability.status is CapabilityStatus.REQUIRED
        for entry in capability.tests
    ]
    counted = {i for i, flag in required if flag is None}
    return CompiledTarget(
        target=target,
        capabilities=capabilities,
        counted=tuple(sorted(counted)),
        flagged=tuple(sorted({i for i, _ in required} - counted)),
        problem=_problem(guideline, target, statuses, bool(counted)),
    )


def _compile_capability(
    guideline: Guideline,
    capability_id: str,
    status: CapabilityStatus,
    index: Mapping[tuple[str, str], int],
    flags: Mapping[tuple[str, str], Flag | None],
) -> CompiledCapability:
    capability = guideline.capabilities[capability_id]
    tests: dict[int, Flag | None] = {}
    for test in capability.tests:
        key = _key(test)
        flag = flags.get(key, test.flag)
        # Where a capability names a test twice, one unflagged mention is enough to count it.
        tests[index[key]] = flag if tests.get(index[key], flag) is not None else None
    return CompiledCapability(
        capability.id,
        capability.project,
        capability.description,
        status,
        tuple(sorted(tests.items(), key=lambda item: item[0])),
    )


def _problem(
    guideline: Guideline,
    target: Target,
    statuses: Mapping[str, CapabilityStatus],
    any_counted: bool,
) -> Reason | None:
    unknown = sorted(set(target.components) - set(guideline.components))
    if unknown:
        return Reason(
            "component-undefined",
            f"Guideline {guideline.id} does not define the component {', '.join(unknown)}.",
        )
    undefined = sorted(
        capability_id
        for capability_id, status in statuses.items()
        if status is CapabilityStatus.REQUIRED and capability_id not in guideline.capabilities
    )
    if undefined:
        return Reason(
            "capability-undefined",
            f"Guideline {guideline.id} requires {', '.join(undefined)} and does not define it.",
        )
    if not any_counted:
        return Reason(
            "nothing-to-certify",
            f"There is nothing to certify: {target.title} in guideline {guideline.id} "
            "requires no test that counts.",
        )
    return None


def _key(test: GuidelineTest) -> tuple[str, str]:
    return test.name, test.idempotent_id
