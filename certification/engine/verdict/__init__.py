"""Verdicts: one compiled form of a guideline, an explaining path and a bitmap path."""

from certification.engine.verdict.compiled import (
    CompiledGuideline,
    CompiledTarget,
    Reason,
    compile_guideline,
)
from certification.engine.verdict.counting import summaries_of
from certification.engine.verdict.dictionary import Key, RunBitmap, TestDictionary, keys_of
from certification.engine.verdict.evaluate import evaluate
from certification.engine.verdict.evaluation import (
    RULESET,
    CapabilityResult,
    CapabilityState,
    Evaluation,
    EvidenceFacts,
    RequiredCounts,
    TestResult,
    Verdict,
)
from certification.engine.verdict.masks import (
    BitmapUnusable,
    Summary,
    TargetMasks,
    TestMask,
    compile_masks,
    counts_of,
    masks_of_tests,
    verdict_of,
)
from certification.engine.verdict.shortest_path import ShortestPath, Step
from certification.engine.verdict.sighting import Match
from certification.engine.verdict.waiver import Waiver, WaiverMisplaced

__all__ = [
    "RULESET",
    "BitmapUnusable",
    "CapabilityResult",
    "CapabilityState",
    "CompiledGuideline",
    "CompiledTarget",
    "Evaluation",
    "EvidenceFacts",
    "Key",
    "Match",
    "Reason",
    "RequiredCounts",
    "RunBitmap",
    "ShortestPath",
    "Step",
    "Summary",
    "TargetMasks",
    "TestDictionary",
    "TestMask",
    "TestResult",
    "Verdict",
    "Waiver",
    "WaiverMisplaced",
    "compile_guideline",
    "compile_masks",
    "counts_of",
    "evaluate",
    "keys_of",
    "masks_of_tests",
    "summaries_of",
    "verdict_of",
]
