"""Integration levels: from the measured evidence of a product to what follows from it."""

from certification.engine.integration.applicability import allowed_axes, profile_obstacles
from certification.engine.integration.document import evaluation_document
from certification.engine.integration.evidence import (
    ProfileUnreadable,
    declared_profile,
    evidence_of,
    read_profile,
)
from certification.engine.integration.levels import RULESET, judge_level
from certification.engine.integration.model import (
    AxisOutcome,
    AxisRule,
    CapabilityOutcome,
    ConcernMode,
    ConcernOutcome,
    EvidenceClass,
    EvidenceRun,
    Figure,
    IntegrationRules,
    Level,
    LevelEvaluation,
    Need,
    NotApplicable,
    Outcome,
    Profile,
    Sensitivity,
    Shortfall,
)
from certification.engine.integration.rules import is_integration, parse_rules

__all__ = [
    "RULESET",
    "AxisOutcome",
    "AxisRule",
    "CapabilityOutcome",
    "ConcernMode",
    "ConcernOutcome",
    "EvidenceClass",
    "EvidenceRun",
    "Figure",
    "IntegrationRules",
    "Level",
    "LevelEvaluation",
    "Need",
    "NotApplicable",
    "Outcome",
    "Profile",
    "ProfileUnreadable",
    "Sensitivity",
    "Shortfall",
    "allowed_axes",
    "declared_profile",
    "evaluation_document",
    "evidence_of",
    "is_integration",
    "judge_level",
    "parse_rules",
    "profile_obstacles",
    "read_profile",
]
