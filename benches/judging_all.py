"""Judges every stored run anew, after one more test of the guideline in force was set aside.

Called by `benches.stored` in the environment of a service whose dispatcher is away; writes the
seconds of CPU that this process took, and its peak memory in MB.
"""

from __future__ import annotations

import re
import sys
import time
from pathlib import Path

from benches.configured import DJANGO
from certification import tasks
from certification.judging import compiled_guideline
from certification.models import Amendment, Guideline, QueueEntry
from certification.operations import work
from certification.operations.amendments import Wish, amend_guideline
from marketplace.catalogue.models import User
from marketplace.catalogue.policy import Permission, can


def main() -> None:
    assert DJANGO
    assert work  # a worker has it loaded before the first entry comes
    guideline = Guideline.objects.filter(state="approved", add_on="").latest("pk")
    by = next(one for one in User.objects.all() if can(one, Permission.APPROVE_GUIDELINE))
    counted = compiled_guideline(guideline)
    target = counted.targets["compute"]
    test = counted.tests[target.counted[-1]].name
    amend_guideline(
        guideline=guideline, wish=Wish(Amendment.Action.FLAG, test, "For a measurement."), by=by
    )
    began = time.process_time()
    entries = QueueEntry.objects.filter(kind="judge_guideline", finished_at=None)
    while found := list(entries.values_list("pk", flat=True)):
        for entry_id in found:
            tasks.work.run(entry_id=entry_id)
    spent = time.process_time() - began
    sys.stdout.write(f"{spent:.3f} {_peak_mb():.0f}\n")


def _peak_mb() -> float:
    """Of this program alone; `getrusage` counts in what the parent had when it started it."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert found is not None
    return int(found[1]) / 1024


if __name__ == "__main__":
    main()
