"""Making a run public, showing it by a link for some days, and taking both back."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from certification.models import Run, RunLink
from certification.operations.standings import refresh_standings_of_run
from marketplace.catalogue import audit
from marketplace.catalogue.models import User
from marketplace.catalogue.policy import Permission, can

LINK_DAYS = (1, 7, 30, 90)
LINKS_MOST = 20


class ShareRefused(PermissionError):
    """Only the run's owner, or an owner or editor of its vendor, decides who sees it."""

    code = "share-refused"


class LinkRefused(ValueError):
    """`code` is stable."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class NewLink:
    """`secret` is the end of the address; it is told once and kept nowhere."""

    link: RunLink
    secret: str = field(repr=False)


def may_share(run: Run, user: User) -> bool:
    """An anonymous run is public anyway and belongs to nobody."""
    if run.is_anonymous:
        return False
    if run.vendor is None:
        return user.is_active and run.uploaded_by_id == user.pk
    return can(user, Permission.SHARE_RUN, run.vendor)


def share_run(*, run: Run, by: User) -> Run:
    """From now on everybody sees the run and its verdicts. Raises ShareRefused."""
    return _set_shared(run, True, by)


def unshare_run(*, run: Run, by: User) -> Run:
    """Only its owners and staff see the run again. Raises ShareRefused."""
    return _set_shared(run, False, by)


def _set_shared(run: Run, shared: bool, by: User) -> Run:
    _require_sharer(run, by)
    with transaction.atomic():
        if Run.objects.filter(pk=run.pk, shared=not shared).update(shared=shared):
            audit.record("run.shared" if shared else "run.unshared", run, actor=audit.actor_of(by))
            refresh_standings_of_run(run)
    run.refresh_from_db(fields=["shared"])
    return run


def make_link(*, run: Run, days: int, by: User, label: str = "") -> NewLink:
    """Who holds it reads the run's page for so many days. Raises ShareRefused, LinkRefused."""
    _require_sharer(run, by)
    if days not in LINK_DAYS:
        offered = ", ".join(map(str, LINK_DAYS))
        raise LinkRefused("link-days-unknown", f"A link lasts one of {offered} days.")
    secret = secrets.token_urlsafe(32)
    with transaction.atomic():
        Run.objects.select_for_update(of=("self",)).only("pk").get(pk=run.pk)
        if open_links(run).count() >= LINKS_MOST:
            raise LinkRefused(
                "links-too-many", f"A run has at most {LINKS_MOST} open links. Revoke one first."
            )
        made = RunLink.objects.create(
            run=run,
            digest=_digest(secret),
            label=label.strip()[:120],
            made_by=by,
            expires_at=Now() + timedelta(days=days),
        )
        audit.record("run.link-made", run, actor=audit.actor_of(by), link=made.pk, days=days)
    made.refresh_from_db()
    return NewLink(made, secret)


def revoke_link(*, link: RunLink, by: User) -> None:
    """One that is over already stays as it is. Raises ShareRefused."""
    _require_sharer(link.run, by)
    with transaction.atomic():
        if RunLink.objects.filter(pk=link.pk, revoked_at=None).update(revoked_at=Now()):
            audit.record("run.link-revoked", link.run, actor=audit.actor_of(by), link=link.pk)


def open_links(run: Run) -> QuerySet[RunLink]:
    """Those that still show the run, the newest first."""
    rows = RunLink.objects.filter(run=run, revoked_at=None, expires_at__gt=Now())
    return rows.select_related("made_by").order_by("-made_at", "-pk")


def link_behind(secret: str, *, run_id: UUID) -> RunLink | None:
    """The link that this secret opens, with its run. None: unknown, of another run, revoked, over,
    or made by somebody who may share the run no longer."""
    rows = RunLink.objects.select_related(
        "made_by", "run__uploaded_by", "run__vendor", "run__signed_with"
    )
    link = rows.filter(
        digest=_digest(secret), run_id=run_id, revoked_at=None, expires_at__gt=Now()
    ).first()
    return link if link is not None and may_share(link.run, link.made_by) else None


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _require_sharer(run: Run, by: User) -> None:
    if not may_share(run, by):
        raise ShareRefused("Only the owner of a run, or an editor of its vendor, may share it.")
