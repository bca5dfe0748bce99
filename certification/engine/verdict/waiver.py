"""Tests set aside for one product release, by an immutable public document."""

from __future__ import annotations

from dataclasses import dataclass

from certification.engine.canonical import digest_of
from certification.engine.guideline.amendment import names_test
from certification.engine.verdict.compiled import CompiledGuideline, CompiledTarget


class WaiverMisplaced(ValueError):
    """The waiver was given for another guideline or target."""

    code = "waiver-misplaced"


@dataclass(frozen=True, slots=True)
class Waiver:
    """`tests` are names or idempotent ids; an id means every test that has it. `guideline_digest`
    is the SHA-256 of the guideline's document, `target` its short name, `release` whatever names
    the product release, `ends_on` an ISO date: whoever calls decides whether it still holds."""

    guideline_digest: str
    target: str
    tests: tuple[str, ...]
    reason: str
    release: str = ""
    ends_on: str = ""

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical JSON of all fields."""
        return digest_of(
            {
                "guideline_digest": self.guideline_digest,
                "target": self.target,
                "tests": sorted(self.tests),
                "reason": self.reason,
                "release": self.release,
                "ends_on": self.ends_on,
            }
        )


def waived_tests(
    compiled: CompiledGuideline, target: CompiledTarget, waivers: tuple[Waiver, ...]
) -> tuple[dict[int, str], tuple[str, ...]]:
    """Index of each waived counted test with the reason, and what the waivers name in vain.

    Raises WaiverMisplaced: a waiver never works where it was not given.
    """
    waived: dict[int, str] = {}
    unknown: list[str] = []
    for waiver in waivers:
        _check_place(compiled, target, waiver)
        for written in sorted(waiver.tests):
            indexes = [
                i
                for i in target.counted
                if names_test(written, compiled.tests[i].name, compiled.tests[i].idempotent_id)
            ]
            if not indexes:
                unknown.append(written)
            for i in indexes:
                waived[i] = min(waived.get(i, waiver.reason), waiver.reason)
    return waived, tuple(sorted(set(unknown)))


def _check_place(compiled: CompiledGuideline, target: CompiledTarget, waiver: Waiver) -> None:
    if waiver.guideline_digest != compiled.guideline.digest or waiver.target != target.target.name:
        raise WaiverMisplaced(
            f"The waiver is for {waiver.target} of guideline {waiver.guideline_digest[:12]}, "
            f"not for {target.target.name} of {compiled.guideline.id}."
        )
