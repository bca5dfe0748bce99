"""What somebody does with a person's account. The person is told, also of what they did themselves:
it may have been another in their name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from django.urls import reverse

from marketplace.catalogue.models import ApiToken, AuditEvent, SigningKey, User
from marketplace.catalogue.policy import Permission
from marketplace.notices.people import occasion_of, staff
from marketplace.notices.telling import Telling
from marketplace.notices.topics import Topic

NOT_YOU = "If this was not you, change your password and end all other sessions now."


def of_the_person(subject: str, page: str) -> Callable[[AuditEvent], Sequence[Telling]]:
    """For deeds whose event is about the person: always the same words."""

    def tell(event: AuditEvent) -> Sequence[Telling]:
        return _to(event, event.object_id, subject, [], page)

    return tell


def unknown_device(event: AuditEvent) -> Sequence[Telling]:
    """The first device of an account is the one that it was made on."""
    if event.facts.get("first"):
        return ()
    words = str(event.facts.get("words", ""))
    return _to(event, event.object_id, f"A new sign-in: {words}", [_when(event.at)], "sessions")


def key_registered(event: AuditEvent) -> Sequence[Telling]:
    key = SigningKey.objects.filter(pk=event.object_id).first()
    if key is None:
        return ()
    said = [f"{key.algorithm}, {key.fingerprint[:16]}…", "It signs uploads in your name."]
    return _to(event, key.user_id, "A signing key was registered for you", said, "keys")


def token_issued(event: AuditEvent) -> Sequence[Telling]:
    token = ApiToken.objects.filter(pk=event.object_id).first()
    if token is None:
        return ()
    said = [f"{token.label}: may {token.scope}, until {token.expires_at:%-d %B %Y}."]
    return _to(event, token.user_id, "An API token was made for you", said, "tokens")


def recovery_begun(event: AuditEvent) -> Sequence[Telling]:
    due = datetime.fromisoformat(str(event.facts["due_at"]))
    said = [
        "The foundation's staff was told that you lost your second factor. "
        f"It can be taken away from {_when(due)} on, by a second member of the staff.",
        "To stop that, sign in with your second factor, or write to the staff.",
    ]
    subject = "Your second factor is about to be taken away"
    return _to(event, event.object_id, subject, said, "second-factor")


def staff_role_changed(event: AuditEvent) -> Sequence[Telling]:
    """The person, and all staff admins: nobody joins the staff unseen."""
    person = User.objects.filter(pk=event.object_id).first()
    if person is None:
        return ()
    role = User.StaffRole(event.facts["role"])
    now = f"a {role.label} now" if role else "no member of the staff any more"
    others = [one for one in staff(Permission.NAME_STAFF) if one.pk != person.pk]
    return [
        Telling(
            topic=Topic.ACCOUNT,
            occasion=occasion_of(event),
            subject=f"{who} {now}",
            lines=[f"Reason: {event.facts['reason']}"],
            path=reverse("workspace"),
            people=people,
            self_too=True,
        )
        for who, people in (("You are", [person]), (f"{person} is", others))
    ]


def _to(
    event: AuditEvent, person: str | int, subject: str, said: Sequence[str], page: str
) -> Sequence[Telling]:
    found = User.objects.filter(pk=person).first()
    if found is None:
        return ()
    return [
        Telling(
            topic=Topic.ACCOUNT,
            occasion=occasion_of(event),
            subject=subject,
            lines=[*said, NOT_YOU],
            path=reverse(page),
            people=[found],
            self_too=True,
        )
    ]


def _when(at: datetime) -> str:
    return f"{at:%-d %B %Y at %H:%M} UTC"
