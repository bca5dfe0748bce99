"""The settings of the programme: read by everybody, changed by staff admins, never forgotten."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.db import connection, transaction
from django.db.models import Max, QuerySet
from django.db.models.functions import Now

from marketplace.catalogue import audit
from marketplace.catalogue.models import SettingChange, SettingProposal, User
from marketplace.catalogue.policy import Permission, can
from marketplace.catalogue.programme_vocabulary import (
    VOCABULARY,
    Setting,
    Value,
    entry_called,
)
from marketplace.catalogue.refusals import CatalogueRefused

REASON_MOST = 1000
#: Changes are made one at a time, so that their numbers have no gaps.
CHANGE_LOCK = 4_711_021


@dataclass(frozen=True, slots=True)
class Change:
    at: datetime
    name: str
    former: Value
    value: Value


@dataclass(frozen=True, slots=True)
class Settings:
    """All changes, oldest first, and what is in force after them. `number` is 0 before the first
    change."""

    number: int
    in_force: Mapping[str, Value]
    changes: tuple[Change, ...]

    def number_of(self, setting: Setting) -> int:
        return int(self.in_force.get(setting, VOCABULARY[setting].default))

    def holds(self, setting: Setting) -> bool:
        return bool(self.in_force.get(setting, VOCABULARY[setting].default))

    def number_at(self, setting: Setting, moment: datetime) -> int:
        """What was in force then: a promise, once given, is kept."""
        return int(self.value_at(setting, moment))

    def value_at(self, setting: Setting, moment: datetime) -> Value:
        later = [one for one in self.changes if one.name == setting and one.at > moment]
        if later:
            return later[0].former
        return self.in_force.get(setting, VOCABULARY[setting].default)


def programme_settings() -> Settings:
    """The one way to read them. What was read is kept under the key of the newest change, which is
    asked for each time: so no process ever decides by a setting of yesterday."""
    newest = SettingChange.objects.aggregate(newest=Max("pk"))["newest"]
    return _settings(newest) if newest is not None else Settings(0, {}, ())


@lru_cache(maxsize=4)
def _settings(newest: int) -> Settings:
    """Keys are never used twice, not even after a rollback."""
    rows = list(SettingChange.objects.filter(pk__lte=newest).order_by("number"))
    changes = tuple(Change(row.at, row.name, row.former, row.value) for row in rows)
    in_force = {one.name: one.value for one in changes}
    return Settings(rows[-1].number, in_force, changes)


def setting_changes() -> QuerySet[SettingChange]:
    """Newest first."""
    return SettingChange.objects.select_related("person", "seconded_by").order_by("-number")


def open_proposals() -> QuerySet[SettingProposal]:
    """Oldest first."""
    return SettingProposal.objects.filter(closed_at=None).select_related("person").order_by("pk")


def change_setting(
    *, name: str, value: object, reason: str, seen: int, by: User
) -> SettingChange | SettingProposal:
    """Put a new value into force; where a second person is needed, propose it to them. `seen` is
    the number of the newest change that the person looked at. Raises CatalogueRefused."""
    _require(by)
    entry = entry_called(name)
    wanted = entry.read(value)
    words = _reason(reason)
    with transaction.atomic():
        _one_at_a_time()
        now = programme_settings()
        if now.number != seen:
            raise CatalogueRefused(
                "setting-changed-meanwhile",
                "Somebody changed a setting since you opened this page. Look again, then decide.",
            )
        former = now.in_force.get(name, entry.default)
        if wanted == former:
            raise CatalogueRefused("setting-unchanged", f"{entry.title}: it is so already.")
        if entry.needs_two(wanted):
            return _propose(name, wanted, words, seen, by)
        SettingProposal.objects.filter(name=name, closed_at=None).update(closed_at=Now())
        return _put_in_force(name, former, wanted, words, by, None)


def second_setting(*, proposal: SettingProposal, by: User) -> SettingChange:
    """The second person agrees, and it is in force. Raises CatalogueRefused."""
    _require(by)
    with transaction.atomic():
        _one_at_a_time()
        row = _open(proposal)
        if row.person_id == by.pk:
            raise CatalogueRefused(
                "second-person-needed", "You proposed it yourself; a second person has to agree."
            )
        if not can(row.person, Permission.SET_PROGRAMME):
            raise CatalogueRefused(
                "setting-proposer-left",
                "Who proposed it is no staff admin any more. Withdraw it, and propose it anew.",
            )
        entry = entry_called(row.name)
        former = programme_settings().in_force.get(row.name, entry.default)
        SettingProposal.objects.filter(pk=row.pk).update(closed_at=Now())
        return _put_in_force(row.name, former, entry.read(row.value), row.reason, row.person, by)


def withdraw_setting(*, proposal: SettingProposal, by: User) -> None:
    """Any staff admin may; nothing changes. Raises CatalogueRefused."""
    _require(by)
    with transaction.atomic():
        _one_at_a_time()
        row = _open(proposal)
        SettingProposal.objects.filter(pk=row.pk).update(closed_at=Now())
        audit.record("setting.withdrawn", row, actor=audit.actor_of(by), name=row.name)


def _propose(name: str, value: Value, reason: str, seen: int, by: User) -> SettingProposal:
    if SettingProposal.objects.filter(name=name, closed_at=None).exists():
        raise CatalogueRefused(
            "setting-proposed", "It is proposed already. A second person agrees or withdraws it."
        )
    made = SettingProposal.objects.create(
        name=name, value=value, seen=seen, reason=reason, person=by
    )
    audit.record(
        "setting.proposed", made, actor=audit.actor_of(by), name=name, to=value, reason=reason
    )
    return made


def _put_in_force(  # noqa: PLR0913, PLR0917 - the columns of one row
    name: str, former: Value, value: Value, reason: str, person: User, second: User | None
) -> SettingChange:
    made = SettingChange.objects.create(
        number=programme_settings().number + 1,
        name=name,
        former=former,
        value=value,
        reason=reason,
        person=person,
        seconded_by=second,
    )
    facts = {"name": name, "from": former, "to": value, "reason": reason, "number": made.number}
    if second is not None:
        facts["proposed_by"] = person.pk
    audit.record("setting.changed", made, actor=audit.actor_of(second or person), **facts)
    return made


def _open(proposal: SettingProposal) -> SettingProposal:
    found = SettingProposal.objects.filter(pk=proposal.pk, closed_at=None).first()
    if found is None:
        raise CatalogueRefused("setting-proposal-over", "This proposal is settled already.")
    return found


def _one_at_a_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CHANGE_LOCK])


def _reason(written: str) -> str:
    words = written.strip()
    if not words or len(words) > REASON_MOST:
        raise CatalogueRefused("reason-missing", f"Say why, in at most {REASON_MOST:,} characters.")
    return words


def _require(by: User) -> None:
    if not can(by, Permission.SET_PROGRAMME):
        raise CatalogueRefused("forbidden", "Only staff admins may do this.")
