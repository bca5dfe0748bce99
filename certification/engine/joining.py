"""Several runs of one release made one claim, by the rule of docs/vendor-guide.md.

The runs are of one cloud, each is whole, and from the first test to the last no more than 14 days
passed. Of each test the latest word counts, be it better or worse; what earlier runs said of it is
kept beside it. That the runs are of one release is for the caller to see to.
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
from certification.engine.verdict.sighting import covers, stops_tests

MOST_DAYS = 14
MOST_RUNS = 20
_DAY_S = 86_400
_NAMED = 5


class RunsNotJoined(ValueError):
    """`code` is stable: `join-bundle`, `join-damaged`, `join-no-times`, `join-too-far-apart`,
    `join-other-cloud`, `join-too-many`. The message is fit for the vendor."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Part:
    """One run. `label` names it to people; `at` is when it ended if its evidence does not say so,
    in seconds since the epoch."""

    label: str
    report: Report
    at: float | None = None

    @property
    def began(self) -> float | None:
        return self.at if self.report.started_at is None else self.report.started_at

    @property
    def ended(self) -> float | None:
        return self.at if self.report.ended_at is None else self.report.ended_at


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
    """`labels` are the runs, oldest first; `origins` one for each test's name, sorted. `one_cloud`
    is false where no run names its cloud, so that nobody can tell."""

    report: Report
    labels: tuple[str, ...]
    origins: tuple[Origin, ...]
    one_cloud: bool


def join_runs(parts: Iterable[Part]) -> Joined:
    """The runs as one, the same in whatever order they are given. Raises RunsNotJoined, and
    ValueError without any run. One run alone stays as it is."""
    given = list(parts)
    if not given:
        raise ValueError("There is no run to join.")
    if len(given) > 1:
        _refuse(given)
    ordered = sorted(given, key=lambda part: (part.ended or 0.0, part.label))
    entries, fixtures, said = _latest(ordered)
    origins = tuple(_origin(name, said[name]) for name in sorted(said))
    labels = tuple(part.label for part in ordered)
    joined = Joined(ordered[0].report, labels, origins, any(part.report.cpid for part in ordered))
    if len(given) == 1:
        return joined
    return replace(joined, report=_report(ordered, entries, fixtures, origins))


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
        if part.began is None or part.ended is None:
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
    first = min(part.began for part in parts if part.began is not None)
    last = max(part.ended for part in parts if part.ended is not None)
    if last - first > MOST_DAYS * _DAY_S:
        raise RunsNotJoined(
            "join-too-far-apart",
            f"From the first test to the last {(last - first) / _DAY_S:.1f} days passed; at most "
            f"{MOST_DAYS} may.",
        )


_Said = dict[str, list[tuple[int, TestState]]]


def _latest(ordered: Sequence[Part]) -> tuple[dict[str, list[Entry]], list[Fixture], _Said]:
    """The entries that count by name, the fixtures that count, and all that was said of a test.

    A set-up that stopped its tests is a word on each of them, and later than what earlier runs
    said."""
    entries: dict[str, list[Entry]] = {}
    fixtures: dict[tuple[str, str], Fixture] = {}
    said: _Said = defaultdict(list)
    for run, part in enumerate(ordered):
        for fixture in part.report.fixtures:
            fixtures[fixture.scope, fixture.kind] = fixture
            if stops_tests(fixture):
                for name in [name for name in entries if covers(fixture.scope, name)]:
                    del entries[name]
                    said[name].append((run, fixture.state))
        present = _by_name(part.report.entries)
        for name, state in _renamed_and_short(present, entries):
            del entries[name]
            said[name].append((run, state))
        for name, those in present.items():
            entries[name] = those
            said[name].append((run, _worst(those)))
    return entries, [fixtures[key] for key in sorted(fixtures)], said


def _renamed_and_short(
    present: dict[str, list[Entry]], held: dict[str, list[Entry]]
) -> list[tuple[str, TestState]]:
    """Tests of earlier runs whose id this run has under other names alone, and did not pass: they
    may be the same test renamed, so an earlier pass of theirs no longer counts."""
    short = {
        entry.idempotent_id: entry.state
        for those in present.values()
        for entry in those
        if entry.idempotent_id and entry.state is not TestState.PASSED
    }
    return [
        (name, short[entry.idempotent_id])
        for name, (entry, *_) in held.items()
        if name not in present and entry.idempotent_id in short
    ]


def _by_name(entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    found: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        found[entry.name].append(entry)
    return found


def _worst(entries: Iterable[Entry]) -> TestState:
    order = (TestState.FAILED, TestState.SKIPPED, TestState.PASSED)
    return min((entry.state for entry in entries), key=order.index)


def _origin(name: str, said: list[tuple[int, TestState]]) -> Origin:
    run, state = said[-1]
    return Origin(name, run, state, tuple(said[:-1]))


def _report(
    ordered: Sequence[Part],
    entries: dict[str, list[Entry]],
    fixtures: list[Fixture],
    origins: Sequence[Origin],
) -> Report:
    reports = [part.report for part in ordered]
    durations = [report.declared_duration_s for report in reports]
    return Report(
        format=reports[-1].format,
        entries=tuple(entry for name in sorted(entries) for entry in entries[name]),
        fixtures=tuple(fixtures),
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
    """Those of each run with its label, and what the joining itself has to say."""
    changed = [origin.name for origin in origins if origin.changed]
    shown = ", ".join(changed[:_NAMED]) + (", ..." if len(changed) > _NAMED else "")
    own = [
        ReportWarning(
            "joined",
            f"Joined from {len(ordered)} runs, oldest first: "
            f"{', '.join(part.label for part in ordered)}; of each test the latest word counts",
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
        ReportWarning(found.code, f"{part.label}: {found.text}")
        for part in ordered
        for found in part.report.warnings
    )
    return (*own, *theirs)
