"""A submission waits, is asked about, or is decided."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse

from certification.engine.guideline.targets import title_of
from certification.models import Submission
from marketplace.catalogue.models import AuditEvent, User
from marketplace.catalogue.policy import Permission, is_member
from marketplace.notices.people import members, occasion_of, staff
from marketplace.notices.telling import Telling
from marketplace.notices.topics import Topic


def submitted(event: AuditEvent) -> Sequence[Telling]:
    """Only what a rule cannot decide waits for a person: for the one it was given to, who hears of
    that, or for all reviewers where nobody was."""
    row = _submission(event)
    if row is None or not event.facts.get("flags") or row.reviewer is not None:
        return ()
    return [_to_review(event, row, staff(Permission.REVIEW, not_of=row.release.product.vendor))]


def assigned(event: AuditEvent) -> Sequence[Telling]:
    row = _submission(event)
    if row is None or row.reviewer is None or row.reviewer_id != event.facts.get("reviewer"):
        return ()
    return [_to_review(event, row, [row.reviewer])]


def _to_review(event: AuditEvent, row: Submission, people: Sequence[User]) -> Telling:
    return Telling(
        topic=Topic.FOR_STAFF,
        occasion=occasion_of(event),
        subject=f"To review: {_what(row)}",
        lines=[flag["text"] for flag in row.flags],
        path=reverse("staff-submission", args=[row.pk]),
        people=people,
    )


def decided(event: AuditEvent) -> Sequence[Telling]:
    row = _submission(event)
    if row is None:
        return ()
    approved = event.verb == "submission.approved"
    subject = f"{'Certified' if approved else 'Not certified'}: {_what(row)}"
    said = [_reason(event)]
    if approved and (certificate := getattr(row, "certificate", None)):
        said.append(
            f"The certificate {certificate.number} is valid until "
            f"{certificate.valid_until:%-d %B %Y}."
        )
    return [_to_vendor(event, row, Topic.DECIDED, subject, said)]


def changes_asked(event: AuditEvent) -> Sequence[Telling]:
    row = _submission(event)
    if row is None:
        return ()
    said = [_reason(event), "Mend it and submit again, or withdraw the submission."]
    return [_to_vendor(event, row, Topic.CHANGES_ASKED, f"Changes asked: {_what(row)}", said)]


def question(event: AuditEvent) -> Sequence[Telling]:
    """Whoever did not write it reads it: a word of the vendor goes to the reviewer, or to all of
    them while nobody has taken it."""
    row = _submission(event)
    if row is None:
        return ()
    vendor = row.release.product.vendor
    subject, said = f"A question about {_what(row)}", [_reason(event)]
    author = User.objects.filter(pk=event.actor.removeprefix("user:")).first()
    if author is None or not is_member(author, vendor):
        return [_to_vendor(event, row, Topic.QUESTION, subject, said)]
    readers = [row.reviewer] if row.reviewer else staff(Permission.REVIEW, not_of=vendor)
    return [
        Telling(
            topic=Topic.FOR_STAFF,
            occasion=occasion_of(event),
            subject=subject,
            lines=said,
            path=reverse("staff-submission", args=[row.pk]),
            people=readers,
        )
    ]


def _to_vendor(
    event: AuditEvent, row: Submission, topic: Topic, subject: str, said: list[str]
) -> Telling:
    vendor = row.release.product.vendor
    return Telling(
        topic=topic,
        occasion=occasion_of(event),
        subject=subject,
        lines=[line for line in said if line],
        path=row.get_absolute_url(),
        people=members(vendor, Permission.SUBMIT),
        vendor=vendor,
        facts={
            "submission": row.pk,
            "release": row.release_id,
            "guideline": row.guideline.document_id,
            "target": row.target,
            "state": row.state,
        },
    )


def _reason(event: AuditEvent) -> str:
    return str(event.facts.get("reason") or event.facts.get("text") or "").strip()


def _what(row: Submission) -> str:
    return f"{row.release}, {title_of(row.target)} {row.guideline.version}"


def _submission(event: AuditEvent) -> Submission | None:
    rows = Submission.objects.select_related(
        "release__product__vendor", "guideline", "reviewer", "certificate"
    ).defer("guideline__document", "certificate__statement", "certificate__descriptor")
    return rows.filter(pk=event.object_id).first()
