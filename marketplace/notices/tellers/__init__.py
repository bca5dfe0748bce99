"""What each verb of the trail means to whom."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from marketplace.catalogue.models import AuditEvent
from marketplace.notices.tellers import (
    accounts,
    appeals,
    certificates,
    guidelines,
    market,
    runs,
    submissions,
    teams,
)
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
    "submission.appealed": appeals.raised,
    "submission.appeal-given": appeals.given,
    "submission.appeal-granted": appeals.settled,
    "submission.appeal-upheld": appeals.settled,
    "certificate.issued": certificates.changed,
    "certificate.expired": certificates.changed,
    "certificate.revoked": certificates.changed,
    "certificate.suspended": certificates.changed,
    "certificate.active": certificates.changed,
    "certificate.disputed": certificates.disputed,
    "certificate.dispute-settled": certificates.dispute_settled,
    "guideline.announced": guidelines.announced_to_watchers,
    "guideline.approved": guidelines.approved_to_watchers,
    "guideline.amended": guidelines.amended_to_watchers,
    "guideline.superseded": guidelines.superseded,
    "guideline.runs-judged": guidelines.runs_judged,
    "release.created": market.release_created,
    "certification.asked": market.asked,
    "claim.reported": market.reported,
    "claim.report-settled": market.report_settled,
    "webhook.paused": market.webhook_paused,
    "team.joined": teams.joined,
    "team.invited": teams.invited,
    "team.left": teams.left,
    "team.removed": teams.removed,
    "team.role-changed": teams.role_changed,
    "team.handed-over": teams.handed_over,
    "vendor.domain-proven": teams.domain_proven,
    "vendor.domain-confirmed": teams.domain_proven,
    "vendor.domain-missed": teams.domain_missed,
    "vendor.domain-lapsed": teams.domain_lapsed,
    "session.unknown-device": accounts.unknown_device,
    "key.registered": accounts.key_registered,
    "token.issued": accounts.token_issued,
    "password.changed": accounts.of_the_person("Your password was changed", "sessions"),
    "password.reset": accounts.of_the_person("Your password was reset by mail", "sessions"),
    "second-factor.on": accounts.of_the_person("Your second factor is on", "second-factor"),
    "second-factor.off": accounts.of_the_person(
        "Your second factor was turned off", "second-factor"
    ),
    "second-factor.recovery-code-used": accounts.of_the_person(
        "A recovery code was used to sign in", "second-factor"
    ),
    "second-factor.recovery-begun": accounts.recovery_begun,
    "second-factor.recovered": accounts.of_the_person(
        "Your second factor was taken away by the staff", "second-factor"
    ),
    "staff.role-changed": accounts.staff_role_changed,
}
