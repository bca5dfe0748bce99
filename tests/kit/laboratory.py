"""A lab on the fake cloud: the reference product, whole or with one fault, as the kit sees it."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from certification.engine.integration import Outcome, Profile, judge_level, parse_rules
from certification.engine.integration.model import EvidenceClass, EvidenceRun
from certification.engine.report import TestState
from certification.guidelines import shipped_bytes
from hallmark.kit.adapter import read_adapter
from hallmark.kit.lab import Lab
from hallmark.kit.opening import Options, open_lab
from hallmark.kit.run import KitRun, run_tests
from hallmark.kit.tests import TESTS

PRODUCT = Path(__file__).parent / "product"
NONCE = "0123456789abcdef0123456789abcdef"
VERBS = (
    "install", "create", "list", "scale", "stop", "attach", "grow", "detach", "backup", "restore",
    "remove", "log", "wait", "releases", "login", "rotate", "place", "guest", "upload-image",
    "use-secret", "meter", "publish", "audit",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Setup:
    """An installation of the reference product. `fault` is a switch, empty for none; `parts` are
    what it installs beside network and servers, `verbs` what its adapter offers."""

    fault: str = ""
    parts: str = "secret volume around"
    verbs: tuple[str, ...] = VERBS


WHOLE = Setup()


@dataclass(frozen=True, slots=True)
class Result:
    """`outcomes` by capability, of those that were tried; `reasons` of the kit."""

    outcomes: dict[str, Outcome]
    reasons: dict[str, str]

    @property
    def passed(self) -> frozenset[str]:
        return frozenset(
            name for name, outcome in self.outcomes.items() if outcome is Outcome.PASSED
        )


def write_adapter(folder: Path, setup: Setup) -> Path:
    """An adapter folder of the reference product; the interpreter starts without its site, which
    is most of a short program's time."""
    folder.mkdir()
    for source in PRODUCT.glob("*.py"):
        shutil.copy(source, folder)
    command = f'["{sys.executable}", "-S", "-E", "-B", "reference.py"]'
    verbs = "\n".join(f"{verb} = {command}" for verb in setup.verbs)
    (folder / "adapter.toml").write_text(
        f"""
[product]
name = "Reference Shelf"
version = "1.0"
user_agents = ["reference-shelf/1.0"]
profile = "app platform"
primary = "compute"
has_logins = true
ports = ["tcp/443"]

[microversions]
compute = "2.1"
block-storage = "3.42"

[settings]
fault = "{setup.fault}"
parts = "{setup.parts}"

[verbs]
{verbs}
"""
    )
    return folder


@contextmanager
def laboratory(folder: Path, setup: Setup = WHOLE, user: str = "fake-demo") -> Iterator[Lab]:
    with ExitStack() as undo:
        adapter = read_adapter(write_adapter(folder / "adapter", setup))
        work = folder / "work"
        work.mkdir()
        options = Options(os_cloud=user, nonce=NONCE, os_admin_cloud="fake-admin")
        lab = open_lab(adapter, options, work, undo)
        lab.settle_s = 0.5
        lab.lose_access_s = 1.0
        yield lab


def try_out(lab: Lab, capabilities: Iterable[str]) -> Result:
    """Run these tests and judge what came of them by the guideline, footprints included."""
    tests = [TESTS[name] for name in capabilities]
    run = run_tests(lab, tests)
    rules = parse_rules(shipped_bytes("integration.2026.11"))
    profile = Profile("app-platform", "compute")
    evaluation = judge_level(rules, profile, [_evidence(lab, run)])
    outcomes = {test.capability: evaluation.outcome_of(test.capability) for test in tests}
    reasons = {one.capability: one.reason for one in run.results}
    for name, found in outcomes.items():
        if found.outcome is Outcome.NOT_PROVED:
            reasons[name] = f"{reasons[name]}; but: {found.explanation}"
    return Result({name: one.outcome for name, one in outcomes.items()}, reasons)


def _evidence(lab: Lab, run: KitRun) -> EvidenceRun:
    return EvidenceRun(
        evidence_sha256="0" * 64,
        nonce=NONCE,
        kit_version="0",
        product_version=lab.adapter.version,
        cloud="fake",
        openstack_release="gazpacho",
        release_measured=False,
        mode=lab.adapter.mode,
        started=run.started,
        ended=run.ended,
        evidence_class=EvidenceClass.CHALLENGED,
        results={one.capability: TestState(one.state) for one in run.results},
        footprints=run.footprints,
        reasons={one.capability: one.reason for one in run.results},
    )
