"""A guideline's way: imported as a draft, announced, approved by two persons, superseded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models.functions import Now

from certification.dictionary import grow_dictionary
from certification.engine import lifecycle
from certification.engine.guideline.finding import Finding, Severity
from certification.engine.guideline.lint import for_approval, lint
from certification.engine.guideline.model import Guideline as ParsedGuideline
from certification.engine.guideline.model import GuidelineInvalid
from certification.engine.guideline.parse import parse_guideline
from certification.engine.verdict import Key, compile_guideline, keys_of
from certification.guidelines import shipped_inventories
from certification.judging import wait_for_settling_runs
from certification.models import Evaluation, Guideline, GuidelineApproval, KnownTest, QueueEntry
from certification.models.guidelines import INTEGRATION
from certification.operations.moment import moment
from certification.queue import enqueue
from marketplace.catalogue import audit
from marketplace.catalogue.models import User
from marketplace.catalogue.policy import Permission, can

PERSONS_TO_APPROVE = 2


@dataclass(frozen=True, slots=True)
class Document:
    """`name` is the file's, for messages; `source` where it came from, kept beside it."""

    name: str
    raw: bytes
    source: str = ""


@dataclass(frozen=True, slots=True)
class Imported:
    """`created` is false for a document that was here already."""

    document: Document
    guideline: Guideline
    created: bool
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Refusal:
    document: Document
    fault: GuidelineInvalid


class ImportRefused(ValueError):
    """At least one document is no guideline; nothing was imported. `refusals` names each."""

    code = "import-refused"

    def __init__(self, refusals: Sequence[Refusal]) -> None:
        super().__init__(f"{len(refusals)} of the documents cannot be imported. Nothing changed.")
        self.refusals = tuple(refusals)


