"""Judging a received run: once, however often the task runs."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from django.db import DatabaseError, transaction
from django.db.models.functions import Now

from certification.engine import lifecycle
from certification.engine.bundle import BundleRefused
from certification.engine.report import (
    EvidenceFormat,
    EvidenceUnreadable,
    Report,
    TestState,
)
from certification.engine.verdict import RunBitmap
from certification.evidence import EvidenceGone
from certification.inserting import insert_evaluations
from certification.judging import (
    Judgement,
    bitmap_of,
    hold_judged_guidelines,
    judge_now,
    judged_guidelines,
    parse_evidence,
)
from certification.levels import judge_run
from certification.models import QueueEntry, Run
from certification.operations.bundles import BundleNotAccepted, accept_bundle
from certification.operations.standings import refresh_standings_of_run
from certification.queue import finish
from certification.time_copies import note_times
from marketplace.catalogue import audit

logger = logging.getLogger(__name__)


def verify_run(*, entry: QueueEntry) -> None:
    """Parse the evidence and judge it against every applicable guideline and target.

    Verdicts, the run's new state, the audit event and the end of the queue entry are one
    transaction. A run that is settled already, or gone, only ends the entry.
    """
    run = _start(entry)
    if run is None:
        finish(entry)
        return
    try:
        report = parse_evidence(run)
    except EvidenceUnreadable as fault:
        _refuse(run, entry, fault.code, str(fault), fault.place)
        return
    except EvidenceGone as fault:
        _refuse(run, entry, fault.code, str(fault), "")
        return
    try:
        if report.format is EvidenceFormat.OSI_BUNDLE:
            _settle_bundle(run, entry, report)
        else:
            _settle_tests(run, entry, report)
    except (BundleNotAccepted, BundleRefused) as fault:
        _refuse(run, entry, fault.code, str(fault), getattr(fault, "place", ""))


def _settle_tests(run: Run, entry: QueueEntry, report: Report) -> None:
    """Judged before the transaction, which then judges only by what came in between."""
    bitmap = bitmap_of(report)
    known = judged_guidelines()
    judgements = list(judge_run(run, report, bitmap, known))
    judged = {(guideline.pk, guideline.amended) for guideline in known}
    with transaction.atomic():
        if _settle(run, report, bitmap):
            held = hold_judged_guidelines()
            late = [found for found in held if (found.pk, found.amended) not in judged]
            judgements += judge_run(run, report, bitmap, late)
            store_findings(run, report, judgements)
        finish(entry)


def judged_on_arrival(run: Run, report: Report) -> list[Judgement] | None:
    """Settle a run that is not stored yet, in the transaction that will store it: its columns are
    set, and its verdicts given. None, and nothing set, where that has to wait: somebody is changing
    what runs are judged by, or the judging broke off. Then the worker does it, with its starts
    written down (trust.md R5)."""
    try:
        settled = judge_now(report)
        if settled is None:
            return None
        facts = derived_facts(report, settled.bitmap)
    except DatabaseError:
        raise  # the transaction is lost, and the upload with it
    except Exception:
        logger.exception("run %s is left to the worker", run.pk)
        return None
    for name, value in facts.items():
        setattr(run, name, value)
    run.state = Run.State.VERIFIED
    return settled.judgements


def _settle_bundle(run: Run, entry: QueueEntry, report: Report) -> None:
    """Whose nonce it carries decides its class: that is settled in the same transaction.

    Raises BundleNotAccepted, BundleRefused; then nothing of it is kept."""
    bitmap = bitmap_of(report)
    with transaction.atomic():
        if _settle(run, report, bitmap):
            accept_bundle(run)
            judgements = list(judge_run(run, report, bitmap, hold_judged_guidelines()))
            store_verdicts(run, judgements)
            run.refresh_from_db()
            refresh_standings_of_run(run)
        finish(entry)


def _start(entry: QueueEntry) -> Run | None:
    """Move the run to `verifying`; None where there is nothing left to do."""
    with transaction.atomic():
        run = Run.objects.select_for_update().filter(pk=entry.subject).first()
        if run is None or run.is_settled:
            return None
        if run.state == Run.State.RECEIVED:
            run.state = lifecycle.after(lifecycle.RUN, run.state, "start")
            run.save(update_fields=["state"])
            audit.record("run.verifying", run, actor=audit.SYSTEM)
    return run


def _settle(run: Run, report: Report, bitmap: RunBitmap) -> bool:
    """Write what the report says; True if this call is the one that settled the run."""
    changed = Run.objects.filter(
        pk=run.pk, state__in=lifecycle.states_allowing(lifecycle.RUN, "verify")
    ).update(state=Run.State.VERIFIED, verified_at=Now(), **derived_facts(report, bitmap))
    return bool(changed)


def derived_facts(report: Report, bitmap: RunBitmap) -> dict[str, Any]:
    """The columns of a run that follow from its evidence and the dictionary alone."""
    passed, failed, skipped = bitmap.to_bytes(bitmap.width // 8 + 1)
    damage = report.damage
    states = [entry.state for entry in report.entries]
    return {
        "format": report.format.value,
        "cpid": report.cpid,
        "duration_seconds": _duration(report),
        "started_at": _moment(report.started_at),
        "ended_at": _moment(report.ended_at),
        "events": report.events,
        "workers": report.workers,
        "passes_only": report.passes_only,
        "looks_incomplete": report.looks_incomplete,
        "tests_passed": states.count(TestState.PASSED),
        "tests_failed": states.count(TestState.FAILED),
        "tests_skipped": states.count(TestState.SKIPPED),
        "passed": passed,
        "failed": failed,
        "skipped": skipped,
        "dictionary_length": bitmap.width,
        "exact": bitmap.exact,
        "damage_offset": damage.offset if damage else None,
        "damage_reason": damage.reason[:300] if damage else "",
    }


def store_findings(run: Run, report: Report, judgements: list[Judgement]) -> None:
    """What settling a run of tests writes beside its own row, whichever way the run came."""
    store_verdicts(run, judgements)
    note_times(run, report)


def store_verdicts(run: Run, judgements: list[Judgement]) -> None:
    """The verdicts on a run that this transaction settles, and the word that they are there."""
    store_judgements(run, judgements)
    audit.record(
        "run.verified",
        run,
        actor=audit.SYSTEM,
        evidence_sha256=run.evidence_sha256,
        evaluations=len(judgements),
        anonymous=run.is_anonymous,
    )


def store_judgements(run: Run, judgements: list[Judgement]) -> None:
    store_each_judgement([(run, judgement) for judgement in judgements])


def store_each_judgement(told: Iterable[tuple[Run, Judgement]]) -> None:
    """One row per verdict; those that are there already stay (trust.md R4)."""
    insert_evaluations(list(told))


def _refuse(run: Run, entry: QueueEntry, code: str, text: str, place: str) -> None:
    with transaction.atomic():
        changed = Run.objects.filter(
            pk=run.pk, state__in=lifecycle.states_allowing(lifecycle.RUN, "refuse")
        ).update(
            state=Run.State.UNREADABLE,
            fault_code=code[:60],
            fault_text=text[:600],
            fault_place=place[:120],
        )
        if changed:
            audit.record("run.unreadable", run, actor=audit.SYSTEM, code=code)
        finish(entry)


def quarantine_run(*, run_id: str, why: str) -> None:
    """Set a run aside that could not be judged to the end; inside the caller's transaction."""
    run = Run.objects.filter(pk=run_id).first()
    changed = Run.objects.filter(
        pk=run_id, state__in=lifecycle.states_allowing(lifecycle.RUN, "quarantine")
    ).update(
        state=Run.State.QUARANTINED,
        fault_code="judging-broke-off",
        fault_text="Judging this run broke off three times, so it was set aside. The evidence "
        "is kept and a person of the foundation looks at it. "
        f"Last fault: {why or 'the process died'}.",
    )
    if changed and run is not None:
        audit.record("run.quarantined", run, actor=audit.SYSTEM, last_error=why)


def _duration(report: Report) -> int | None:
    if report.declared_duration_s is not None:
        return report.declared_duration_s
    if report.started_at is None or report.ended_at is None:
        return None
    return max(0, round(report.ended_at - report.started_at))


def _moment(seconds: float | None) -> datetime | None:
    """Evidence may claim any time; what no calendar holds is left out."""
    if seconds is None:
        return None
    try:
        return datetime.fromtimestamp(seconds, tz=UTC)
    except (ValueError, OverflowError, OSError):
        return None
