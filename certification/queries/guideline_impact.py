"""What a guideline would do before anybody approves it: every stored run judged, nothing stored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from uuid import UUID

import numpy as np
from django.db.models import QuerySet

from certification.eligibility import engine_waiver
from certification.engine.bundle import BundleRefused
from certification.engine.integration import IntegrationRules, Level
from certification.engine.joining import RunsNotJoined
from certification.engine.report import EvidenceUnreadable
from certification.engine.verdict import CompiledGuideline, WaiverMisplaced, compile_masks, evaluate
from certification.evidence import EvidenceGone
from certification.joined_claims import joined, report_of_submission, runs_of_submission
from certification.judging import compiled_guideline, known_tests, report_of
from certification.levels import judge_set_by, rules_of
from certification.models import Certificate, Guideline, Run, SupportingRun
from certification.queries.guideline_batch import (
    ERROR,
    FAILED,
    PASSED,
    UNKNOWN,
    Codes,
    judge_stack,
)
from certification.queries.guideline_outcomes import (
    Impact,
    Outcome,
    ProductImpact,
    TargetImpact,
    baseline_of,
)
from certification.queries.stored_runs import StoredRuns, judged_runs, stored_runs

#: Runs whose evidence is read for one preview; further ones are counted as not known.
READ_MOST = 200
_CODES = {"passed": PASSED, "failed": FAILED, "error": ERROR}


def impact_of_draft(guideline: Guideline) -> Impact:
    """What approving this text would do."""
    if guideline.is_integration:
        return _impact_on_levels(rules_of(guideline), baseline_of(guideline))
    return impact_of(compiled_guideline(guideline), baseline_of(guideline))


def impact_of_amendment(
    after: CompiledGuideline | IntegrationRules, guideline: Guideline
) -> Impact:
    """What the guideline would do with one more amendment, which `after` has."""
    if isinstance(after, IntegrationRules):
        return _impact_on_levels(after, guideline)
    return impact_of(after, guideline)


def impact_of(compiled: CompiledGuideline, baseline: Guideline | None) -> Impact:
    """What judging by `compiled` instead of `baseline` would do, over all stored runs."""
    certificates = _certificates(baseline)
    verdicts = _Verdicts(Judge(compiled), Judge(compiled_guideline(baseline)) if baseline else None)
    wanted = {certificate.run_id for certificate in certificates}
    for stored in stored_runs(judged_runs()):
        verdicts.count(stored, wanted)
    for certificate in _joined(certificates):
        verdicts.judge_joined(certificate)
    return Impact(
        baseline,
        verdicts.runs,
        tuple(verdicts.targets.values()),
        tuple(_products(compiled, certificates, verdicts)),
    )


def _certificates(baseline: Guideline | None) -> list[Certificate]:
    """In force, of the kind of guideline that is looked at."""
    rows = Certificate.objects.in_force().select_related(
        "release__product__vendor", "guideline", "submission"
    )
    if baseline is None:
        return []
    found: QuerySet[Certificate] = rows.filter(guideline__add_on=baseline.add_on)
    return list(found.defer("guideline__document", "statement", "descriptor").order_by("number"))


def _joined(certificates: list[Certificate]) -> list[Certificate]:
    """Those whose claims rest on several runs."""
    submissions = [one.submission_id for one in certificates]
    several = set(
        SupportingRun.objects.filter(submission__in=submissions).values_list(
            "submission", flat=True
        )
    )
    return [one for one in certificates if one.submission_id in several]


class Judge:
    """A guideline with its masks over the dictionary of now, kept for one preview alone."""

    def __init__(self, compiled: CompiledGuideline) -> None:
        self.compiled = compiled
        self._masks = compile_masks(compiled, known_tests())

    def codes(self, stored: StoredRuns) -> dict[str, Codes]:
        """One code for each of the runs, by target."""
        return {
            target: judge_stack(masks, stored.kinds)[stored.kind]
            for target, masks in self._masks.items()
        }


@dataclass(slots=True)
class _Verdicts:
    """Counts by target, and the codes of the runs that certificates rest on: `of_claim` of those
    that rest on several, by their certificates."""

    after: Judge
    before: Judge | None
    runs: int = 0
    reads: int = 0
    targets: dict[str, TargetImpact] = field(default_factory=dict)
    of_run: dict[tuple[UUID, str], tuple[int, int]] = field(default_factory=dict)
    of_claim: dict[UUID, dict[str, tuple[int, int]]] = field(default_factory=dict)

    def of(self, certificate: Certificate, target: str) -> tuple[int, int]:
        """What its evidence says now, and what it would say."""
        unknown = UNKNOWN, UNKNOWN
        if certificate.pk in self.of_claim:
            return self.of_claim[certificate.pk].get(target, unknown)
        return self.of_run.get((certificate.run_id, target), unknown)

    def judge_joined(self, certificate: Certificate) -> None:
        """Only the reports can be joined; past the limit of reading nothing is known of them."""
        of_target = self.of_claim[certificate.pk] = dict[str, tuple[int, int]]()
        runs = runs_of_submission(certificate.submission)
        if self.reads + len(runs) > READ_MOST:
            return
        self.reads += len(runs)
        before = _codes_of_joined(runs, self.before.compiled) if self.before else {}
        for target, then in _codes_of_joined(runs, self.after.compiled).items():
            of_target[target] = before.get(target, FAILED), then

    def count(self, stored: StoredRuns, wanted: set[UUID]) -> None:
        self.runs += len(stored)
        after = self.after.codes(stored)
        before = self.before.codes(stored) if self.before else {}
        self._read_unknown(stored, after, before)
        places = stored.places_of(wanted)
        for target, then in after.items():
            now = before.get(target, np.full(len(stored), FAILED, dtype=np.int8))
            self._add(target, now, then)
            for i in places:
                self.of_run[stored.id_of(i), target] = int(now[i]), int(then[i])

    def _add(self, target: str, now: Codes, then: Codes) -> None:
        one = self.targets.setdefault(target, TargetImpact(target))
        was, becomes = now == PASSED, then == PASSED
        unknown = (then == UNKNOWN) | (now == UNKNOWN)
        one.passed_before += int(was.sum())
        one.passed_after += int(becomes.sum())
        one.gained += int((~was & becomes & ~unknown).sum())
        one.lost += int((was & ~becomes & ~unknown).sum())
        one.unknown += int(unknown.sum())

    def _read_unknown(
        self, stored: StoredRuns, after: Mapping[str, Codes], before: Mapping[str, Codes]
    ) -> None:
        """Judge from the evidence what bitmaps cannot tell, as far as the limit goes."""
        unknown = np.zeros(len(stored), dtype=bool)
        for codes in (*after.values(), *before.values()):
            unknown |= codes == UNKNOWN
        for i in np.flatnonzero(unknown)[: READ_MOST - self.reads]:
            self.reads += 1
            self._read(stored.id_of(i), int(i), after, self.after.compiled)
            if self.before is not None:
                self._read(stored.id_of(i), int(i), before, self.before.compiled)

    def _read(
        self, run_id: UUID, place: int, codes: Mapping[str, Codes], compiled: CompiledGuideline
    ) -> None:
        try:
            report = report_of(Run.objects.get(pk=run_id))
        except (EvidenceGone, EvidenceUnreadable, Run.DoesNotExist):
            return
        for target, of_target in codes.items():
            of_target[place] = _CODES[evaluate(compiled, report, target).verdict.value]


def _products(
    compiled: CompiledGuideline, certificates: list[Certificate], verdicts: _Verdicts
) -> Iterator[ProductImpact]:
    held = {(certificate.release_id, certificate.target) for certificate in certificates}
    won: set[tuple[int, str]] = set()
    for certificate in certificates:
        yield ProductImpact(
            certificate, certificate.target, _outcome(compiled, certificate, verdicts)
        )
        for target in compiled.targets:
            key = certificate.release_id, target
            now, then = verdicts.of(certificate, target)
            if key not in held | won and then == PASSED and now not in (PASSED, UNKNOWN):
                won.add(key)
                yield ProductImpact(certificate, target, Outcome.WINS)


def _outcome(compiled: CompiledGuideline, certificate: Certificate, verdicts: _Verdicts) -> Outcome:
    if certificate.target not in compiled.targets:
        return Outcome.NO_TARGET
    _, then = verdicts.of(certificate, certificate.target)
    if then == UNKNOWN:
        return Outcome.UNKNOWN
    if then == PASSED or _passes_with_waivers(compiled, certificate):
        return Outcome.KEEPS
    return Outcome.LOSES


def _passes_with_waivers(compiled: CompiledGuideline, certificate: Certificate) -> bool:
    """A waiver is for one guideline: it helps under an amendment, never under another text."""
    waivers = [
        engine_waiver(one)
        for one in certificate.submission.waivers.select_related(
            "guideline", "release__product__vendor"
        )
        if one.guideline.digest == compiled.guideline.digest
    ]
    if not waivers:
        return False
    try:
        report = report_of_submission(certificate.submission, compiled)
        found = evaluate(compiled, report, certificate.target, waivers)
    except (EvidenceGone, EvidenceUnreadable, WaiverMisplaced, RunsNotJoined):
        return False
    return found.verdict.value == "passed"


def _codes_of_joined(runs: list[Run], compiled: CompiledGuideline) -> dict[str, int]:
    """By target; nothing where the runs cannot be read or joined."""
    try:
        report = joined(runs, compiled).report
    except (EvidenceGone, EvidenceUnreadable, RunsNotJoined):
        return {}
    return {
        target: _CODES[evaluate(compiled, report, target).verdict.value]
        for target in compiled.targets
    }


def _impact_on_levels(rules: IntegrationRules, baseline: Guideline | None) -> Impact:
    """Levels follow from bundles, which are read: of the products with a certificate alone."""
    products, targets = [], {level.word: TargetImpact(level.word) for level in _LEVELS}
    certificates = _certificates(baseline)
    for certificate in certificates[:READ_MOST]:
        outcome = _level_outcome(certificate, rules)
        products.append(ProductImpact(certificate, certificate.target, outcome))
        one = targets[certificate.target]
        one.passed_before += 1
        one.passed_after += outcome is Outcome.KEEPS
        one.lost += outcome is Outcome.LOSES
        one.unknown += outcome is Outcome.UNKNOWN
    for certificate in certificates[READ_MOST:]:
        products.append(ProductImpact(certificate, certificate.target, Outcome.UNKNOWN))
        targets[certificate.target].unknown += 1
    return Impact(baseline, len(certificates), tuple(targets.values()), tuple(products))


_LEVELS = (Level.CONNECTED, Level.INTEGRATED, Level.NATIVE)


def _level_outcome(certificate: Certificate, rules: IntegrationRules) -> Outcome:
    runs = runs_of_submission(certificate.submission)
    try:
        evaluation = judge_set_by(rules, certificate.release, runs)
    except (BundleRefused, EvidenceGone, EvidenceUnreadable):
        return Outcome.UNKNOWN
    wanted = Level[certificate.target.upper()]
    reached = evaluation is not None and evaluation.level >= wanted
    return Outcome.KEEPS if reached else Outcome.LOSES
