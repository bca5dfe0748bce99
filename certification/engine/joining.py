"""Several runs of one release made one claim, by the rule of docs/vendor-guide.md.

The runs are of one cloud, each is whole and says itself when it ran, and from the first test to the
last no more than 14 days passed. Of each test the latest word counts, be it better or worse, under
whatever name it stands (`same_test.py`); what earlier runs said of it is kept beside it. That the
runs are of one release is for the caller to see to.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from certification.engine.report import (
    Entry,
    EvidenceFormat,
    Fixture,
    Report,
    ReportWarning,
    TestState,
)
from certification.engine.same_test import SameTest
from certification.engine.verdict import CompiledGuideline
from certification.engine.verdict.sighting import covers, stops_tests

MOST_DAYS = 14
MOST_RUNS = 20
_DAY_S = 86_400
_NAMED = 5
_DIGITS = 12


class RunsNotJoined(ValueError):
    """`code` is stable: `join-bundle`, `join-damaged`, `join-no-times`, `join-too-far-apart`,
    `join-other-cloud`, `join-too-many`. The message is fit for the vendor."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Part:
    """One run. `label` names it to people, `sha256` is of its evidence: by it the joined report
    names the run, so that whoever has the evidence gets the same evaluation."""

    label: str
    report: Report
    sha256: str


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the word on a test comes from: `run` is the place of its run in `Joined.labels`, and
    `earlier` are (run, state) of what was said of it before, oldest first."""

    name: str
    run: int
    state: TestState
    earlier: tuple[tuple[int, TestState], ...]

    @property
    def changed(self) -> bool:
        return any(state is not self.state for _, state in self.earlier)


@dataclass(frozen=True, slots=True)
class Joined:
    """`labels` are the runs, oldest first; `origins` one for each test, sorted by the name that the
    guideline has for it. `one_cloud` is false where no run names its cloud, so that nobody can
    tell."""

    report: Report
    labels: tuple[str, ...]
    origins: tuple[Origin, ...]
    one_cloud: bool


def join_runs(parts: Iterable[Part], compiled: CompiledGuideline) -> Joined:
    """The runs as one for that guideline, the same in whatever order they are given. Raises
    RunsNotJoined, and ValueError without any run. One run alone stays as it is."""
    given = list(parts)
    if not given:
        raise ValueError("There is no run to join.")
    if len(given) > 1:
        _refuse(given)
    ordered = sorted(given, key=lambda part: (part.report.ended_at or 0.0, part.sha256))
    words = _Words(SameTest(compiled, (e for part in ordered for e in part.report.entries)))
    for run, part in enumerate(ordered):
        words.add(run, part.report)
    origins = words.origins()
    labels = tuple(part.label for part in ordered)
    joined = Joined(ordered[0].report, labels, origins, any(part.report.cpid for part in ordered))
    if len(given) == 1:
        return joined
    return replace(joined, report=_report(ordered, words, origins))


def _refuse(parts: Sequence[Part]) -> None:
    if len(parts) > MOST_RUNS:
        raise RunsNotJoined("join-too-many", f"At most {MOST_RUNS} runs are joined.")
    for part in parts:
        if part.report.format is EvidenceFormat.OSI_BUNDLE:
            raise RunsNotJoined(
                "join-bundle",
                f"{part.label} is a bundle of the test kit. Bundles of a release count together by "
                "rules of their own.",
            )
        if part.report.damage is not None:
            raise RunsNotJoined(
                "join-damaged", f"{part.label} is damaged or ends early. Leave it out."
            )
        if part.report.started_at is None or part.report.ended_at is None:
            raise RunsNotJoined(
                "join-no-times",
                f"{part.label} does not say when it ran, so nobody can tell which run is the "
                "latest. Upload the subunit stream instead.",
            )
    clouds = sorted({part.report.cpid for part in parts} - {""})
    if len(clouds) > 1:
        raise RunsNotJoined(
            "join-other-cloud",
            f"The runs are of {len(clouds)} clouds; their cpids are {', '.join(clouds[:3])}.",
        )
    reports = [part.report for part in parts]
    first = min(report.started_at for report in reports if report.started_at is not None)
    last = max(report.ended_at for report in reports if report.ended_at is not None)
    if last - first > MOST_DAYS * _DAY_S:
        raise RunsNotJoined(
            "join-too-far-apart",
            f"From the first test to the last {(last - first) / _DAY_S:.1f} days passed; at most "
            f"{MOST_DAYS} may.",
        )


class _Words:
    """What was said of each test, run after run: `entries` and `fixtures` are what counts, `_said`
    all of it, oldest first."""

    def __init__(self, same: SameTest) -> None:
        self._same = same
        self._said: dict[str, list[tuple[int, TestState]]] = defaultdict(list)
        self.entries: dict[str, list[Entry]] = {}
        self.fixtures: dict[tuple[str, str], Fixture] = {}

    def add(self, run: int, report: Report) -> None:
        """A set-up that stopped its tests is a word on each of them, and later than what earlier
        runs said."""
        for fixture in report.fixtures:
            self.fixtures[fixture.scope, fixture.kind] = fixture
            if stops_tests(fixture):
                self._stop(run, fixture)
        present: dict[str, list[Entry]] = defaultdict(list)
        for entry in report.entries:
            present[self._same.of(entry)].append(entry)
        for test, those in present.items():
            self.entries[test] = those
            self._said[test].append((run, _worst(those)))

    def _stop(self, run: int, fixture: Fixture) -> None:
        below = self._same.below(fixture.scope)
        for test in [t for t in self.entries if t in below or covers(fixture.scope, t)]:
            del self.entries[test]
            self._said[test].append((run, fixture.state))

    def origins(self) -> tuple[Origin, ...]:
        return tuple(
            Origin(test, *self._said[test][-1], tuple(self._said[test][:-1]))
            for test in sorted(self._said)
        )


def _worst(entries: Iterable[Entry]) -> TestState:
    order = (TestState.FAILED, TestState.SKIPPED, TestState.PASSED)
    return min((entry.state for entry in entries), key=order.index)


def _report(ordered: Sequence[Part], words: _Words, origins: Sequence[Origin]) -> Report:
    reports = [part.report for part in ordered]
    durations = [report.declared_duration_s for report in reports]
    return Report(
        format=reports[-1].format,
        entries=tuple(
            sorted(
                (entry for those in words.entries.values() for entry in those),
                key=lambda entry: (entry.name, entry.idempotent_id),
            )
        ),
        fixtures=tuple(words.fixtures[key] for key in sorted(words.fixtures)),
        passes_only=any(report.passes_only for report in reports),
        looks_incomplete=any(report.looks_incomplete for report in reports),
        warnings=_warnings(ordered, origins),
        started_at=min((r.started_at for r in reports if r.started_at is not None), default=None),
        ended_at=max((r.ended_at for r in reports if r.ended_at is not None), default=None),
        declared_duration_s=None if None in durations else sum(d for d in durations if d),
        cpid=next((report.cpid for report in reports if report.cpid), ""),
        events=sum(report.events for report in reports),
        workers=max(report.workers for report in reports),
        inflated_bytes=sum(report.inflated_bytes for report in reports),
    )


def _warnings(ordered: Sequence[Part], origins: Sequence[Origin]) -> tuple[ReportWarning, ...]:
    """Those of each run, and what the joining itself has to say."""
    changed = [origin.name for origin in origins if origin.changed]
    shown = ", ".join(changed[:_NAMED]) + (", ..." if len(changed) > _NAMED else "")
    own = [
        ReportWarning(
            "joined",
            f"Joined from {len(ordered)} runs, oldest first: "
            f"{', '.join(map(_short, ordered))}; of each test the latest word counts",
        )
    ]
    if changed:
        own.append(
            ReportWarning(
                "joined-differently",
                f"The runs differ on tests; the latest counts ({len(changed)}): {shown}",
            )
        )
    theirs = (
        ReportWarning(found.code, f"{_short(part)}: {found.text}")
        for part in ordered
        for found in part.report.warnings
    )
    return (*own, *theirs)


def _short(part: Part) -> str:
    return f"sha256 {part.sha256[:_DIGITS]}"
