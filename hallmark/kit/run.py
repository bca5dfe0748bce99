"""A run: which scenarios are needed, what came of them, and what each test says to that."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime

from certification.engine.bundle.documents import idempotent_id_of
from certification.engine.bundle.model import KitResult
from certification.engine.footprint.model import Condition, Footprint
from certification.engine.report import TestState
from hallmark.kit.cloud import Cloud
from hallmark.kit.lab import Lab
from hallmark.kit.login import CloudUnreadable
from hallmark.kit.recording import Asked, Recording
from hallmark.kit.scenario import KitTest, Scenario
from hallmark.kit.stage import PlayStopped, Stage
from hallmark.kit.staying import STAY
from hallmark.kit.tests import SCENARIOS
from hallmark.kit.trace import NotPassed, NotTestable, Trace
from hallmark.kit.transcripts import transcript
from hallmark.kit.verbs import Ended

REASON_CHARS = 300
#: How often a scenario is played whose condition struck nobody.
TRIES = 3


@dataclass(frozen=True, slots=True)
class KitRun:
    """Results in the order of the tests, footprints in that of the scenarios, transcripts by
    capability. `warnings` are for the person at the terminal."""

    results: tuple[KitResult, ...]
    footprints: tuple[Footprint, ...]
    transcripts: dict[str, bytes]
    started: str
    ended: str
    warnings: tuple[str, ...] = ()


def run_tests(
    lab: Lab, tests: Sequence[KitTest], progress: Callable[[str], None] = lambda _text: None
) -> KitRun:
    """Play what the tests need, once each, and judge."""
    started = now()
    traces: dict[str, Trace] = {}
    for scenario in (*needed(lab, tests), *((STAY,) if lab.stay else ())):
        progress(f"{scenario.name} ({scenario.condition})")
        traces[scenario.name] = play(lab, scenario)
    results, transcripts = [], {}
    for test in tests:
        result, words = judge(lab, test, traces)
        results.append(result)
        transcripts[test.capability] = words
    footprints = [
        found
        for trace in traces.values()
        for found in (trace.footprint, *trace.footprints_apart)
        if found is not None and found.requests >= _least(found)
    ]
    return KitRun(
        results=tuple(results),
        footprints=tuple(footprints),
        transcripts=transcripts,
        started=started,
        ended=now(),
        warnings=tuple(_warnings(traces)),
    )


def _least(footprint: Footprint) -> int:
    """Only of `bad-ca` does a footprint without calls say something."""
    return 0 if footprint.condition is Condition.BAD_CA else 1


def needed(lab: Lab, tests: Iterable[KitTest]) -> list[Scenario]:
    """The scenarios of all tests that have a chance, in the kit's order."""
    names = {
        name for test in tests if not obstacle_of(lab, test) for name in (test.scenario, *test.also)
    }
    return [one for name, one in SCENARIOS.items() if name in names]


def obstacle_of(lab: Lab, test: KitTest) -> str:
    """Why a test cannot be tried with this adapter on this cloud; empty when it can."""
    scenario = SCENARIOS[test.scenario]
    for verb in (*scenario.verbs, *test.verbs):
        if not lab.adapter.has(verb):
            return f"the adapter has no {verb}"
    if test.service and not lab.cloud.has(test.service):
        return f"the cloud has no {test.service}"
    try:
        return scenario.obstacle(lab)
    except CloudUnreadable as error:
        return f"the cloud could not be asked: {error}"


def play(lab: Lab, scenario: Scenario) -> Trace:
    """Play a scenario until its condition struck, at most `TRIES` times; the last trace."""
    for seed in range(TRIES):
        trace = _played(lab, scenario, seed)
        if _struck(scenario, trace):
            break
    return trace


def _struck(scenario: Scenario, trace: Trace) -> bool:
    if not scenario.struck or trace.footprint is None:
        return True
    return any(one.status in scenario.struck for one in trace.footprint.operations)


