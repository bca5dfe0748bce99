"""A level evaluation as plain JSON data: canonical, complete, the same for the same inputs."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from certification.engine.integration.model import (
    AxisOutcome,
    CapabilityOutcome,
    ConcernOutcome,
    Figure,
    LevelEvaluation,
    Sensitivity,
    Shortfall,
)

TYPE = "urn:hallmark:level-evaluation:v1"


def evaluation_document(evaluation: LevelEvaluation) -> dict[str, Any]:
    """Fractions are texts (`125/3`). The digest of an evaluation is `digest_of` of this. Without an
    amendment nothing is said of any, as before there were some."""
    amended = {"amendments": list(evaluation.amendments)} if evaluation.amendments else {}
    return amended | {
        "type": TYPE,
        "guideline": evaluation.guideline_id,
        "guideline_digest": evaluation.guideline_digest,
        "ruleset": evaluation.ruleset,
        "profile": evaluation.profile.to_document(),
        "profile_digest": evaluation.profile.digest,
        "product_version": evaluation.version,
        "runs": list(evaluation.runs),
        "level": evaluation.level.word,
        "evidence_class": evaluation.evidence_class.word,
        "figure": _figure(evaluation.figure),
        "security_figure": _figure(evaluation.security_figure),
        "monitoring_figure": _figure(evaluation.monitoring_figure),
        "axes": [_axis(one) for one in evaluation.axes],
        "capabilities": [_capability(one) for one in evaluation.capabilities],
        "concerns": [_concern(one) for one in evaluation.concerns],
        "missing": _missing(evaluation),
        "sensitivities": [_sensitivity(one) for one in evaluation.sensitivities],
        "open_subjects": list(evaluation.open_subjects),
        "creates_nothing": evaluation.creates_nothing,
    }


def _figure(figure: Figure) -> dict[str, Any]:
    return {
        "points": _exact(figure.points),
        "weight": figure.weight,
        "exact": _exact(figure.exact),
        "shown": figure.shown,
    }


def _axis(one: AxisOutcome) -> dict[str, Any]:
    return {
        "axis": one.axis,
        "title": one.title,
        "service": one.service,
        "mode": one.mode.value,
        "passed": one.passed,
        "applicable": one.applicable,
    }


def _capability(one: CapabilityOutcome) -> dict[str, Any]:
    return {
        "capability": one.capability,
        "axis": one.axis,
        "outcome": one.outcome.value,
        "flagged": one.flagged,
        "mode": one.mode.value if one.mode else "",
        "run": one.run,
        "explanation": one.explanation,
    }


def _concern(one: ConcernOutcome) -> dict[str, Any]:
    return {
        "concern": one.concern,
        "title": one.title,
        "weight": one.weight,
        "share": _exact(one.share),
        "points": _exact(one.points),
        "mode": one.mode.value,
        "passed": one.passed,
        "applicable": one.applicable,
        "served_by": one.served_by,
    }


def _missing(evaluation: LevelEvaluation) -> Mapping[str, Any]:
    return {
        level.word: [_shortfall(one) for one in shortfalls]
        for level, shortfalls in sorted(evaluation.missing.items())
    }


def _shortfall(one: Shortfall) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "capability": one.capability,
        "text": one.text,
        "gains": _exact(one.gains),
    }


def _sensitivity(one: Sensitivity) -> dict[str, Any]:
    return {
        "concern": one.concern,
        "factor": _exact(one.factor),
        "figure": one.figure,
        "level": one.level.word,
    }


def _exact(number: Fraction) -> str:
    return str(number)
