"""What each verb of the trail means to whom."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from marketplace.catalogue.models import AuditEvent
from marketplace.notices.tellers import certificates, guidelines, market, runs, submissions
from marketplace.notices.telling import Telling

Teller = Callable[[AuditEvent], Sequence[Telling]]

#: Verbs that are not here concern nobody beyond those who did them.
TELLERS: Mapping[str, Teller] = {
    "run.verified": runs.verified,
    "run.unreadable": runs.unreadable,
    "run.quarantined": runs.set_aside,
    "submission.submitted": submissions.submitted,
    "submission.assigned": submissions.assigned,
    "submission.approved": submissions.decided,
    "submission.rejected": submissions.decided,
    "submission.changes-asked": submissions.changes_asked,
    "submission.question": submissions.question,
    "certificate.issued": certificates.changed,
    "certificate.expired": certificates.changed,
    "certificate.revoked": certificates.changed,
    "certificate.suspended": certificates.changed,
    "certificate.active": certificates.changed,
    "certificate.disputed": certificates.disputed,
    "certificate.dispute-settled": certificates.dispute_settled,
    "guideline.announced": guidelines.announced_to_watchers,
    "guideline.approved": guidelines.approved_to_watchers,
    "guideline.superseded": guidelines.superseded,
    "guideline.runs-judged": guidelines.runs_judged,
    "release.created": market.release_created,
    "certification.asked": market.asked,
    "claim.reported": market.reported,
    "webhook.paused": market.webhook_paused,
}
