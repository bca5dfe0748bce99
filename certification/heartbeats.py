"""Which parts of the service are alive, by the database's clock."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import BooleanField, Case, When
from django.db.models.functions import Now

from certification.models import Heartbeat

#: Seconds after which a silent part counts as away. Each beats every five seconds.
SILENCE_S = {"dispatcher": 20, "worker": 30, "sender": 30, "scheduler": 20}


def beat(part: str) -> None:
    Heartbeat.objects.bulk_create(
        [Heartbeat(part=part, at=Now())],
        update_conflicts=True,
        unique_fields=["part"],
        update_fields=["at"],
    )


def forget_beats() -> None:
    """A service that starts anew must not pass for ready on its last life's beats."""
    Heartbeat.objects.all().delete()


def parts_alive() -> dict[str, bool]:
    """One truth value per part; a part that never spoke is away."""
    fresh = Heartbeat.objects.annotate(
        fresh=Case(
            *[
                When(part=part, at__gt=Now() - timedelta(seconds=seconds), then=True)
                for part, seconds in SILENCE_S.items()
            ],
            default=False,
            output_field=BooleanField(),
        )
    )
    alive = dict(fresh.values_list("part", "fresh"))
    return {part: alive.get(part, False) for part in SILENCE_S}
