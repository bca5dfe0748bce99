"""Small guidelines and runs for the rules, and the real ones that are at hand."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from certification.engine.guideline import Guideline, parse_guideline
from certification.engine.report import (
    Damage,
    Entry,
    EvidenceFormat,
    Fixture,
    Report,
    ReportWarning,
    TestState,
)
from certification.engine.verdict import CompiledGuideline, compile_guideline
from certification.guidelines import shipped_bytes, shipped_file_name, shipped_ids

ROOT = Path(__file__).parents[3]
PUBLISHED = ROOT.parent / "shared" / "data" / "guidelines"
RUNS = ROOT / "tests" / "data" / "runs"
RUNS_BESIDE = ROOT.parent / "shared" / "data" / "runs"

# Under its own name pytest would take the enumeration for a class of tests.
State = TestState

PASSED, FAILED, SKIPPED = TestState.PASSED, TestState.FAILED, TestState.SKIPPED
MISSING = TestState.MISSING

Tests = Mapping[str, Mapping[str, Any]]


def document(
    capabilities: Mapping[str, Tests],
    required: Iterable[str] | None = None,
    components: Mapping[str, Mapping[str, list[str]]] | None = None,
    platforms: Mapping[str, list[str]] | None = None,
) -> dict[str, Any]:
    """A schema 2.0 document; without more, one component requires every capability."""
    grouped = components or {
        "c": {"required": list(capabilities if required is None else required)}
    }
    offered = platforms or {"X Compute": list(grouped)}
    return {
        "metadata": {"id": "test.1", "schema": "2.0", "reference": "r", "source": "s"},
        "platforms": {
            name: {"components": [{"name": c} for c in names]} for name, names in offered.items()
        },
        "components": {name: {"capabilities": groups} for name, groups in grouped.items()},
        "capabilities": {
            name: {"description": name, "project": "nova", "tests": tests}
            for name, tests in capabilities.items()
        },
    }


def guideline(*args: Any, **more: Any) -> Guideline:
    return parse_guideline(json.dumps(document(*args, **more)).encode())


def compiled(*args: Any, **more: Any) -> CompiledGuideline:
    return compile_guideline(guideline(*args, **more))


def case(idempotent_id: str = "", *aliases: str, flagged: bool = False) -> dict[str, Any]:
    """A test of a document."""
    made: dict[str, Any] = {"idempotent_id": f"id-{idempotent_id}" if idempotent_id else ""}
    if aliases:
        made["aliases"] = list(aliases)
    if flagged:
        made["flagged"] = {"reason": "broken", "action": "mend", "date": "2026-01-01"}
    return made


def entry(name: str, state: TestState = PASSED, idempotent_id: str = "", reason: str = "") -> Entry:
    return Entry(name, idempotent_id, state, reason)


def run(
    *entries: Entry,
    fixtures: Iterable[Fixture] = (),
    damage: Damage | None = None,
    warnings: Iterable[ReportWarning] = (),
    passes_only: bool = False,
    looks_incomplete: bool = False,
) -> Report:
    return Report(
        EvidenceFormat.SUBUNIT_V2,
        tuple(entries),
        fixtures=tuple(fixtures),
        damage=damage,
        warnings=tuple(warnings),
        passes_only=passes_only,
        looks_incomplete=looks_incomplete,
    )


def passing_run(of: CompiledGuideline) -> Report:
    """Every test of the guideline passed under its own name and id."""
    return run(*(entry(test.name, PASSED, test.idempotent_id) for test in of.tests))


def guidelines_at_hand() -> dict[str, bytes]:
    """The shipped documents, and the published ones where they lie beside the project."""
    found = {Path(shipped_file_name(one)).stem: shipped_bytes(one) for one in shipped_ids()}
    for folder in (PUBLISHED, PUBLISHED / "add-ons"):
        found |= {path.stem: path.read_bytes() for path in sorted(folder.glob("*.json"))}
    return found


def run_files() -> list[Path]:
    """The genuine Tempest runs: of the project, else those beside it."""
    return sorted(RUNS.glob("*.gz")) or sorted(RUNS_BESIDE.glob("*.gz"))
