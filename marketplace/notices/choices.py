"""Which topics go to a person by which channel."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction

from marketplace.catalogue.models import User
from marketplace.notices.models import Choice
from marketplace.notices.topics import ALWAYS, DEFAULTS, Channels, Topic


@dataclass(frozen=True, slots=True)
class Chosen:
    topic: Topic
    channels: Channels


def channels_of(people: Iterable[int], topic: str) -> dict[int, Channels]:
    """For each of these people: what they chose, or what is usual."""
    found = dict.fromkeys(people, DEFAULTS[topic])
    if topic in ALWAYS:
        return found
    for choice in Choice.objects.filter(person__in=list(found), topic=topic):
        found[choice.person_id] = Channels(choice.inbox, choice.mail)
    return found


def choices_of(person: User) -> list[Chosen]:
    """Every topic that may reach the person and that they may turn off, in the order of the
    list."""
    own = {one.topic: Channels(one.inbox, one.mail) for one in person.notice_choices.all()}
    return [
        Chosen(topic, own.get(topic, DEFAULTS[topic]))
        for topic in Topic
        if topic not in ALWAYS and (person.staff_role or topic != Topic.FOR_STAFF)
    ]


def choose(*, wanted: Mapping[str, Channels], by: User) -> None:
    """Keep what differs from the usual. Topics that are not named go back to it."""
    with transaction.atomic():
        # The person's row, so that two forms sent at once do not mix.
        User.objects.select_for_update().get(pk=by.pk)
        Choice.objects.filter(person=by).delete()
        Choice.objects.bulk_create(
            Choice(person=by, topic=topic, inbox=channels.inbox, mail=channels.mail)
            for topic, channels in wanted.items()
            if channels != DEFAULTS[topic]
        )
