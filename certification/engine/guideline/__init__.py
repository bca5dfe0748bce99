"""Guidelines: read, lint, list and amend the documents that say what must pass."""

from certification.engine.guideline.amendment import (
    Amendment,
    AmendmentAction,
    AmendmentInvalid,
)
from certification.engine.guideline.finding import Finding, Severity
from certification.engine.guideline.lint import for_approval, lint
from certification.engine.guideline.model import (
    Capability,
    CapabilityStatus,
    Component,
    Flag,
    Guideline,
    GuidelineInvalid,
    GuidelineTest,
    Target,
)
from certification.engine.guideline.parse import parse_guideline
from certification.engine.guideline.selection import test_list
from certification.engine.guideline.targets import TargetUnknown, find_target, title_of

__all__ = [
    "Amendment",
    "AmendmentAction",
    "AmendmentInvalid",
    "Capability",
    "CapabilityStatus",
    "Component",
    "Finding",
    "Flag",
    "Guideline",
    "GuidelineInvalid",
    "GuidelineTest",
    "Severity",
    "Target",
    "TargetUnknown",
    "find_target",
    "for_approval",
    "lint",
    "parse_guideline",
    "test_list",
    "title_of",
]
