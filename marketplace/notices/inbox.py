"""A person's own notices."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db.models import QuerySet
from django.db.models.functions import Now

from marketplace.catalogue.models import User
from marketplace.notices.models import Mail, Notice

#: How long a notice stands in the inbox, read or not. Longer than any day that is told beforehand
#: lies off, so that none of them is told again.
KEPT_DAYS = 365
_BATCH = 5_000


def inbox_of(person: User) -> QuerySet[Notice]:
    """Newest first, each with its mail."""
    shown = Notice.objects.filter(recipient=person, shown=True).select_related("mail")
    return shown.order_by("-at", "-id")


def unread_count(person: User) -> int:
    return _unread(person).count()


def mails_that_failed(person: User) -> int:
    """Mails to this person that the mail server did not take in the end."""
    return Mail.objects.filter(notice__recipient=person, state=Mail.State.FAILED).count()


def read_one(*, notice_id: UUID, by: User) -> Notice:
    """A second time changes nothing. Raises Notice.DoesNotExist for what is another's."""
    notice = Notice.objects.get(pk=notice_id, recipient=by)
    Notice.objects.filter(pk=notice.pk, read_at=None).update(read_at=Now())
    return notice


def read_all(*, by: User) -> int:
    """Gives how many were new."""
    return _unread(by).update(read_at=Now())


def forget_old_notices() -> int:
    """Delete those past their time, with their mails; gives how many. The next round takes more."""
    old = Notice.objects.filter(at__lt=Now() - timedelta(days=KEPT_DAYS))
    # Those of a guideline say that it was told: an amendment has its runs judged once more.
    old.filter(occasion__startswith="guideline:", shown=True).update(shown=False)
    over = old.exclude(mail__state=Mail.State.WAITING).exclude(occasion__startswith="guideline:")
    over = over.order_by("at")[:_BATCH]
    _, gone = Notice.objects.filter(pk__in=over.values("pk")).delete()
    return gone.get(Notice._meta.label, 0)


def _unread(person: User) -> QuerySet[Notice]:
    return Notice.objects.filter(recipient=person, shown=True, read_at=None)
