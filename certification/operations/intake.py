"""Taking in a run: the bytes are stored, the run is committed, the work is queued."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from certification.engine.report import Report
from certification.evidence import (
    EvidenceStoreFull,
    evidence_stands,
    lock_evidence,
    store_evidence,
)
from certification.inserting import insert_run
from certification.models import QueueEntry, Run, RunChallenge
from certification.operations.moment import moment
from certification.operations.verification import judged_on_arrival, store_findings
from certification.queue import enqueue
from marketplace.catalogue import audit
from marketplace.catalogue.models import SigningKey, User, Vendor
from marketplace.catalogue.policy import Permission, can, vendor_for_uploads

_NONCE = re.compile(r"[0-9a-f]{32}")
_UNSAFE_IN_NAME = re.compile(r"[^A-Za-z0-9._ -]+")


class EvidenceTakenAway(EvidenceStoreFull):
    """Equal bytes expired while these came in. As with a full store nothing was kept."""

    code = "evidence-taken-away"


class ChallengeRefused(ValueError):
    """The upload names a nonce that it cannot answer: a conflict (trust.md S9)."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Receipt:
    """`created` is false where the same owner had sent the same bytes before: that run stands."""

    run: Run
    created: bool


def receive_run(  # noqa: PLR0913 - one keyword for each fact of an upload
    *,
    chunks: Iterable[bytes],
    limit: int,
    via: Run.Via,
    by: User | None,
    signed_with: SigningKey | None = None,
    file_name: str = "",
    cpid: str = "",
    nonce: str = "",
    at: datetime | None = None,
    report: Report | None = None,
) -> Receipt:
    """Store the evidence and commit run, audit event and queue entry together (trust.md R1).

    `by` is None for an anonymous upload. `nonce` answers a challenge of ours (S9). Nothing is
    parsed here. A caller that had to parse the evidence gives the `report`: then the verdicts are
    committed with the run, and nothing waits in the queue.
    Raises EvidenceTooLarge, EvidenceEmpty, EvidenceStoreFull, ChallengeRefused.
    """
    arrival = moment(at) if nonce or at is not None else None
    if nonce and arrival is not None:
        vendor: Vendor | None = _open_challenge(nonce, by, arrival).release.product.vendor
    else:
        vendor = vendor_for_uploads(by) if by is not None else None
    stored = store_evidence(chunks, limit=limit)
    run = Run(
        evidence_sha256=stored.sha256,
        evidence_bytes=stored.size,
        file_name=_UNSAFE_IN_NAME.sub("_", file_name)[-120:],
        uploaded_via=via,
        uploaded_by=by,
        vendor=vendor,
        signed_with=signed_with,
        cpid=cpid,
    )
    if arrival is not None:
        run.received_at = arrival
    with transaction.atomic():
        lock_evidence(stored.sha256)
        if not evidence_stands(stored.sha256):
            raise EvidenceTakenAway(
                "The evidence could not be kept. Nothing changed; send it again."
            )
        judgements = judged_on_arrival(run, report) if report is not None else None
        if not insert_run(run):
            kept = Run.objects.get(evidence_sha256=stored.sha256, uploaded_by=by, vendor=vendor)
            return Receipt(kept, created=False)
        if nonce and arrival is not None:
            _answer_challenge(nonce, run, arrival)
        audit.record(
            "run.received",
            run,
            actor=audit.actor_of(by),
            evidence_sha256=stored.sha256,
            evidence_bytes=stored.size,
            via=str(via),
            challenged=bool(nonce),
        )
        if report is None or judgements is None:
            enqueue(QueueEntry.Kind.VERIFY_RUN, str(run.pk))
        else:
            store_findings(run, report, judgements)
    return Receipt(run, created=True)


def _open_challenge(nonce: str, by: User | None, now: datetime) -> RunChallenge:
    """Raises ChallengeRefused for a nonce that is unknown, another vendor's, used or too old."""
    if not _NONCE.fullmatch(nonce):
        raise ChallengeRefused(
            "challenge-malformed", "A nonce is 32 hexadecimal digits. Copy it whole."
        )
    known = RunChallenge.objects.select_related("release__product__vendor").filter(nonce=nonce)
    challenge = known.first()
    if by is None:
        raise ChallengeRefused(
            "challenge-anonymous",
            "A nonce is answered by a run of yours, and this upload says nothing of who sends it. "
            "Sign in, or give a token that may upload: HALLMARK_TOKEN.",
        )
    if challenge is None or not can(by, Permission.UPLOAD_RUN, challenge.release.product.vendor):
        raise ChallengeRefused(
            "challenge-unknown", "This nonce was not given to your organization. Take a new one."
        )
    if challenge.used_at is not None:
        raise ChallengeRefused("challenge-used", "This nonce was used already. Take a new one.")
    if challenge.expires_at <= now:
        raise ChallengeRefused(
            "challenge-expired", "This nonce is over 24 hours old. Take a new one."
        )
    return challenge


def _answer_challenge(nonce: str, run: Run, now: datetime) -> None:
    """Of two uploads with one nonce at once, one answers it. Raises ChallengeRefused."""
    if not RunChallenge.objects.filter(nonce=nonce, used_at=None).update(run=run, used_at=now):
        raise ChallengeRefused("challenge-used", "This nonce was used already. Take a new one.")
