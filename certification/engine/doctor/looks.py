"""How each mistake shows in a report: one function a mistake, None where it does not."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

from certification.engine.doctor.model import Patient, Sign
from certification.engine.eligibility import EVIDENCE_DAYS
from certification.engine.report import TestState

#: A run without so many of the tests asked for was made from another list.
MOST_MISSING = 0.5
#: From so many classes on it is no accident of one of them.
MANY_CLASSES = 3
CLOCK_AHEAD_S = 3600.0
LONGEST_RUN_S = 7 * 86400.0
OLDEST_S = EVIDENCE_DAYS * 86400.0


def _tests(count: int) -> str:
    return f"{count:,} test{'' if count == 1 else 's'}"


def skipped_for(pattern: str, so: str) -> Callable[[Patient], Sign | None]:
    """A rule on the words of skips. `so` says what was done to the tests: `skipped for it`."""
    words = re.compile(pattern, re.IGNORECASE)

    def look(patient: Patient) -> Sign | None:
        hits = [(name, reason) for name, reason in patient.skips() if words.search(reason)]
        if not hits:
            return None
        said, _ = Counter(reason for _, reason in hits).most_common(1)[0]
        one = len(hits) == 1
        counted = "1 test or class was" if one else f"{len(hits):,} tests or classes were"
        return Sign(f"{counted} {so}, for instance: {said}", tuple(name for name, _ in hits))

    return look


def no_entries(patient: Patient) -> Sign | None:
    return None if patient.report.entries else Sign("The run holds no test result.")


def cut_off(patient: Patient) -> Sign | None:
    damage = patient.report.damage
    if damage is not None:
        return Sign(f"It cannot be read past byte {damage.offset:,}: {damage.reason}.")
    if patient.report.looks_incomplete:
        return Sign("Tests began and never ended, as when a worker dies.")
    return None


def nothing_passed(patient: Patient) -> Sign | None:
    report = patient.report
    if not report.entries or report.count(TestState.PASSED):
        return None
    failed, skipped = report.count(TestState.FAILED), report.count(TestState.SKIPPED)
    return Sign(
        f"Of {_tests(len(report.entries))}, {failed:,} failed, {skipped:,} were skipped and none "
        "passed.",
        tuple(entry.name for entry in report.entries),
    )


def set_ups_failed(patient: Patient) -> Sign | None:
    fixtures = patient.report.fixtures
    failed = sorted(
        {f.scope for f in fixtures if f.kind == "setUpClass" and f.state is TestState.FAILED}
    )
    if len(failed) < MANY_CLASSES:
        return None
    return Sign(f"The set-up of {len(failed):,} classes failed before their tests.", tuple(failed))


def another_cloud(patient: Patient) -> Sign | None:
    cpid, earlier = patient.report.cpid, patient.earlier_cpids
    if not cpid or not earlier or cpid in earlier:
        return None
    return Sign(
        f"This run names the cloud {cpid}; earlier runs named {', '.join(sorted(earlier))}."
    )


def another_list(patient: Patient) -> Sign | None:
    """A list of another service's tests, of another guideline, or of a few tests only."""
    entries = patient.report.entries
    if not entries or patient.asked == 0:
        return None
    if len(patient.missing) / patient.asked <= MOST_MISSING:
        return None
    asked = f"that {patient.target} asks for" if patient.target else "asked for"
    said = (
        f"{len(patient.missing):,} of {_tests(patient.asked)} {asked} are not in the run, which "
        f"holds {_tests(len(entries))}"
    )
    title = f"Most tests of {patient.target} were not run" if patient.target else ""
    parts = {_part(entry.name) for entry in entries}
    about = f", all of {next(iter(parts))}" if len(parts) == 1 else ""
    return Sign(f"{said}{about}.", patient.missing, title)


def _part(name: str) -> str:
    """`tempest.api.identity` of `tempest.api.identity.v3.test_users.UsersTest.test_x`."""
    return ".".join(name.split(".")[:3])


def odd_clock(patient: Patient) -> Sign | None:
    began, ended, received = (
        patient.report.started_at,
        patient.report.ended_at,
        patient.received_at,
    )
    if began is None or ended is None:
        return None
    if ended < began:
        return Sign(f"The run ends {began - ended:,.0f} s before it begins.")
    if ended - began > LONGEST_RUN_S:
        return Sign(f"The run lasts {(ended - began) / 86400:,.0f} days.")
    if received is not None and ended - received > CLOCK_AHEAD_S:
        return Sign(f"The run ends {(ended - received) / 3600:,.1f} h after it was received.")
    return None


def too_old(patient: Patient) -> Sign | None:
    ended, received = patient.report.ended_at, patient.received_at
    if ended is None or received is None or received - ended <= OLDEST_S:
        return None
    return Sign(f"The run ended {(received - ended) / 86400:,.0f} days before it was received.")
