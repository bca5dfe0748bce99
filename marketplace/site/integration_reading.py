"""The documents that stand for a release, as the engine's own types: pages read no raw data."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from certification.engine.footprint import Mode, ServiceUse
from certification.engine.integration import (
    AxisOutcome,
    CapabilityOutcome,
    ConcernMode,
    ConcernOutcome,
    EvidenceClass,
    Figure,
    Level,
    LevelEvaluation,
    NotApplicable,
    Outcome,
    Profile,
    Sensitivity,
    Shortfall,
)

Document = Mapping[str, Any]


def level_named(word: str) -> Level:
    return Level[word.upper()]


def class_named(word: str) -> EvidenceClass:
    return EvidenceClass[word.upper().replace("-", "_")]


def evaluation_of(said: Document) -> LevelEvaluation:
    """The evaluation that `evaluation_document` wrote."""
    return LevelEvaluation(
        guideline_id=said["guideline"],
        guideline_digest=said["guideline_digest"],
        ruleset=said["ruleset"],
        profile=_profile(said["profile"]),
        runs=tuple(said["runs"]),
        level=level_named(said["level"]),
        evidence_class=class_named(said["evidence_class"]),
        figure=_figure(said["figure"]),
        security_figure=_figure(said["security_figure"]),
        monitoring_figure=_figure(said["monitoring_figure"]),
        capabilities=tuple(_capability(one) for one in said["capabilities"]),
        concerns=tuple(_concern(one) for one in said["concerns"]),
        missing={
            level_named(word): tuple(_shortfall(one) for one in found)
            for word, found in said["missing"].items()
        },
        sensitivities=tuple(_sensitivity(one) for one in said["sensitivities"]),
        open_subjects=tuple(said["open_subjects"]),
        creates_nothing=said["creates_nothing"],
        version=said["product_version"],
        axes=tuple(_axis(one) for one in said["axes"]),
    )


def service_uses(said: Document) -> list[ServiceUse]:
    """From the `services` of a standing's document."""
    return [
        ServiceUse(**{**one, "apis": tuple(one["apis"]), "writes": tuple(one["writes"])})
        for one in said["services"]
    ]


def _profile(said: Document) -> Profile:
    return Profile(
        said["profile"],
        said["primary"],
        tuple(NotApplicable(**one) for one in said["not_applicable"]),
        said["has_logins"],
    )


def _figure(said: Document) -> Figure:
    return Figure(Fraction(said["points"]), said["weight"])


def _capability(said: Document) -> CapabilityOutcome:
    return CapabilityOutcome(
        capability=said["capability"],
        axis=said["axis"],
        outcome=Outcome(said["outcome"]),
        flagged=said["flagged"],
        mode=Mode(said["mode"]) if said["mode"] else None,
        run=said["run"],
        explanation=said["explanation"],
    )


def _concern(said: Document) -> ConcernOutcome:
    return ConcernOutcome(
        **{
            **said,
            "share": Fraction(said["share"]),
            "points": Fraction(said["points"]),
            "mode": ConcernMode(said["mode"]),
        }
    )


def _axis(said: Document) -> AxisOutcome:
    return AxisOutcome(**{**said, "mode": ConcernMode(said["mode"])})


def _shortfall(said: Document) -> Shortfall:
    return Shortfall(said["kind"], said["text"], said["capability"], Fraction(said["gains"]))


def _sensitivity(said: Document) -> Sensitivity:
    return Sensitivity(
        said["concern"], Fraction(said["factor"]), said["figure"], level_named(said["level"])
    )
