"""Who works for a vendor, and which domain is its own. Told to those who run the team, and to the
person whom it concerns."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.urls import reverse

from marketplace.catalogue.domain_proofs import LAPSE_DAYS, LAPSE_MISSES, MISSED_LOOK_DAYS
from marketplace.catalogue.models import AuditEvent, Invitation, Membership, User, Vendor
from marketplace.catalogue.policy import Permission
from marketplace.notices.people import members, occasion_of
from marketplace.notices.telling import Telling
from marketplace.notices.topics import Topic


def joined(event: AuditEvent) -> Sequence[Telling]:
    vendor, person = _vendor(event), _actor(event)
    if vendor is None or person is None:
        return ()
    role = _role(event.facts.get("role"))
    return [_to_team(event, vendor, f"{person} joined {vendor} as {role}", [])]


def invited(event: AuditEvent) -> Sequence[Telling]:
    vendor = _vendor(event)
    invitation = Invitation.objects.filter(pk=event.facts.get("invitation") or 0).first()
    if vendor is None or invitation is None:
        return ()
    subject = f"{invitation.email} is invited to {vendor} as {_role(invitation.role)}"
    return [_to_team(event, vendor, subject, [])]


def left(event: AuditEvent) -> Sequence[Telling]:
    vendor, person = _vendor(event), _person(event)
    if vendor is None or person is None:
        return ()
    return [_to_team(event, vendor, f"{person} left {vendor}", [])]


def removed(event: AuditEvent) -> Sequence[Telling]:
    """The person cannot open the team's page any more."""
    vendor, person = _vendor(event), _person(event)
    if vendor is None or person is None:
        return ()
    told = _to_person(event, person, f"You are no longer a member of {vendor}", "workspace")
    return [told, _to_team(event, vendor, f"{person} was removed from {vendor}", [person.pk])]


def role_changed(event: AuditEvent) -> Sequence[Telling]:
    vendor, person = _vendor(event), _person(event)
    if vendor is None or person is None:
        return ()
    before, now = _role(event.facts.get("before")), _role(event.facts.get("role"))
    mine = f"You are {now} of {vendor} now, no longer {before}"
    others = f"{person} is {now} of {vendor} now, no longer {before}"
    return [
        _to_person(event, person, mine, "team", vendor),
        _to_team(event, vendor, others, [person.pk]),
    ]


def handed_over(event: AuditEvent) -> Sequence[Telling]:
    vendor, person = _vendor(event), _person(event)
    if vendor is None or person is None:
        return ()
    return [
        _to_person(event, person, f"You are an owner of {vendor} now", "team", vendor),
        _to_team(event, vendor, f"{vendor} was handed over to {person}", [person.pk]),
    ]


def domain_proven(event: AuditEvent) -> Sequence[Telling]:
    """In the DNS, by a file, or by the word of the staff."""
    vendor = _vendor(event)
    if vendor is None:
        return ()
    subject = f"The domain {event.facts.get('domain')} is proven for {vendor}"
    said = ["Clean submissions are decided by a rule from now on."]
    return [_to_team(event, vendor, subject, [], said, page="domain")]


def domain_missed(event: AuditEvent) -> Sequence[Telling]:
    """At the first miss alone: the next one that matters is the end of the proof."""
    vendor = _vendor(event)
    if vendor is None or event.facts.get("misses") != 1:
        return ()
    domain = event.facts.get("domain")
    said = [
        f"We looked for the proof of {domain} again and did not find it "
        f"({event.facts.get('code')}).",
        f"We look every {MISSED_LOOK_DAYS} days. If it is missed {LAPSE_MISSES} times in a row, "
        f"over {LAPSE_DAYS} days, the domain is no longer proven, and a person looks at each "
        "submission. Put the proof back as the page of the domain says.",
    ]
    subject = f"The proof of {domain} is missing"
    return [_to_team(event, vendor, subject, [], said, page="domain")]


def domain_lapsed(event: AuditEvent) -> Sequence[Telling]:
    vendor = _vendor(event)
    if vendor is None:
        return ()
    subject = f"The domain {event.facts.get('domain')} is no longer proven for {vendor}"
    said = [
        f"Its proof was missed {LAPSE_MISSES} times in a row, over {LAPSE_DAYS} days or more.",
        "Certificates stay as they are. A person looks at each new submission until a domain is "
        "proven again.",
    ]
    return [_to_team(event, vendor, subject, [], said, page="domain")]


def _to_team(  # noqa: PLR0913, PLR0917 - one argument for each part of what is said
    event: AuditEvent,
    vendor: Vendor,
    subject: str,
    but: Collection[int],
    said: Sequence[str] = (),
    page: str = "team",
) -> Telling:
    return Telling(
        topic=Topic.TEAM,
        occasion=occasion_of(event),
        subject=subject,
        lines=said or ["If you did not expect this, look at the team's page now."],
        path=reverse(page, args=[vendor.slug]),
        people=[one for one in members(vendor, Permission.MANAGE_TEAM) if one.pk not in but],
    )


def _to_person(
    event: AuditEvent, person: User, subject: str, page: str, vendor: Vendor | None = None
) -> Telling:
    return Telling(
        topic=Topic.TEAM,
        occasion=occasion_of(event),
        subject=subject,
        lines=["An owner of the organization changed it."],
        path=reverse(page, args=[vendor.slug] if vendor else []),
        people=[person],
    )


def _role(value: object) -> str:
    known = dict(Membership.Role.choices)
    return str(known.get(str(value), value)).lower()


def _vendor(event: AuditEvent) -> Vendor | None:
    return Vendor.objects.filter(pk=event.object_id).first()


def _person(event: AuditEvent) -> User | None:
    return User.objects.filter(pk=event.facts.get("person") or 0).first()


def _actor(event: AuditEvent) -> User | None:
    kind, _, key = event.actor.partition(":")
    return User.objects.filter(pk=int(key)).first() if kind == "user" else None
