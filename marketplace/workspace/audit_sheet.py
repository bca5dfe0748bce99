"""An event of the trail in words: who did what to which thing, why, and what it was before."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop

from certification.models import Certificate, Guideline, Run, Submission, Waiver
from marketplace.catalogue.models import (
    AuditEvent,
    Product,
    ProductRelease,
    ProgrammeText,
    SettingChange,
    User,
    Vendor,
)

#: Facts with a place of their own in the line.
_SAID = frozenset({"reason", "from", "to"})
FACT_MOST = 120
Named = tuple[str, str]


@dataclass(frozen=True, slots=True)
class EventLine:
    """`link` is empty where the thing has no page that the reader may open. `change` is old and
    new, where the event says so; `facts` all else that it keeps."""

    event: AuditEvent
    who: str
    deed: str
    thing: str
    link: str
    reason: str
    change: tuple[str, str] | None
    facts: Sequence[tuple[str, str]]

    @property
    def at(self) -> datetime:
        return self.event.at


def event_lines(events: Sequence[AuditEvent]) -> list[EventLine]:
    people = _people(events)
    named = _things(events)
    return [_line(event, people, named) for event in events]


def kind_words(kind: str) -> str:
    return gettext(_WORDS.get(kind, kind))


def _line(
    event: AuditEvent, people: Mapping[str, User], named: Mapping[tuple[str, str], Named]
) -> EventLine:
    facts = event.facts
    plain = f"{kind_words(event.object_type)} {event.object_id}"
    thing, link = named.get((event.object_type, event.object_id), (plain, ""))
    change = (_text(facts["from"]), _text(facts["to"])) if {"from", "to"} <= set(facts) else None
    return EventLine(
        event=event,
        who=_who(event.actor, people),
        deed=event.verb.partition(".")[2].replace("-", " ") or event.verb,
        thing=thing,
        link=link,
        reason=str(facts.get("reason", "")),
        change=change,
        facts=[
            (name.replace("_", " "), _text(value))
            for name, value in facts.items()
            if name not in _SAID or (name != "reason" and change is None)
        ],
    )


def _who(actor: str, people: Mapping[str, User]) -> str:
    kind, _, name = actor.partition(":")
    if kind == "user":
        return str(people.get(name, gettext("person {name}").format(name=name)))
    if kind == "policy":
        return gettext("the rule {name}").format(name=name)
    return gettext("the service") if kind == "system" else gettext("somebody without an account")


def _text(value: object) -> str:
    if isinstance(value, list):
        value = ", ".join(map(str, value))
    words = gettext("yes") if value is True else gettext("no") if value is False else str(value)
    return words if len(words) <= FACT_MOST else f"{words[:FACT_MOST]}…"


def _people(events: Iterable[AuditEvent]) -> dict[str, User]:
    keys = {event.actor[5:] for event in events if event.actor.startswith("user:")}
    return {str(pk): one for pk, one in User.objects.in_bulk([int(key) for key in keys]).items()}


def _things(events: Iterable[AuditEvent]) -> dict[tuple[str, str], Named]:
    """Name and page of each thing that is still there; one query for each kind."""
    wanted: dict[str, set[str]] = {}
    for event in events:
        wanted.setdefault(event.object_type, set()).add(event.object_id)
    return {
        (kind, str(row.pk)): name(row)
        for kind, keys in wanted.items()
        if kind in _KINDS
        for row, name in _rows(kind, keys)
    }


def _rows(kind: str, keys: set[str]) -> Iterable[tuple[Any, Callable[[Any], Named]]]:
    model, related, heavy, name = _KINDS[kind]
    rows = model._default_manager.filter(pk__in=keys).select_related(*related).defer(*heavy)
    return ((row, name) for row in rows)


def _submission(row: Submission) -> Named:
    link = reverse("staff-submission", args=[row.pk]) if row.submitted_at else ""
    return gettext("submission {pk}, {release}").format(pk=row.pk, release=row.release), link


def _run(row: Run) -> Named:
    return gettext("run {pk}").format(pk=str(row.pk)[:8]), row.get_absolute_url()


def _text_version(row: ProgrammeText) -> Named:
    return str(row), reverse("staff-programme-text", args=[row.slug])


_Kind = tuple[type[Model], tuple[str, ...], tuple[str, ...], Callable[[Any], Named]]
_BITMAPS = ("passed", "failed", "skipped")
_KINDS: Mapping[str, _Kind] = {
    "vendor": (Vendor, (), (), lambda row: (str(row), reverse("vendor", args=[row.slug]))),
    "product": (Product, ("vendor",), (), lambda row: (str(row), row.get_absolute_url())),
    "productrelease": (
        ProductRelease,
        ("product__vendor",),
        (),
        lambda row: (str(row), row.product.get_absolute_url()),
    ),
    "submission": (Submission, ("release__product",), (), _submission),
    "certificate": (
        Certificate,
        (),
        ("statement", "descriptor"),
        lambda row: (row.number, reverse("staff-certificate", args=[row.number])),
    ),
    "guideline": (
        Guideline,
        (),
        ("document",),
        lambda row: (row.document_id, reverse("staff-guideline", args=[row.pk])),
    ),
    "run": (Run, (), _BITMAPS, _run),
    "waiver": (
        Waiver,
        ("release__product",),
        (),
        lambda row: (gettext("waiver for {release}").format(release=row.release), ""),
    ),
    "settingchange": (
        SettingChange,
        (),
        (),
        lambda row: (
            gettext("setting {name}").format(name=row.name),
            reverse("staff-programme-history"),
        ),
    ),
    "programmetext": (ProgrammeText, (), (), _text_version),
    "user": (User, (), (), lambda row: (str(row), "")),
}
_WORDS = {
    "productrelease": gettext_noop("release"),
    "settingchange": gettext_noop("setting"),
    "settingproposal": gettext_noop("proposed setting"),
    "programmetext": gettext_noop("programme text"),
    "user": gettext_noop("person"),
    "apitoken": gettext_noop("API token"),
    "signingkey": gettext_noop("signing key"),
    "queueentry": gettext_noop("queue entry"),
}

#: The kinds that a filter offers, in the order of their words.
KINDS = tuple(sorted({*_KINDS, *_WORDS, "webhook"}, key=lambda kind: _WORDS.get(kind, kind)))
