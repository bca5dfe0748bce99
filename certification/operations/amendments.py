"""Amending a guideline in force: a test is set aside for everybody, or counts again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from certification.engine.guideline.amendment import Amendment as EngineAmendment
from certification.engine.guideline.amendment import AmendmentInvalid, with_amendments
from certification.engine.guideline.finding import Severity
from certification.engine.guideline.lint import for_approval, lint
from certification.engine.guideline.model import Guideline as ParsedGuideline
from certification.engine.integration import IntegrationRules
from certification.engine.integration.amending import amended_rules, test_of
from certification.engine.verdict import CompiledGuideline, compile_guideline
from certification.guidelines import shipped_inventories
from certification.judging import (
    amended_with,
    compiled_guideline,
    engine_amendment,
    parsed_guideline,
    wait_for_settling_runs,
)
from certification.levels import rules_of, written_rules
from certification.models import Amendment, Guideline, QueueEntry
from certification.operations.moment import moment
from certification.queue import enqueue
from marketplace.catalogue import audit
from marketplace.catalogue.models import User
from marketplace.catalogue.policy import Permission, can

REASON_MOST, TEST_MOST = 1000, 512
AMENDABLE = (Guideline.State.APPROVED, Guideline.State.SUPERSEDED)


class AmendmentRefused(ValueError):
    """`code` is stable; the message says what is in the way."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants amended. `test` is a name or an idempotent id, as they wrote it."""

    action: Amendment.Action
    test: str
    reason: str


def amend_guideline(
    *, guideline: Guideline, wish: Wish, by: User, at: datetime | None = None
) -> Amendment:
    """Write the amendment and queue every stored run to be judged again. Certificates stay as they
    are: their pages say what the amendment would mean for them. Raises AmendmentRefused."""
    _require(by)
    with transaction.atomic():
        wait_for_settling_runs()
        locked = Guideline.objects.select_for_update().get(pk=guideline.pk)
        row = _drafted(locked, wish, by, moment(at))
        _refuse_without_effect(locked, row)
        row.save(force_insert=True)
        Guideline.objects.filter(pk=locked.pk).update(amended=row.number)
        audit.record(
            "guideline.amended",
            locked,
            actor=audit.actor_of(by),
            number=row.number,
            action=row.action,
            test=row.test,
            digest=row.digest,
        )
        # A subject of its own: a round that began before this amendment must not stand for it.
        enqueue(QueueEntry.Kind.JUDGE_GUIDELINE, f"{locked.pk}::{row.number}")
    guideline.refresh_from_db()
    return row


def drafted_amendment(
    *, guideline: Guideline, wish: Wish, by: User
) -> CompiledGuideline | IntegrationRules:
    """The guideline as it would count, nothing stored: for the preview. Raises AmendmentRefused."""
    _require(by)
    row = _drafted(guideline, wish, by, moment(None))
    return _refuse_without_effect(guideline, row)


def _drafted(guideline: Guideline, wish: Wish, by: User, now: datetime) -> Amendment:
    if guideline.state not in AMENDABLE:
        raise AmendmentRefused(
            "guideline-not-in-force", "Only a guideline that is or was in force is amended."
        )
    test, reason = wish.test.strip(), wish.reason.strip()
    if not reason:
        raise AmendmentRefused("reason-missing", "Say why, for the public.")
    if len(reason) > REASON_MOST:
        raise AmendmentRefused("reason-too-long", f"At most {REASON_MOST:,} characters.")
    if not test or len(test) > TEST_MOST:
        raise AmendmentRefused("amendment-unknown-test", "Name one test of the guideline.")
    if guideline.is_integration:
        test = test_of(written_rules(guideline), test)
    row = Amendment(
        guideline=guideline,
        number=guideline.amended + 1,
        action=wish.action,
        test=test,
        reason=reason,
        author=by.display_name or "a person of the foundation",
        decided_by=by,
        decided_on=now.date(),
        at=now,
    )
    row.digest = engine_amendment(row).digest
    return row


def _refuse_without_effect(
    guideline: Guideline, row: Amendment
) -> CompiledGuideline | IntegrationRules:
    """How the guideline would count. It must change what counts, and leave every required
    capability with something to test; of a level, whose capabilities have one test each, something
    that it requires."""
    document, amendments = amended_with(guideline, engine_amendment(row))
    if guideline.is_integration:
        return _rules_with(guideline, row, amendments)
    try:
        after = compile_guideline(document, amendments)
    except AmendmentInvalid as fault:
        raise AmendmentRefused(fault.code, str(fault)) from None
    before = compiled_guideline(guideline)
    if _counted(before) == _counted(after):
        raise _without_effect(row)
    errors = _errors(with_amendments(document, amendments)) - _errors(parsed_guideline(guideline))
    if errors:
        raise AmendmentRefused(
            "amendment-leaves-errors", f"With it the guideline has errors: {sorted(errors)[0]}"
        )
    return after


def _rules_with(
    guideline: Guideline, row: Amendment, amendments: Sequence[EngineAmendment]
) -> IntegrationRules:
    try:
        after = amended_rules(written_rules(guideline), amendments)
    except AmendmentInvalid as fault:
        raise AmendmentRefused(fault.code, str(fault)) from None
    before = rules_of(guideline).capabilities
    if all(before[name].flagged == one.flagged for name, one in after.capabilities.items()):
        raise _without_effect(row)
    return after


def _without_effect(row: Amendment) -> AmendmentRefused:
    is_so = "set aside" if row.action == Amendment.Action.FLAG else "counting"
    return AmendmentRefused(
        "amendment-without-effect",
        f"It would change no verdict: the test is {is_so} already, or no target requires it.",
    )


def _counted(compiled: CompiledGuideline) -> dict[str, tuple[int, ...]]:
    return {name: target.counted for name, target in compiled.targets.items()}


def _errors(parsed: ParsedGuideline) -> set[str]:
    found = for_approval(lint(parsed, shipped_inventories()))
    return {f"{one.place}: {one.text}" for one in found if one.severity is Severity.ERROR}


def _require(by: User) -> None:
    if not can(by, Permission.APPROVE_GUIDELINE):
        raise AmendmentRefused("forbidden", "Only staff admins may do this.")
