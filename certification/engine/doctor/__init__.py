"""The usual mistakes of a test run, recognised from its report alone, and how each is mended.

The doctor never changes a verdict: it only says to the vendor what looks wrong. What it needs
beside the report, the caller gives: the tests asked for, the clouds seen before, when it came.
"""

from certification.engine.doctor.model import TESTS_NAMED, Finding, Patient, Rule, Sign
from certification.engine.doctor.rules import RULES, examine, examine_refusal

__all__ = [
    "RULES",
    "TESTS_NAMED",
    "Finding",
    "Patient",
    "Rule",
    "Sign",
    "examine",
    "examine_refusal",
]
