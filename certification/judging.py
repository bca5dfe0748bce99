"""The engine with what this process remembers: the dictionary, compiled guidelines, their masks.

Everything kept is a pure function of the database's immutable rows, so nothing here goes stale: the
dictionary only grows, and a guideline is known by its digest and those of its amendments.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import connection

from certification.dictionary import dictionary_length, stored_keys
from certification.engine.canonical import digest_of
from certification.engine.formats import decode_report, encode_report, parse_report_stream
from certification.engine.formats.stored import StoredReportUnreadable
from certification.engine.guideline.amendment import Amendment as EngineAmendment
from certification.engine.guideline.amendment import AmendmentAction, with_amendments
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
    counts_of,
    evaluate,
    summaries_of,
)
from certification.engine.verdict import Evaluation as Explanation
from certification.evidence import keep_report, read_evidence, read_report
from certification.models import Amendment, Guideline, Run
from marketplace.catalogue.prepared import Statement

logger = logging.getLogger(__name__)

#: Shared by those who settle runs; alone holds it who changes what runs are judged against.
JUDGED_LOCK = 4_711_004


@lru_cache(maxsize=128)
def _written(digest: str) -> ParsedGuideline:
    document = Guideline.objects.values_list("document", flat=True).get(digest=digest)
    return parse_guideline(bytes(document))


@lru_cache(maxsize=128)
def _compiled(digest: str, amendments: tuple[str, ...]) -> CompiledGuideline:
    return compile_guideline(_written(digest), applied_amendments(digest, len(amendments)))


@lru_cache(maxsize=128)
def _amended(digest: str, amendments: tuple[str, ...]) -> ParsedGuideline:
    return with_amendments(_written(digest), applied_amendments(digest, len(amendments)))


def applied_amendments(digest: str, first: int) -> list[EngineAmendment]:
    rows = Amendment.objects.filter(guideline__digest=digest, number__lte=first)
    return [engine_amendment(row) for row in rows.select_related("guideline").order_by("number")]


def amended_with(
    guideline: Guideline, further: EngineAmendment
) -> tuple[ParsedGuideline, list[EngineAmendment]]:
    """The document, and its amendments with one more that is not stored."""
    applied = applied_amendments(guideline.digest, guideline.amended)
    return _written(guideline.digest), [*applied, further]


def engine_amendment(row: Amendment) -> EngineAmendment:
    return EngineAmendment(
        guideline_digest=row.guideline.digest,
        action=AmendmentAction(row.action),
        test=row.test,
        reason=row.reason,
        author=row.author,
        date=row.decided_on.isoformat(),
    )


def amendment_digests(guideline: Guideline, amended: int | None = None) -> tuple[str, ...]:
    """Of the amendments that apply, in order; of the first `amended` where that is given. Asks the
    database for guidelines with amendments alone."""
    wanted = guideline.amended if amended is None else amended
    if not wanted:
        return ()
    rows = Amendment.objects.filter(guideline=guideline.pk, number__lte=wanted)
    return tuple(rows.order_by("number").values_list("digest", flat=True))


def compiled_guideline(guideline: Guideline, amended: int | None = None) -> CompiledGuideline:
    """With every amendment, or with the first `amended` of them: what counted at that time."""
    return _compiled(guideline.digest, amendment_digests(guideline, amended))


def parsed_guideline(guideline: Guideline) -> ParsedGuideline:
    """What holds today: the document with its amendments' flags."""
    digests = amendment_digests(guideline)
    return _amended(guideline.digest, digests) if digests else _written(guideline.digest)


def written_guideline(guideline: Guideline) -> ParsedGuideline:
    """What the document itself says, whatever was amended."""
    return _written(guideline.digest)


#: A guideline's digest and those of its amendments.
_Form = tuple[str, tuple[str, ...]]


class _Judged:
    """The guidelines that runs are judged by, without their documents; asked for anew where a row
    was written since. They are shared by all who ask: to be read, never changed."""

    _ROWS = Statement(
        "judged_guidelines",
        """
        SELECT id, digest, xmin::text, ctid::text FROM certification_guideline
        WHERE state IN ('approved', 'superseded') OR (state = 'draft' AND announced)
        UNION ALL SELECT -1, '', coalesce(current_setting('hallmark.held', true), ''),
            coalesce(max(bit) + 1, 0)::text FROM certification_knowntest
        ORDER BY id
        """,
    )
    #: Its answer is read by the statement after it, which sees what was committed before the hold.
    _TRY_TO_HOLD = """
        SELECT set_config('hallmark.held', pg_try_advisory_xact_lock_shared(%s)::text, true);
    """

    def __init__(self) -> None:
        self._kept: tuple[list[tuple[Any, ...]], list[Guideline]] = [], []

    def current(self) -> tuple[list[Guideline], int]:
        """With how many keys the dictionary has, asked in the same statement."""
        with connection.cursor() as cursor:
            self._ROWS.run(cursor)
            (*_, length), *rows = cursor.fetchall()
        return self._guidelines(rows), int(length)

    def held(self) -> tuple[list[Guideline], int] | None:
        """The same with JUDGED_LOCK shared until the transaction ends; None where that would have
        to wait."""
        with connection.cursor() as cursor:
            self._ROWS.run(cursor, [JUDGED_LOCK], after=self._TRY_TO_HOLD)
            (*_, held, length), *rows = cursor.fetchall()
        return (self._guidelines(rows), int(length)) if held == "true" else None

    def _guidelines(self, rows: list[tuple[Any, ...]]) -> list[Guideline]:
        kept = self._kept
        if kept[0] != rows:
            keys = [row[0] for row in rows]
            found = Guideline.objects.filter(pk__in=keys).defer("document").order_by("pk")
            kept = self._kept = rows, list(found)
        return list(kept[1])


