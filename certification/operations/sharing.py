"""Making a run public, and taking it back."""

from __future__ import annotations

from django.db import transaction

from certification.models import Run
from certification.operations.standings import refresh_standings_of_run
from marketplace.catalogue import audit
from marketplace.catalogue.models import User
from marketplace.catalogue.policy import Permission, can


class ShareRefused(PermissionError):
    """Only the run's owner, or an owner or editor of its vendor, decides who sees it."""

    code = "share-refused"


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
    if not may_share(run, by):
        raise ShareRefused("Only the owner of a run, or an editor of its vendor, may share it.")
    with transaction.atomic():
        if Run.objects.filter(pk=run.pk, shared=not shared).update(shared=shared):
            audit.record("run.shared" if shared else "run.unshared", run, actor=audit.actor_of(by))
            refresh_standings_of_run(run)
    run.refresh_from_db(fields=["shared"])
    return run
