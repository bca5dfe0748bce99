"""What holds for any evidence: order is nothing, more is never less, none is nothing."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from certification.engine.canonical import canonical_bytes, digest_of
from certification.engine.footprint.model import Footprint, Mode
from certification.engine.integration import (
    EvidenceClass,
    Level,
    NotApplicable,
    Profile,
    evaluation_document,
    judge_level,
)
from certification.engine.integration.model import EvidenceRun
from certification.engine.report import TestState
from tests.engine.integration.building import PLAIN, RULES, everything, proving_runs, required_by

PROFILES = (
    Profile(
        "app-platform",
        "compute",
        (NotApplicable("shared", ""), NotApplicable("image", "Brings none.", granted=True)),
    ),
    Profile("container-platform", "compute", (NotApplicable("image", ""),), has_logins=False),
)
NAMES = tuple(RULES.capabilities)
STATES = tuple(TestState)


def some_run(chance: random.Random, number: int) -> EvidenceRun:
    """Mostly good evidence, so that all levels come up; no write that undoes a claim."""
    kept = tuple(line for line in PLAIN if " shared-" not in line and " image " not in line)
    footprints = [one for one in everything(kept) if chance.random() < 0.95]
    good = chance.choice((0.6, 0.97, 1.0))
    return EvidenceRun(
        evidence_sha256=f"{number:064x}",
        nonce=f"{number:032x}",
        kit_version="1",
        product_version=chance.choice(("1.0", "2.0")),
        cloud="lab",
        openstack_release=chance.choice(("gazpacho", "hibiscus")),
        release_measured=True,
        mode=chance.choice((Mode.DEFAULT, Mode.DEFAULT, Mode.OPTION)),
        started="2026-11-01T10:00:00Z",
        ended=f"2026-11-{chance.randint(1, 20):02}T11:00:00Z",
        evidence_class=chance.choice(tuple(EvidenceClass)),
        results={
            name: TestState.PASSED if chance.random() < good else chance.choice(STATES)
            for name in NAMES
        },
        footprints=tuple(footprints),
        reasons={},
    )


def some_evidence(seed: int) -> tuple[random.Random, Profile, list[EvidenceRun]]:
    chance = random.Random(seed)
    runs = [some_run(chance, number) for number in range(1, chance.randint(2, 5))]
    if chance.random() < 0.5:
        names = required_by(*chance.choice(("C", "CI", "CIN")))
        runs += proving_runs([n for n in names if n != "image.upload"], first_number=50)
        runs[-2:] = [replace(one, footprints=_kept(one.footprints)) for one in runs[-2:]]
    return chance, chance.choice(PROFILES), runs


def _kept(footprints: tuple[Footprint, ...]) -> tuple[Footprint, ...]:
    undoing = {"image", "shared-file-system"}
    return tuple(
        replace(one, operations=tuple(op for op in one.operations if op.service not in undoing))
        for one in footprints
    )


@pytest.mark.parametrize("seed", range(12))
def test_no_order_matters(seed: int) -> None:
    chance, profile, runs = some_evidence(seed)
    shuffled = []
    for one in chance.sample(runs, len(runs)):
        results = list(one.results.items())
        chance.shuffle(results)
        footprints = tuple(chance.sample(one.footprints, len(one.footprints)))
        shuffled.append(replace(one, results=dict(results), footprints=footprints))
    first = evaluation_document(judge_level(RULES, profile, runs))
    again = evaluation_document(judge_level(RULES, profile, [*shuffled, shuffled[0]]))
    assert canonical_bytes(first) == canonical_bytes(again)


def test_more_evidence_never_lowers_a_level() -> None:
    seen = set()
    for seed in range(100, 124):
        _, profile, runs = some_evidence(seed)
        reached = Level.LISTED
        for count in range(len(runs) + 1):
            level = judge_level(RULES, profile, runs[:count]).level
            assert level >= reached, seed
            reached = level
            seen.add(level)
        better = [replace(one, evidence_class=EvidenceClass.LIVE) for one in runs]
        assert judge_level(RULES, profile, better).level >= reached, seed
    assert seen == set(Level)  # else this would say little


def test_without_evidence_nothing_is_reached() -> None:
    for profile in PROFILES:
        evaluation = judge_level(RULES, profile, [])
        assert (evaluation.level, evaluation.runs) == (Level.LISTED, ())
        assert evaluation.evidence_class is EvidenceClass.SELF_REPORTED
        assert evaluation.figure.exact == 0
        assert all(evaluation.missing[level] for level in RULES.levels)
        assert {one.level for one in evaluation.sensitivities} == {Level.LISTED}


def test_the_document_is_complete_and_its_digest_tells_inputs_apart() -> None:
    runs = proving_runs()
    document = evaluation_document(judge_level(RULES, PROFILES[0], runs))
    assert document["level"] == "native" and document["evidence_class"] == "live"
    assert len(document["capabilities"]) == 54 and len(document["axes"]) == 18
    assert len(document["concerns"]) == 15 and len(document["sensitivities"]) == 30
    assert document["guideline_digest"] == RULES.guideline.digest
    assert document["profile_digest"] == PROFILES[0].digest
    assert document["open_subjects"] == ["image", "shared"]
    assert set(document["missing"]) == {"connected", "integrated", "native"}
    others = [
        evaluation_document(judge_level(RULES, PROFILES[0], runs[:1])),
        evaluation_document(judge_level(RULES, PROFILES[1], runs)),
        evaluation_document(judge_level(RULES, PROFILES[0], runs, version="1.0")),
    ]
    digests = {digest_of(one) for one in [document, *others]}
    assert len(digests) == 4