class _Dictionary:
    """The stored dictionary and the masks over it, caught up with the database when asked."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tests = TestDictionary()
        self._masks: dict[_Form, tuple[int, dict[str, TargetMasks]]] = {}

    def current(self, stored: int | None = None) -> TestDictionary:
        """`stored` is its length in the database where the caller has just asked."""
        with self._lock:
            if stored is None:
                stored = dictionary_length()
            if stored < len(self._tests):
                # Another database than before: only tests do that.
                self._tests, self._masks = TestDictionary(), {}
            if stored > len(self._tests):
                self._tests.grow(stored_keys(start=len(self._tests)))
            return self._tests

    def masks(self, compiled: CompiledGuideline, tests: TestDictionary) -> dict[str, TargetMasks]:
        form = compiled.guideline.digest, compiled.amendments
        kept = self._masks.get(form)
        if kept is None or kept[0] != len(tests):
            kept = len(tests), compile_masks(compiled, tests)
            self._masks[form] = kept
        return kept[1]


_dictionary = _Dictionary()
_judged = _Judged()


@dataclass(frozen=True, slots=True)
class Judgement:
    """The stored form of one verdict."""

    guideline: Guideline
    inputs_digest: str
    target: str
    ruleset: int
    summary: Summary


def known_tests() -> TestDictionary:
    """The dictionary as it is stored now."""
    return _dictionary.current()


def bitmap_of(report: Report) -> RunBitmap:
    return _dictionary.current().bitmap_of(report)


def judge(
    report: Report,
    bitmap: RunBitmap,
    guidelines: list[Guideline],
    tests: TestDictionary | None = None,
) -> Iterator[Judgement]:
    """Each target of each guideline; by the bitmap, or from the report where that is not exact.
    `tests` is the dictionary where the caller has just asked for it."""
    facts = EvidenceFacts.of(report)
    tests = _dictionary.current() if tests is None else tests
    for guideline in guidelines:
        compiled = compiled_guideline(guideline)
        inputs = inputs_digest(compiled)
        masks = _dictionary.masks(compiled, tests)
        try:
            found = {target: counts_of(mask, bitmap, facts) for target, mask in masks.items()}
        except BitmapUnusable:
            found = summaries_of(compiled, report)
        for target, summary in found.items():
            yield Judgement(guideline, inputs, target, RULESET, summary)


@dataclass(frozen=True, slots=True)
class GuidelineMasks:
    """A guideline as its amendments leave it, ready to judge any number of bitmaps: nothing more is
    asked of the database. `inputs_digest` is what enters its evaluations beside the run."""

    guideline: Guideline
    inputs_digest: str
    targets: tuple[TargetMasks, ...]


def masks_of_guideline(guideline: Guideline, amended: int | None = None) -> GuidelineMasks:
    """With every amendment, or with the first `amended` of them."""
    compiled = compiled_guideline(guideline, amended)
    masks = _dictionary.masks(compiled, _dictionary.current())
    return GuidelineMasks(guideline, inputs_digest(compiled), tuple(masks.values()))


def inputs_digest(compiled: CompiledGuideline) -> str:
    """SHA-256 over what enters an evaluation beside the run: the same inputs, the same digest."""
    return _inputs_digest(compiled.guideline.digest, compiled.amendments)


@lru_cache(maxsize=128)
def _inputs_digest(guideline: str, amendments: tuple[str, ...]) -> str:
    return digest_of({"guideline": guideline, "amendments": list(amendments), "waivers": []})


def judged_guidelines() -> list[Guideline]:
    """What runs are judged against now."""
    return _judged.current()[0]


def hold_judged_guidelines() -> list[Guideline]:
    """What runs are judged against; none comes to it until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [JUDGED_LOCK])
    return _judged.current()[0]


@dataclass(frozen=True, slots=True)
class Settled:
    """What settling a run writes: its bitmap, and the verdicts."""

    bitmap: RunBitmap
    judgements: list[Judgement]


def judge_now(report: Report) -> Settled | None:
    """Judge a run of tests inside the transaction that stores it, without waiting; None while
    somebody changes what runs are judged against."""
    held = _judged.held()
    if held is None:
        return None
    guidelines, length = held
    tests = _dictionary.current(length)
    bitmap = tests.bitmap_of(report)
    wanted = [one for one in guidelines if not one.is_integration]
    return Settled(bitmap, list(judge(report, bitmap, wanted, tests)))


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