class GuidelineNotApprovable(ValueError):
    """`code` is stable; the message says what is in the way."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def import_guidelines(
    *, documents: Iterable[Document], actor: str, skip_invalid: bool = False
) -> tuple[list[Imported], list[Refusal]]:
    """Store each document as a draft, or none of them. A document known by its digest stays as it
    is. `skip_invalid` imports the good ones and gives the others back. Raises ImportRefused."""
    parsed: list[tuple[Document, ParsedGuideline]] = []
    keys: list[Key] = []
    refusals: list[Refusal] = []
    for document in documents:
        try:
            guideline = parse_guideline(document.raw)
            needed = keys_of(compile_guideline(guideline))
            _refuse_what_is_too_long(guideline, needed)
        except GuidelineInvalid as fault:
            refusals.append(Refusal(document, fault))
            continue
        parsed.append((document, guideline))
        keys += needed
    if refusals and not skip_invalid:
        raise ImportRefused(refusals)
    with transaction.atomic():
        grow_dictionary(keys)
        imported = [_import(document, guideline, actor) for document, guideline in parsed]
    return imported, refusals


def import_guideline_file(*, document: Document, by: User) -> Imported:
    """One document from a person of the staff. Raises ImportRefused, GuidelineNotApprovable."""
    _require(by, Permission.IMPORT_GUIDELINE)
    [imported], _ = import_guidelines(documents=[document], actor=audit.actor_of(by))
    return imported


def _refuse_what_is_too_long(parsed: ParsedGuideline, keys: Iterable[Key]) -> None:
    """What the parser reads and no row can hold. Raises GuidelineInvalid."""
    target, test = Evaluation._meta.get_field("target"), KnownTest._meta.get_field("name")
    texts = [
        ("id", parsed.id, Guideline._meta.get_field("document_id")),
        ("status", parsed.document_status, Guideline._meta.get_field("document_status")),
        *(("targets", aim.name, target) for aim in parsed.targets),
        *(("capabilities", name, test) for name, _ in keys),
    ]
    for place, text, column in texts:
        most = column.max_length
        if most is not None and len(text) > most:
            raise GuidelineInvalid(
                "guideline-text", f"{text[:80]!r}... is longer than {most} characters.", place
            )


def _import(document: Document, parsed: ParsedGuideline, actor: str) -> Imported:
    add_on, _, version = parsed.id.partition(".") if _has_prefix(parsed) else ("", "", parsed.id)
    row, created = Guideline.objects.get_or_create(
        digest=parsed.digest,
        defaults={
            "document": document.raw,
            "document_id": parsed.id,
            "version": version or parsed.id,
            "add_on": add_on if version else "",
            "schema": parsed.schema,
            "document_status": parsed.document_status,
            "source": document.source[:500],
        },
    )
    if created:
        row.refresh_from_db()
        audit.record("guideline.imported", row, actor=actor, digest=row.digest)
    return Imported(document, row, created, lint(parsed, shipped_inventories()))


def _has_prefix(parsed: ParsedGuideline) -> bool:
    """The id of an add-on or integration guideline names its kind before the version."""
    if parsed.id.startswith(f"{INTEGRATION}."):
        return True
    return bool(parsed.targets) and all(target.is_add_on for target in parsed.targets)


def announce_draft(*, guideline: Guideline, by: User) -> Guideline:
    """Judge runs against this draft too, so that vendors see how ready they are."""
    _require(by, Permission.IMPORT_GUIDELINE)
    with transaction.atomic():
        wait_for_settling_runs()
        changed = Guideline.objects.filter(
            pk=guideline.pk, state=Guideline.State.DRAFT, announced=False
        ).update(announced=True)
        if changed:
            audit.record("guideline.announced", guideline, actor=audit.actor_of(by))
            enqueue(QueueEntry.Kind.JUDGE_GUIDELINE, f"{guideline.pk}:")
    guideline.refresh_from_db()
    return guideline


def approve_guideline(
    *, guideline: Guideline, by: User, reason: str, at: datetime | None = None
) -> Guideline:
    """Note this person's approval; with the second person's the guideline is in force.

    A former document in force with the same id is superseded. Raises GuidelineNotApprovable.
    """
    _require(by, Permission.APPROVE_GUIDELINE)
    if not reason.strip():
        raise GuidelineNotApprovable("reason-missing", "Say why this guideline is approved.")
    errors = [
        finding
        for finding in for_approval(
            lint(parse_guideline(bytes(guideline.document)), shipped_inventories())
        )
        if finding.severity is Severity.ERROR
    ]
    if errors:
        raise GuidelineNotApprovable(
            "guideline-has-errors",
            f"{len(errors)} errors stand in the way, the first at {errors[0].place}: "
            f"{errors[0].text}",
        )
    with transaction.atomic():
        wait_for_settling_runs()
        # Every text of this id, so that of two approved at once the later supersedes the other.
        texts = Guideline.objects.select_for_update().filter(document_id=guideline.document_id)
        locked = {row.pk: row for row in texts.order_by("pk")}[guideline.pk]
        try:
            state = lifecycle.after(lifecycle.GUIDELINE, locked.state, "approve")
        except lifecycle.TransitionRefused as refused:
            raise GuidelineNotApprovable(refused.code, str(refused)) from None
        _, first_time = GuidelineApproval.objects.get_or_create(
            guideline=locked, person=by, defaults={"reason": reason.strip()[:500]}
        )
        if not first_time:
            raise GuidelineNotApprovable(
                "second-person-needed", "You have approved it already; a second person has to."
            )
        audit.record("guideline.approval", locked, actor=audit.actor_of(by), reason=reason[:500])
        if locked.approvals.count() >= PERSONS_TO_APPROVE:
            _put_in_force(locked, state, by, moment(at))
    guideline.refresh_from_db()
    return guideline


def _put_in_force(guideline: Guideline, state: str, by: User, now: datetime) -> None:
    former = Guideline.objects.filter(
        document_id=guideline.document_id, state=Guideline.State.APPROVED
    ).first()
    if former is not None:
        supersede_guideline(guideline=former, by=by)
    Guideline.objects.filter(pk=guideline.pk).update(state=state, approved_at=now, announced=False)
    audit.record("guideline.approved", guideline, actor=audit.actor_of(by), digest=guideline.digest)
    enqueue(QueueEntry.Kind.JUDGE_GUIDELINE, f"{guideline.pk}:")


def supersede_guideline(*, guideline: Guideline, by: User) -> Guideline:
    """It stays judged, and for six months certifiable; a newer one is in force."""
    _require(by, Permission.APPROVE_GUIDELINE)
    with transaction.atomic():
        changed = Guideline.objects.filter(
            pk=guideline.pk,
            state__in=lifecycle.states_allowing(lifecycle.GUIDELINE, "supersede"),
        ).update(state=Guideline.State.SUPERSEDED, superseded_at=Now())
        if not changed:
            raise GuidelineNotApprovable(
                lifecycle.TransitionRefused.code, "Only a guideline in force can be superseded."
            )
        audit.record("guideline.superseded", guideline, actor=audit.actor_of(by))
    guideline.refresh_from_db()
    return guideline


def _require(by: User, permission: Permission) -> None:
    if not can(by, permission):
        raise GuidelineNotApprovable("forbidden", "Only staff admins may do this.")