def _played(lab: Lab, scenario: Scenario, seed: int) -> Trace:
    """Play it once; every fault ends in the trace."""
    trace = Trace(started=now())
    try:
        with ExitStack() as undo:
            _play(lab, scenario, trace, undo, seed)
    except NotTestable as reason:
        trace.obstacle = str(reason)
    except CloudUnreadable as error:
        trace.fault = f"the kit could not ask the cloud: {error}"
    except Exception as error:
        # A fault of the kit fails the tests that stand on this scenario, and no others.
        trace.fault = f"fault of the kit: {type(error).__name__}: {error}"
    trace.ended = now()
    return trace


def _play(lab: Lab, scenario: Scenario, trace: Trace, undo: ExitStack, seed: int) -> None:
    login = scenario.actor(lab, undo)
    cloud = undo.enter_context(Cloud(login)) if scenario.own_eyes else lab.cloud
    maxima: Mapping[str, str] = {}
    if scenario.condition is Condition.OLD_MV:
        maxima = lab.adapter.microversions
    asked = Asked(scenario.condition, login, maxima, scenario.trusted, seed)
    recording: Recording | None = None
    try:
        with lab.open_recording(asked) as recording:
            stage = Stage(lab, cloud, recording, trace, asked)
            try:
                scenario.play(stage)
            except PlayStopped:
                pass
            finally:
                stage.clear()
    finally:
        if recording is not None:
            floor = _floor(trace, maxima)
            trace.footprint = recording.footprint(nonce=lab.nonce, mv_floor=floor)


def _floor(trace: Trace, maxima: Mapping[str, str]) -> dict[str, str] | None:
    """The versions claimed, once the product was seen to work with nothing above them."""
    if not maxima:
        return None
    removed = trace.runs.get("remove")
    done = removed is not None and all(run.ended is not Ended.FAILED for run in trace.runs.values())
    return dict(maxima) if done else None


def judge(lab: Lab, test: KitTest, traces: dict[str, Trace]) -> tuple[KitResult, bytes]:
    """One test's result and transcript. Only a criterion that says what it saw makes it pass."""
    state, reason = _judged(lab, test, traces)
    seen = [traces[name] for name in (test.scenario, *test.also) if name in traces]
    reason = lab.secrets.hidden_in(" ".join(reason.split())).rstrip(".")[: REASON_CHARS - 1] + "."
    moment = now()
    result = KitResult(
        capability=test.capability,
        idempotent_id=idempotent_id_of(test.capability),
        state=state,
        reason=reason,
        transcript_sha256="",
        started=(seen[0].started if seen else "") or moment,
        ended=(seen[0].ended if seen else "") or moment,
    )
    return result, transcript(test, result, seen, lab.secrets)


def _judged(lab: Lab, test: KitTest, traces: dict[str, Trace]) -> tuple[TestState, str]:
    if obstacle := obstacle_of(lab, test):
        return TestState.SKIPPED, obstacle
    seen = [traces[name] for name in (test.scenario, *test.also)]
    for trace in seen:
        if trace.obstacle:
            return TestState.SKIPPED, trace.obstacle
        if trace.fault:
            return TestState.FAILED, trace.fault
    try:
        return TestState.PASSED, _proof(test, seen)
    except NotPassed as reason:
        return reason.state, str(reason)
    except Exception as error:
        return TestState.FAILED, f"fault of the kit: {type(error).__name__}: {error}"


def _proof(test: KitTest, seen: Sequence[Trace]) -> str:
    """What the criterion saw. Raises NotPassed, and TypeError for a criterion that says nothing."""
    proof = test.criterion(*seen)
    if not isinstance(proof, str) or not proof:
        raise TypeError("the criterion did not say what it saw")
    return proof


def _warnings(traces: dict[str, Trace]) -> Iterable[str]:
    for name, trace in traces.items():
        if left := trace.notes.get("left behind"):
            yield f"{name}: the kit could not delete {left} with the mark {trace.mark}"


def now() -> str:
    """RFC 3339, UTC."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
