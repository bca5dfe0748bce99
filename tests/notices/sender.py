"""A worker that sends what is due and is killed.

`python -m tests.notices.sender <when> <deaths> <seed> <port of the receiver> <its certificate>`:
children of this process work as Celery's do and die by SIGKILL, until so many have died; then one
works to the end. `worst`: they die between sending and writing it down, at sendings that the seed
chooses. `random`: they are killed from outside at moments that it chooses. Prints what it did as
JSON.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from pathlib import Path

import django
import pytest

django.setup()

from django.db import connection  # noqa: E402 - needs the settings
from django.template.loader import get_template  # noqa: E402 - after django.setup()
from django.urls import reverse  # noqa: E402 - after django.setup()

from certification import tasks  # noqa: E402 - after django.setup()
from certification.models import QueueEntry  # noqa: E402 - after django.setup()
from certification.operations import work as _operations  # noqa: E402, F401 - once, not in each child
from marketplace.notices import delivering, mailing  # noqa: E402 - after django.setup()
from tests.notices.receivers import lead_to  # noqa: E402 - after django.setup()

#: A child that is killed at random sends a few before.
LONGEST_LIFE_S = 0.15


def die_at(number: int, patched: pytest.MonkeyPatch) -> None:
    """After the other side has it, before the database knows: at the so-manieth sending."""
    settle, note = mailing._settle, delivering._note_success
    done = 0

    def count() -> None:
        nonlocal done
        done += 1
        if done == number:
            os.kill(os.getpid(), signal.SIGKILL)

    def settle_or_die(*given: object) -> None:
        count()
        settle(*given)  # type: ignore[arg-type] # as it was called

    def note_or_die(*given: object) -> None:
        count()
        note(*given)  # type: ignore[arg-type] # as it was called

    patched.setattr(mailing, "_settle", settle_or_die)
    patched.setattr(delivering, "_note_success", note_or_die)


def open_entries() -> list[int]:
    kinds = (QueueEntry.Kind.SEND_MAIL, QueueEntry.Kind.SEND_WEBHOOK)
    rows = QueueEntry.objects.filter(kind__in=kinds, finished_at=None)
    # As if the waits were over: the test has no twelve hours.
    rows.update(due_at="2020-01-01T00:00:00Z", leased_until=None)
    return list(rows.values_list("pk", flat=True))


def work(entries: list[int]) -> None:
    for entry_id in entries:
        tasks.work(entry_id=entry_id)


def run_child(entries: list[int], dies_at: int, killed_after_s: float | None) -> bool:
    """True if it died."""
    connection.close()
    child = os.fork()
    if child == 0:
        with pytest.MonkeyPatch.context() as patched:
            die_at(dies_at, patched)
            work(entries)
        connection.close()
        os._exit(0)
    if killed_after_s is not None:
        time.sleep(killed_after_s)
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def main() -> None:
    at_random = sys.argv[1] == "random"
    wanted, chance = int(sys.argv[2]), random.Random(sys.argv[3])
    died, rounds, began = 0, 0, time.monotonic()
    # Once, not in each child.
    reverse("notice-settings")
    for name in ("emails/notice.txt", "emails/notice.html"):
        get_template(name)
    with pytest.MonkeyPatch.context() as patched:
        lead_to(patched, Path(sys.argv[5]), int(sys.argv[4]))
        while (entries := open_entries()) and rounds < 10 * wanted:
            rounds += 1
            chance.shuffle(entries)
            alive = died >= wanted
            died += run_child(
                entries,
                -1 if alive or at_random else chance.choice((1, 1, 2)),
                None if alive or not at_random else chance.uniform(0, LONGEST_LIFE_S),
            )
    seconds = round(time.monotonic() - began, 1)
    sys.stdout.write(json.dumps({"died": died, "rounds": rounds, "seconds": seconds}) + "\n")


if __name__ == "__main__":
    main()
