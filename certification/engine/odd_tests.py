"""Signs that the list of tests of a run was made up: what no run of that suite can hold.

For evidence that carries passes alone, where no times are there to look at. As with `anomalies`
a person decides.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from certification.engine.anomalies import ENOUGH_TESTS, Anomaly
from certification.engine.report import Entry, Report, TestState

#: The quickest genuine run needs a tenth of a second for a test, all its workers together.
QUICKEST_TEST_S = 0.02
#: Single tests are renamed, and get other ids, from one release of a suite to the next.
_MOST_ODD = 0.02
_FEWEST_ODD = 3


@dataclass(frozen=True, slots=True)
class Suite:
    """What a released suite has. `title` is such as `Tempest 47.0.0`, `package` `tempest`."""

    title: str
    package: str
    names_of: Mapping[str, frozenset[str]]
    ids_of: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, title: str, tests: Collection[tuple[str, str]]) -> Suite:
        """`tests` are (name, bare idempotent id), at least one."""
        names_of: dict[str, set[str]] = defaultdict(set)
        ids_of: dict[str, set[str]] = defaultdict(set)
        for name, idempotent_id in tests:
            ids_of[name].add(idempotent_id)
            if idempotent_id:
                names_of[idempotent_id].add(name)
        package = next(iter(ids_of)).partition(".")[0]
        return cls(
            title,
            package,
            {key: frozenset(those) for key, those in names_of.items()},
            {key: frozenset(those) for key, those in ids_of.items()},
        )


def odd_tests(report: Report, suite: Suite) -> tuple[Anomaly, ...]:
    """What is odd about which tests passed, in a fixed order."""
    passed = [
        entry
        for entry in report.entries
        if entry.state is TestState.PASSED and entry.name.startswith(f"{suite.package}.")
    ]
    return (
        *_too_quick(report),
        *_repeated(report),
        *_too_many(passed, suite),
        *_more_of_one_id(passed, suite),
        *_other_ids(passed, suite),
    )


def _too_quick(report: Report) -> Iterator[Anomaly]:
    said, tests = report.declared_duration_s, len(report.entries)
    if said is not None and tests >= ENOUGH_TESTS and said < tests * QUICKEST_TEST_S:
        yield Anomaly(
            "duration-impossible",
            f"The file says that {tests} tests took {said} s together, quicker than a cloud "
            "answers: genuine runs need a tenth of a second for each, all workers together.",
        )


def _repeated(report: Report) -> Iterator[Anomaly]:
    twice = report.events - len(report.entries)
    if report.passes_only and twice > 0:
        yield Anomaly(
            "passes-repeated",
            f"{twice} results name a test that the file has named already; the client that writes "
            "such files names each test once.",
        )


def _too_many(passed: list[Entry], suite: Suite) -> Iterator[Anomaly]:
    names = {entry.name for entry in passed}
    if len(names) > len(suite.ids_of):
        yield Anomaly(
            "tests-too-many",
            f"{len(names)} tests of the suite passed, and {suite.title} has {len(suite.ids_of)}.",
        )


def _more_of_one_id(passed: list[Entry], suite: Suite) -> Iterator[Anomaly]:
    """A class hands its tests on with their ids, so that some ids have several names; a run cannot
    have more of them than the suite."""
    found: dict[str, set[str]] = defaultdict(set)
    for entry in passed:
        if entry.idempotent_id in suite.names_of:
            found[entry.idempotent_id].add(entry.name)
    odd = [key for key, names in found.items() if len(names) > len(suite.names_of[key])]
    if _is_odd(len(odd), len(found)):
        shown = sorted(found[min(odd)] - suite.names_of[min(odd)])
        yield Anomaly(
            "tests-invented",
            f"{len(odd)} tests passed under more names than {suite.title} has for them, "
            f"such as {shown[0]}; single tests are renamed from release to release, not so many.",
        )


def _other_ids(passed: list[Entry], suite: Suite) -> Iterator[Anomaly]:
    known = [entry for entry in passed if entry.idempotent_id and entry.name in suite.ids_of]
    odd = [entry.name for entry in known if entry.idempotent_id not in suite.ids_of[entry.name]]
    if _is_odd(len(odd), len(known)):
        yield Anomaly(
            "ids-contradicted",
            f"{len(odd)} of {len(known)} tests have another id than in {suite.title}, such as "
            f"{odd[0]}; ids stay with their tests from release to release.",
        )


def _is_odd(count: int, of: int) -> bool:
    return count >= _FEWEST_ODD and count > _MOST_ODD * of
