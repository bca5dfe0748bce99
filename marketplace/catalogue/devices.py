"""Where a person is signed in: seen, listed, ended."""

from __future__ import annotations

from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from marketplace.catalogue import audit
from marketplace.catalogue.models import AuditEvent, SignedInDevice, User

UNKNOWN_DEVICE = "session.unknown-device"

#: The first that stands in what a browser says of itself; several claim to be others too.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS", "Firefox"),
    ("Chrome/", "Chrome"),
    ("CriOS", "Chrome"),
    ("Safari/", "Safari"),
    ("curl/", "curl"),
    ("python", "Python"),
)
_SYSTEMS = (
    ("Windows", "Windows"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def device_words(user_agent: str) -> str:
    """`Firefox on Linux`; never the text itself, which anybody may write as they like."""
    browser = next((words for sign, words in _BROWSERS if sign in user_agent), "Unknown browser")
    system = next((words for sign, words in _SYSTEMS if sign in user_agent), "")
    return f"{browser} on {system}" if system else browser


def note_unknown_device(*, user_agent: str, by: User) -> None:
    """The browser did not carry the mark that an earlier sign-in of this person left in it."""
    earlier = AuditEvent.objects.filter(
        object_type="user", object_id=str(by.pk), verb=UNKNOWN_DEVICE
    )
    with transaction.atomic():
        audit.record(
            UNKNOWN_DEVICE,
            by,
            actor=audit.actor_of(by),
            words=device_words(user_agent),
            first=not earlier.exists(),
        )


def note_device(*, session_key: str, user_agent: str, by: User) -> None:
    """The person was seen just now with this session. A session that just ended is let go."""
    with transaction.atomic():
        if not Session.objects.select_for_update().filter(pk=session_key).exists():
            return
        SignedInDevice.objects.update_or_create(
            session_id=session_key,
            defaults={
                "user": by,
                "words": device_words(user_agent),
                "last_seen_at": Now(),
            },
        )


def devices_of(person: User) -> QuerySet[SignedInDevice]:
    """Those still signed in, the last seen first."""
    rows = SignedInDevice.objects.filter(user=person, session__expire_date__gt=Now())
    return rows.order_by("-last_seen_at", "-pk")


def end_device(*, device: SignedInDevice, by: User) -> None:
    """Whoever uses that session is signed out. `device` is the person's own."""
    with transaction.atomic():
        _end(SignedInDevice.objects.filter(pk=device.pk, user=by))
        audit.record("session.ended", by, actor=audit.actor_of(by))


def end_other_devices(*, session_key: str, by: User) -> int:
    """All but the one that asks; gives how many there were."""
    with transaction.atomic():
        others = SignedInDevice.objects.filter(user=by).exclude(session_id=session_key)
        ended = _end(others)
        if ended:
            audit.record("session.others-ended", by, actor=audit.actor_of(by), sessions=ended)
    return ended


def end_all_devices(person: User) -> int:
    """Within the deed that makes it necessary, which is what the audit trail names."""
    return _end(SignedInDevice.objects.filter(user=person))


def _end(devices: QuerySet[SignedInDevice]) -> int:
    keys = list(devices.values_list("session_id", flat=True))
    Session.objects.filter(pk__in=keys).delete()
    return len(keys)
