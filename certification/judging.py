"""The engine with what this process remembers: the dictionary, compiled guidelines, their masks.

Everything kept is a pure function of the database's immutable rows, so nothing here goes stale: the
dictionary only grows, and a guideline is known by its digest.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from django.db import connection

from certification.dictionary import dictionary_length, stored_keys
from certification.engine.canonical import digest_of
from certification.engine.formats import decode_report, encode_report, parse_report_stream
from certification.engine.formats.stored import StoredReportUnreadable
from certification.engine.guideline.model import Guideline as ParsedGuideline
from certification.engine.guideline.parse import parse_guideline
from certification.engine.report import Report
from certification.engine.verdict import (
    RULESET,
    BitmapUnusable,
    CompiledGuideline,
    EvidenceFacts,
    RunBitmap,
    Summary,
    TargetMasks,
    TestDictionary,
    compile_guideline,
    compile_masks,
    evaluate,
    verdict_of,
)
from certification.engine.verdict import Evaluation as Explanation
from certification.evidence import keep_report, read_evidence, read_report
from certification.models import Guideline, Run

logger = logging.getLogger(__name__)

#: Shared by those who settle runs; alone holds it who changes what runs are judged against.
JUDGED_LOCK = 4_711_004


@lru_cache(maxsize=128)
def _compiled(digest: str) -> CompiledGuideline:
    document = Guideline.objects.values_list("document", flat=True).get(digest=digest)
    return compile_guideline(parse_guideline(bytes(document)))


def compiled_guideline(guideline: Guideline) -> CompiledGuideline:
    return _compiled(guideline.digest)


def parsed_guideline(guideline: Guideline) -> ParsedGuideline:
    return compiled_guideline(guideline).guideline


class _Dictionary:
    """The stored dictionary and the masks over it, caught up with the database when asked."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tests = TestDictionary()
        self._masks: dict[str, tuple[int, dict[str, TargetMasks]]] = {}

    def current(self) -> TestDictionary:
        with self._lock:
            stored = dictionary_length()
            if stored < len(self._tests):
                # Another database than before: only tests do that.
                self._tests, self._masks = TestDictionary(), {}
            if stored > len(self._tests):
                self._tests.grow(stored_keys(start=len(self._tests)))
            return self._tests

    def masks(self, guideline: Guideline, tests: TestDictionary) -> dict[str, TargetMasks]:
        kept = self._masks.get(guideline.digest)
        if kept is None or kept[0] != len(tests):
            kept = len(tests), compile_masks(compiled_guideline(guideline), tests)
            self._masks[guideline.digest] = kept
        return kept[1]


_dictionary = _Dictionary()


@dataclass(frozen=True, slots=True)
class Judgement:
    """The stored form of one verdict."""

    guideline: Guideline
    inputs_digest: str
    target: str
    ruleset: int
    summary: Summary


def bitmap_of(report: Report) -> RunBitmap:
    return _dictionary.current().bitmap_of(report)


def judge(report: Report, bitmap: RunBitmap, guidelines: list[Guideline]) -> Iterator[Judgement]:
    """Each target of each guideline; by the bitmap, or from the report where that is not exact."""
    facts = EvidenceFacts.of(report)
    tests = _dictionary.current()
    for guideline in guidelines:
        inputs = inputs_digest(guideline)
        for target, masks in _dictionary.masks(guideline, tests).items():
            try:
                summary = verdict_of(masks, bitmap, facts)
            except BitmapUnusable:
                summary = _summary(evaluate(compiled_guideline(guideline), report, target))
            yield Judgement(guideline, inputs, target, RULESET, summary)


def inputs_digest(guideline: Guideline) -> str:
    """SHA-256 over what enters an evaluation beside the run: the same inputs, the same digest."""
    return digest_of({"guideline": guideline.digest, "amendments": [], "waivers": []})


def _summary(explained: Explanation) -> Summary:
    counts = explained.required
    return Summary(
        verdict=explained.verdict,
        reasons=explained.reasons,
        total=counts.total,
        passed=counts.passed,
        failed=counts.failed,
        skipped=counts.skipped,
        missing=counts.missing,
    )


def hold_judged_guidelines() -> list[Guideline]:
    """What runs are judged against; none comes to it until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [JUDGED_LOCK])
    return list(Guideline.objects.judged().defer("document"))


def wait_for_settling_runs() -> None:
    """Taken first by a transaction that adds a guideline to be judged: every run is settled either
    before it, and found by the judging of stored runs, or after it, and sees the guideline."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [JUDGED_LOCK])


def parse_evidence(run: Run) -> Report:
    """Parse the stored bytes, and keep the parsed report beside them. Raises EvidenceUnreadable,
    EvidenceGone."""
    report = parse_report_stream(read_evidence(run.evidence_sha256))
    try:
        keep_report(run.evidence_sha256, encode_report(report))
    except OSError as error:
        # It only saves time later: a full disk stops neither reading nor judging (trust.md R8).
        logger.warning("the report of run %s is not kept: %s", run.pk, error.strerror)
    return report


def report_of(run: Run) -> Report:
    """The parsed report, from beside the evidence where it lies there. Raises as parse_evidence."""
    encoded = read_report(run.evidence_sha256)
    if encoded is not None:
        try:
            return decode_report(encoded)
        except StoredReportUnreadable:
            pass
    return parse_evidence(run)


def explain(run: Run, guideline: Guideline, target: str) -> Explanation:
    """The verdict with every reason. Raises TargetUnknown, EvidenceGone."""
    return evaluate(compiled_guideline(guideline), report_of(run), target)
