"""An appeal is raised, given to somebody, and settled: both sides hear of it."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse

from certification.engine.guideline.targets import title_of
from certification.models import Appeal, Certificate, Submission
from certification.queries.appeals import appeals_on
from marketplace.catalogue.models import AuditEvent, User
from marketplace.catalogue.policy import Permission
from marketplace.notices.people import members, occasion_of, staff
from marketplace.notices.telling import Telling
from marketplace.notices.topics import Topic


def raised(event: AuditEvent) -> Sequence[Telling]:
    """Who decided hears that it is contested; where nobody could be given it, all who may settle
    it do. The vendor's other people read that it was handed in."""
    found = _appeal(event)
    if found is None:
        return ()
    row, appeal = found
    subject, said = f"An appeal: {_what(row)}", [str(event.facts.get("reason", ""))]
    tellings = [
        _to_vendor(event, row, f"Appealed: {_what(row)}", [*said, _WHAT_COMES]),
        _to_staff(
            event, row, f"Your decision is contested: {_what(row)}", said, [appeal.decided_by]
        ),
    ]
    if appeal.hearer is None:
        vendor = row.release.product.vendor
        others = staff(Permission.HEAR_APPEAL, not_of=vendor)
        hearers = [one for one in others if one.pk != appeal.decided_by_id]
        tellings.append(_to_staff(event, row, subject, said, hearers))
    return tellings


def given(event: AuditEvent) -> Sequence[Telling]:
    found = _appeal(event)
    if found is None or found[1].hearer_id != event.facts.get("hearer"):
        return ()
    row, appeal = found
    hearers = [appeal.hearer] if appeal.hearer else []
    return [_to_staff(event, row, f"An appeal to settle: {_what(row)}", [appeal.reason], hearers)]


def settled(event: AuditEvent) -> Sequence[Telling]:
    found = _appeal(event)
    if found is None:
        return ()
    row, appeal = found
    granted = event.verb == "submission.appeal-granted"
    said = [str(event.facts.get("reason", ""))]
    if granted and appeal.against == Appeal.Against.REJECTION:
        said.append("The rejection is set aside. Another reviewer looks at the submission anew.")
    elif granted and _is_suspended(row):
        said.append("The certificate stands again as soon as a second person agrees.")
    elif granted:
        said.append("The certificate stands again.")
    else:
        said.append("The decision stands. Each decision is appealed against once.")
    words = "granted" if granted else "not granted"
    return [
        _to_vendor(event, row, f"Appeal {words}: {_what(row)}", said),
        _to_staff(
            event,
            row,
            f"The appeal against your decision was {words}: {_what(row)}",
            said[:1],
            [appeal.decided_by],
        ),
    ]


_WHAT_COMES = "A reviewer who did not decide the first time settles it."


def _to_vendor(event: AuditEvent, row: Submission, subject: str, said: Sequence[str]) -> Telling:
    vendor = row.release.product.vendor
    return Telling(
        topic=Topic.DECIDED,
        occasion=occasion_of(event),
        subject=subject,
        lines=[line for line in said if line],
        path=row.get_absolute_url(),
        people=members(vendor, Permission.SUBMIT),
        vendor=vendor,
        facts={"submission": row.pk, "release": row.release_id, "state": row.state},
    )


def _to_staff(
    event: AuditEvent, row: Submission, subject: str, said: Sequence[str], people: Sequence[User]
) -> Telling:
    return Telling(
        topic=Topic.FOR_STAFF,
        occasion=occasion_of(event),
        subject=subject,
        lines=[line for line in said if line],
        path=reverse("staff-submission", args=[row.pk]),
        people=[one for one in people if one.staff_role],
    )


def _what(row: Submission) -> str:
    return f"{row.release}, {title_of(row.target)} {row.guideline.version}"


def _is_suspended(row: Submission) -> bool:
    suspended = Certificate.objects.filter(state=Certificate.State.SUSPENDED)
    return suspended.filter(submission=row).exists()


def _appeal(event: AuditEvent) -> tuple[Submission, Appeal] | None:
    """The appeal that the event is about: the newest against what the event names."""
    rows = Submission.objects.select_related("release__product__vendor", "guideline")
    row = rows.defer("guideline__document").filter(pk=event.object_id).first()
    if row is None:
        return None
    against = event.facts.get("against")
    found = [one for one in appeals_on(row) if against is None or one.against == against]
    return (row, found[0]) if found else None
