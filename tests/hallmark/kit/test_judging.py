"""Only a criterion that says what it saw makes a test pass."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from certification.engine.bundle import write_bundle
from certification.engine.integration import parse_rules
from certification.engine.report import TestState
from certification.guidelines import shipped_bytes
from hallmark.kit.adapter import VERBS
from hallmark.kit.cloud import Cloud
from hallmark.kit.evidence import GUIDELINE, files_of, write
from hallmark.kit.lab import Lab
from hallmark.kit.login import Login
from hallmark.kit.recording import Asked, Recording
from hallmark.kit.run import KitRun, judge, needed, now, play
from hallmark.kit.scenario import KitTest, Scenario
from hallmark.kit.stage import Stage
from hallmark.kit.tests import SCENARIOS, TESTS
from hallmark.kit.trace import NotMet, NotTestable, Trace
from hallmark.pack import gather, open_bundle
from tests.hallmark.kit.seen import adapter_in, call, footprint, trace


class SmallCloud:
    """As much of a cloud as the planning of a run asks for."""

    roles = frozenset({"member"})

    def has(self, service: str) -> bool:
        return service == "compute"


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    adapter = adapter_in(tmp_path, create="true", list="true")
    cloud = cast(Cloud, SmallCloud())
    return Lab(adapter, cloud, "0" * 32, tmp_path, open_recording=_no_recording)


def _no_recording(_asked: object) -> object:
    raise AssertionError("nothing is recorded here")


def outcome(lab: Lab, criterion: Callable[..., object], seen: Trace) -> tuple[TestState, str]:
    test = KitTest("tenancy.cleanup", "life", "nothing", cast(Callable[..., str], criterion))
    result, _ = judge(lab, test, {"life": seen})
    return result.state, result.reason


def fails(error: Exception) -> Callable[[Trace], str]:
    def criterion(_trace: Trace) -> str:
        raise error

    return criterion


@pytest.mark.parametrize(
    ("criterion", "state", "reason"),
    [
        (lambda _trace: "all gone", TestState.PASSED, "all gone"),
        (lambda _trace: None, TestState.FAILED, "fault of the kit"),
        (lambda _trace: "", TestState.FAILED, "fault of the kit"),
        (lambda _trace: True, TestState.FAILED, "fault of the kit"),
        (fails(NotMet("a leak")), TestState.FAILED, "a leak"),
        (fails(NotTestable("no verb")), TestState.SKIPPED, "no verb"),
        (fails(KeyError("x")), TestState.FAILED, "fault of the kit: KeyError"),
    ],
)
def test_how_a_criterion_ends(
    lab: Lab, criterion: Callable[..., object], state: TestState, reason: str
) -> None:
    ended = outcome(lab, criterion, trace())

    assert ended[0] is state and ended[1].startswith(reason)


def test_a_scenario_that_was_not_played_to_its_end_passes_nothing(lab: Lab) -> None:
    broken, unplayed = trace(), trace()
    broken.fault, unplayed.obstacle = "the cloud went away", "no second region"

    assert outcome(lab, lambda _: "seen", broken) == (TestState.FAILED, "the cloud went away.")
    assert outcome(lab, lambda _: "seen", unplayed) == (TestState.SKIPPED, "no second region.")


def test_reasons_are_short_and_without_secrets(lab: Lab) -> None:
    lab.secrets.learn("very-secret-word")

    _, reason = outcome(lab, fails(NotMet("very-secret-word " + "x " * 400)), trace())

    assert "very-secret-word" not in reason and len(reason) <= 300


@pytest.mark.parametrize(
    ("capability", "reason"),
    [
        ("lb.octavia", "the cloud has no load-balancer"),
        ("ops.releases", "the adapter has no releases"),
        ("identity.domains", "needs another user or project: give --os-admin-cloud"),
        ("identity.end_user_token", "the adapter has no login"),
        ("ops.upgrade", "the adapter has no upgrade"),
        ("compute.microversion", "the adapter claims no lowest microversion"),
    ],
)
def test_what_cannot_be_tried_is_skipped_and_not_played(
    lab: Lab, capability: str, reason: str
) -> None:
    result, _ = judge(lab, TESTS[capability], {})

    assert (result.state, result.reason) == (TestState.SKIPPED, f"{reason}.")
    assert needed(lab, [TESTS[capability]]) == []


def test_tests_share_scenarios(lab: Lab) -> None:
    tests = [TESTS[one] for one in ("tenancy.cleanup", "tenancy.marking", "identity.tls_verify")]

    assert [one.name for one in needed(lab, tests)] == ["life", "bad-ca", "trusted-ca"]


@pytest.mark.parametrize(("statuses", "played"), [([401], 1), ([200, 401], 2), ([200] * 9, 3)])
def test_a_condition_that_struck_nobody_is_played_again(
    lab: Lab, statuses: list[int], played: int
) -> None:
    plays = []

    def play_once(_stage: Stage) -> None:
        plays.append(1)

    @contextmanager
    def recording(asked: Asked) -> Iterator[Recording]:
        found = footprint(call("GET", "/volumes", 1, statuses[asked.seed]))
        yield cast(Recording, SimpleNamespace(environment={}, footprint=lambda **_: found))

    lab.open_recording = recording
    lab.cloud.login = Login({"auth_url": "http://127.0.0.1:1/v3", "password": "x"})
    seen = play(lab, Scenario("expire", play_once, struck=frozenset({401})))

    assert (len(plays), seen.fault) == (played, "")


def test_there_is_one_test_for_each_capability_of_the_guideline() -> None:
    assert set(TESTS) == set(parse_rules(shipped_bytes(GUIDELINE)).capabilities)
    assert all(name == test.capability for name, test in TESTS.items())


def test_every_scenario_serves_a_test_and_every_verb_exists() -> None:
    used = {name for test in TESTS.values() for name in (test.scenario, *test.also)}
    verbs = {verb for one in (*TESTS.values(), *SCENARIOS.values()) for verb in one.verbs}

    assert used == set(SCENARIOS)
    assert verbs <= set(VERBS)


def test_every_verb_is_in_the_guide() -> None:
    guide = (Path(__file__).parents[3] / "docs/adapter-guide.md").read_text()

    assert [verb for verb in VERBS if f"`{verb}`" not in guide] == []


def test_what_is_written_is_a_bundle(lab: Lab, tmp_path: Path) -> None:
    traces = {"life": trace()}
    judged = [judge(lab, TESTS[one], traces) for one in ("tenancy.cleanup", "lb.octavia")]
    run = KitRun(
        results=tuple(result for result, _ in judged),
        footprints=(),
        transcripts={result.capability: words for result, words in judged},
        started=now(),
        ended=now(),
    )

    out = tmp_path / "out"
    write(out, files_of(lab, run, cloud="test", release="gazpacho", probe=b""))
    bundle = open_bundle(write_bundle(gather(out).files))

    assert bundle.manifest.product == "Keeper" and bundle.manifest.nonce == "0" * 32
    assert {one.capability: one.state for one in bundle.results} == {
        "tenancy.cleanup": TestState.FAILED,
        "lb.octavia": TestState.SKIPPED,
    }
    assert "no load-balancer" in (out / "transcripts/lb.octavia.txt").read_text()
