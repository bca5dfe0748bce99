"""Runs, each within what its reader may see."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from certification.engine.formats import names_of_passed
from certification.engine.report import TestState
from certification.evidence import read_evidence
from certification.judging import report_of
from certification.models import QueueEntry, Run, RunQuerySet
from marketplace.catalogue.models import Membership, User

Reader = User | AnonymousUser
_BITMAPS = ("passed", "failed", "skipped")


def _light() -> QuerySet[Run]:
    return Run.objects.defer(*_BITMAPS).select_related("uploaded_by", "vendor", "signed_with")


def find_run(run_id: UUID, reader: Reader) -> Run:
    """Raises Run.DoesNotExist for what is not there and for what this reader may not know of."""
    found: Run = visible_runs(reader).get(pk=run_id)
    return found


def visible_runs(reader: Reader) -> RunQuerySet:
    return Run.objects.visible_to(reader).select_related("uploaded_by", "vendor", "signed_with")


def runs_by_ids(run_ids: Iterable[UUID], reader: Reader) -> list[Run]:
    """Those of the given runs that the reader may see, newest first."""
    return list(visible_runs(reader).filter(pk__in=run_ids).order_by("-received_at", "-id"))


def latest_public_runs(most: int) -> list[Run]:
    """Judged runs that everybody may see, newest first."""
    public = Q(uploaded_by=None) | Q(shared=True)
    judged = _light().filter(public, state=Run.State.VERIFIED)
    return list(judged.order_by("-received_at", "-id")[:most])


def runs_of(user: User) -> QuerySet[Run]:
    """The runs of a person and of their vendors, newest first."""
    vendors = Membership.objects.filter(user=user).values("vendor")
    mine = Q(uploaded_by=user, vendor=None) | Q(vendor__in=vendors)
    return _light().filter(mine).order_by("-received_at", "-id")


def names_of_passed_tests(run: Run) -> list[str]:
    """Sorted; empty for a run that is not judged yet or could not be read. Raises EvidenceGone."""
    if run.state != Run.State.VERIFIED:
        return []
    if run.uploaded_via == Run.Via.REFSTACK:  # plain JSON, which was read when it came in
        return names_of_passed(b"".join(read_evidence(run.evidence_sha256)))
    return [entry.name for entry in report_of(run).entries if entry.state is TestState.PASSED]


def runs_ahead(run: Run) -> int:
    """How many runs were queued before this one and are not judged yet."""
    waiting = QueueEntry.objects.filter(kind=QueueEntry.Kind.VERIFY_RUN, finished_at=None)
    own = waiting.filter(subject=str(run.pk)).values_list("pk", flat=True).first()
    return waiting.filter(pk__lt=own).count() if own is not None else 0
