"""Levels, figures, profiles: the boundaries of section 2 of the guideline."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction

import pytest

from certification.engine.footprint.model import Mode
from certification.engine.integration import (
    ConcernMode,
    EvidenceClass,
    Level,
    LevelEvaluation,
    NotApplicable,
    Outcome,
    Profile,
    judge_level,
    profile_obstacles,
)
from certification.engine.integration.model import EvidenceRun
from certification.engine.report import TestState
from tests.engine.integration.building import (
    FLOATING,
    PLAIN,
    RULES,
    everything,
    footprint,
    proving_runs,
    required_by,
    run,
)

APP = Profile("app-platform", "compute")
C, I, N = required_by("C"), required_by("I"), required_by("N")  # noqa: E741 - the table's letters
E1, E2, E3 = EvidenceClass


def judged(
    passed: Iterable[str], profile: Profile = APP, evidence_class: EvidenceClass = E3
) -> LevelEvaluation:
    return judge_level(RULES, profile, proving_runs(passed, evidence_class=evidence_class))


def without(*names: str) -> list[str]:
    return [name for name in (*C, *I, *N) if name not in names]


@pytest.mark.parametrize(
    ("passed", "level", "shown", "exact"),
    [
        (C, Level.CONNECTED, 6, Fraction(6)),
        (C + I, Level.INTEGRATED, 42, Fraction(125, 3)),
        (C + I + N, Level.NATIVE, 92, Fraction(183, 2)),
        (tuple(RULES.capabilities), Level.NATIVE, 100, Fraction(100)),
        ((), Level.LISTED, 0, Fraction(0)),
        (I + N, Level.LISTED, 86, Fraction(171, 2)),
    ],
)
def test_the_required_sets(
    passed: tuple[str, ...], level: Level, shown: int, exact: Fraction
) -> None:
    evaluation = judged(passed)
    assert (evaluation.level, evaluation.figure.shown, evaluation.figure.exact) == (
        level,
        shown,
        exact,
    )
    assert all(not evaluation.missing[lower] for lower in Level if 0 < lower <= level)
    if level < Level.NATIVE:
        assert evaluation.missing[Level(level + 1)]


def test_a_container_platform_without_images() -> None:
    profile = Profile(
        "container-platform", "compute", (NotApplicable("image", "Uses public ones."),)
    )
    plain = tuple(line for line in PLAIN if " image " not in line)
    names = [name for name in C + I if name != "image.upload"]
    runs = [
        run(*everything(plain + FLOATING), passed=names, number=1, version="0.9"),
        run(*everything(plain), passed=names, number=2),
    ]
    evaluation = judge_level(RULES, profile, runs)
    assert (evaluation.level, evaluation.figure.shown) == (Level.INTEGRATED, 39)
    assert evaluation.figure.exact == Fraction(100) * Fraction(113, 3) / 96
    assert evaluation.outcome_of("image.upload").outcome is Outcome.NOT_APPLICABLE


def test_a_write_undoes_not_applicable_and_a_read_does_not() -> None:
    profile = Profile("container-platform", "compute", (NotApplicable("image", ""),))
    for lines, undone in ((["GET image /images 200"], ()), (["POST image /images 403"], ()),
                          (["DELETE image /images/{id} 204"], ("image",))):  # fmt: skip
        evaluation = judge_level(RULES, profile, [run(footprint("moved", *lines))])
        applies = evaluation.outcome_of("image.upload").outcome is not Outcome.NOT_APPLICABLE
        assert (evaluation.open_subjects, applies) == (undone, bool(undone))


def test_each_required_capability_is_needed() -> None:
    for name in C:
        assert judged(without(name)).level is Level.LISTED, name
    for name in set(I) - set(C):
        assert judged(without(name)).level is Level.CONNECTED, name
    for name in set(N) - set(I) - set(C):
        assert judged(without(name)).level is Level.INTEGRATED, name


def test_advisory_never_blocks() -> None:
    advisory = [name for name in RULES.capabilities if name not in C + I + N]
    assert len(advisory) == 12
    runs = [
        replace(one, results={**one.results, **dict.fromkeys(advisory, TestState.FAILED)})
        for one in proving_runs(C + I + N)
    ]
    assert judge_level(RULES, APP, runs).level is Level.NATIVE


@pytest.mark.parametrize(
    ("evidence_class", "passed", "level"),
    [
        (E1, C, Level.CONNECTED),
        (E1, C + I + N, Level.CONNECTED),
        (E2, C + I, Level.INTEGRATED),
        (E2, C + I + N, Level.INTEGRATED),
        (E3, C + I, Level.INTEGRATED),
        (E3, C + I + N, Level.NATIVE),
    ],
)
def test_evidence_classes(
    evidence_class: EvidenceClass, passed: tuple[str, ...], level: Level
) -> None:
    evaluation = judged(passed, evidence_class=evidence_class)
    assert (evaluation.level, evaluation.evidence_class) == (level, evidence_class)
    above = Level(min(level + 1, Level.NATIVE))
    if level < Level.NATIVE and set(passed) == {*C, *I, *N}:
        assert {one.kind for one in evaluation.missing[above]} == {"class", "figure"}


def test_the_class_is_the_best_by_which_the_level_still_holds() -> None:
    weak = proving_runs(C + I, evidence_class=E2)
    strong = proving_runs(C, evidence_class=E3, first_number=5)
    evaluation = judge_level(RULES, APP, [*weak, *strong])
    assert (evaluation.level, evaluation.evidence_class) == (Level.INTEGRATED, E2)
    only_connected = judge_level(RULES, APP, [*proving_runs(C + I, evidence_class=E1), *strong])
    assert (only_connected.level, only_connected.evidence_class) == (Level.CONNECTED, E3)


def test_two_runs_are_as_strong_as_the_weaker() -> None:
    floating, provider = proving_runs(C + I, evidence_class=E2)
    runs = [replace(floating, evidence_class=E1), provider]
    evaluation = judge_level(RULES, APP, runs)
    assert evaluation.level is Level.CONNECTED
    kinds = {one.kind: one.text for one in evaluation.missing[Level.INTEGRATED]}
    assert kinds.keys() == {"class"} and "network.address_modes, ops.upgrade" in kinds["class"]


# The threshold ------------------------------------------------------------------------------


def option_passes(names: Iterable[str], rest: Iterable[str]) -> list[EvidenceRun]:
    return [
        *proving_runs([*C, *rest]),
        *proving_runs(names, mode=Mode.OPTION, first_number=5),
    ]


def test_option_counts_half_and_default_wins() -> None:
    evaluation = judge_level(RULES, APP, option_passes(["block.volumes"], []))
    assert evaluation.figure.exact == 6 + Fraction(3, 2)
    assert evaluation.outcome_of("block.volumes").mode is Mode.OPTION
    both = judge_level(RULES, APP, option_passes(["block.volumes"], ["block.volumes"]))
    assert both.figure.exact == 9
    assert both.outcome_of("block.volumes").mode is Mode.DEFAULT


def test_integrated_needs_35_before_rounding() -> None:
    """Some of Integrated by option only: 35.67 is enough; 34.5 shows 35 and is not."""
    for by_option, exact, level in (
        (["network.security_groups", "image.upload"], Fraction(107, 3), Level.INTEGRATED),
        (
            ["network.security_groups", "identity.app_credential", "block.volumes"],
            Fraction(69, 2),
            Level.CONNECTED,
        ),
    ):
        rest = set(I) - set(by_option)
        evaluation = judge_level(RULES, APP, option_passes(by_option, rest))
        assert (evaluation.figure.exact, evaluation.level) == (exact, level)
    assert evaluation.figure.shown == 35
    (figure,) = evaluation.missing[Level.INTEGRATED]
    assert figure.kind == "figure" and figure.gains == Fraction(1, 2)
    assert "34.5; 35 is needed" in figure.text and "identity.end_user_token (+7.5)" in figure.text


def test_the_threshold_is_compared_before_rounding() -> None:
    native = RULES.levels[Level.NATIVE]
    for figure, level in ((91, Level.NATIVE), (92, Level.INTEGRATED)):
        stricter = replace(
            RULES, levels={**RULES.levels, Level.NATIVE: replace(native, figure=figure)}
        )
        evaluation = judge_level(stricter, APP, proving_runs(C + I + N))
        assert (evaluation.figure.shown, evaluation.level) == (92, level)
    exact = replace(RULES, concerns=tuple(replace(c, weight=c.weight * 2) for c in RULES.concerns))
    assert judge_level(exact, APP, proving_runs(C + I + N)).figure.exact == Fraction(183, 2)


@pytest.mark.parametrize(
    ("lowered", "level"), [(Fraction(75), Level.NATIVE), (Fraction(7499, 100), Level.INTEGRATED)]
)
def test_native_at_75_exactly(lowered: Fraction, level: Level) -> None:
    """One concern's share is set so that the figure is 75 or a hundredth below."""
    mode = 1 - (Fraction(183, 2) - lowered) / Fraction(183, 2)
    rules = replace(RULES, modes={Mode.DEFAULT: mode, Mode.OPTION: Fraction(0)})
    evaluation = judge_level(rules, APP, proving_runs(C + I + N))
    assert (evaluation.figure.exact, evaluation.figure.shown) == (lowered, 75)
    assert evaluation.level is level


def test_native_needs_seven_concerns() -> None:
    grants = ["network", "block", "object", "shared", "image", "lb", "dns", "orch", "telemetry",
              "events"]  # fmt: skip
    wanted = [*grants, "dashboard"]
    names = {one for one in (*C, *I, *N) if one.partition(".")[0] not in wanted}
    plain = tuple(
        line for line in PLAIN if line.split()[1] in {"identity", "compute", "key-manager"}
    )
    runs = [
        run(*everything(plain), passed=names, number=1, version="0.9", release="flamingo"),
        run(*everything(plain), passed=names, number=2),
    ]
    for subjects, level in ((wanted[:3], Level.CONNECTED), (wanted, Level.INTEGRATED)):
        claims = tuple(NotApplicable(one, "Not its business.", granted=True) for one in subjects)
        evaluation = judge_level(RULES, Profile("app-platform", "compute", claims), runs)
        assert evaluation.level is level
    assert [one.kind for one in evaluation.missing[Level.NATIVE]] == ["concerns"]
    assert "Only 4 concerns" in evaluation.missing[Level.NATIVE][0].text


# Primary access ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("profile", "line", "reached"),
    [
        (APP, "POST compute /servers 202", True),
        (APP, "POST compute /servers 403", False),
        (APP, "GET compute /servers 200", False),
        (Profile("backup", "object-store"), "PUT object-store /{id}/{id}/{id} 201", True),
        (Profile("backup", "block-storage"), "PUT object-store /{id}/{id}/{id} 201", False),
        (Profile("security", "identity"), "POST identity /auth/tokens 201", False),
        (Profile("security", "identity"), "POST identity /trusts 201", True),
    ],
)
def test_the_primary_service_is_written_to(profile: Profile, line: str, reached: bool) -> None:
    runs = [run(footprint("plain", line, "POST dns /zones 202"))]
    kinds = {one.kind for one in judge_level(RULES, profile, runs).missing[Level.INTEGRATED]}
    assert ("write" not in kinds) is reached


def test_an_exporter_that_creates_nothing() -> None:
    axes = ("compute", "network", "block", "object", "shared", "lb", "dns", "orch", "image")
    profile = Profile(
        "monitoring", "metric", tuple(NotApplicable(one, "") for one in axes), has_logins=False
    )
    assert profile_obstacles(RULES, profile) == ()
    reads = ("POST identity /auth/tokens 201", "GET metric /{id} 200", "GET compute /servers 200")
    names = [
        one.id
        for one in RULES.capabilities.values()
        if one.axis not in axes and one.id not in RULES.without_writes
    ]
    runs = [
        run(*(replace(one, operations=tuple(op for op in one.operations
                                            if op.method == "GET" or op.status >= 400))
              for one in everything(reads)),
            footprint("plain", *reads, auth_identities=2), footprint("moved", *reads),
            footprint("expire", "GET compute /servers 401", "POST identity /auth/tokens 201"),
            passed=names, number=number, version=f"{number}.0")
        for number in (1, 2)
    ]  # fmt: skip
    evaluation = judge_level(RULES, profile, runs)
    assert evaluation.creates_nothing
    for name in RULES.without_writes | RULES.without_logins:
        assert evaluation.outcome_of(name).outcome is Outcome.NOT_APPLICABLE
    assert evaluation.level is Level.INTEGRATED  # its primary access is a read
    writing = run(footprint("plain", "POST dns /zones 202"), number=9)
    after = judge_level(RULES, profile, [*runs, writing])
    assert not after.creates_nothing and after.open_subjects == ("dns",)
    assert after.outcome_of("quota.preflight").outcome is Outcome.MISSING
    assert "write" in {one.kind for one in after.missing[Level.INTEGRATED]}


def test_nothing_measured_is_not_creating_nothing() -> None:
    for runs in ([], [run()], [run(footprint("plain", "GET compute /servers 401"))]):
        assert not judge_level(RULES, APP, runs).creates_nothing


# Not applicable ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("profile", "codes"),
    [
        (Profile("nothing", "compute"), ["profile-unknown"]),
        (Profile("iac", "compute"), ["profile-primary"]),
        (Profile("app-platform", "compute", (NotApplicable("shared", ""),)), []),
        (Profile("app-platform", "compute", (NotApplicable("lb", "No."),)),
         ["not-applicable-not-granted"]),
        (Profile("app-platform", "compute", (NotApplicable("lb", "It has none.", True),)), []),
        (Profile("app-platform", "compute", (NotApplicable("lb", "  ", True),)),
         ["not-applicable-reason"]),
        (Profile("app-platform", "compute", (NotApplicable("ops", "No.", True),)),
         ["not-applicable-core"]),
        (Profile("app-platform", "compute", (NotApplicable("wings", "No.", True),)),
         ["not-applicable-unknown"]),
        (Profile("app-platform", "compute", (NotApplicable("shared", ""),) * 2),
         ["not-applicable-twice"]),
        (Profile("app-platform", "compute", (NotApplicable("tenancy.region", "One.", True),)), []),
        (Profile("app-platform", "compute", (NotApplicable("quota.preflight", "a", True),
                                             NotApplicable("quota.exceeded", "b", True))),
         ["not-applicable-core"]),
        (Profile("backup", "object-store", (NotApplicable("block", ""),
                                            NotApplicable("compute", ""))), []),
        (Profile("backup", "block-storage", (NotApplicable("block", ""),)),
         ["not-applicable-not-granted"]),
        (Profile("backup", "block-storage", (NotApplicable("compute", ""),)),
         ["not-applicable-not-granted"]),
    ],
)  # fmt: skip
def test_what_a_profile_may_say(profile: Profile, codes: list[str]) -> None:
    assert [one.code for one in profile_obstacles(RULES, profile)] == codes
    if codes and codes[0].startswith("not-applicable") and codes != ["not-applicable-twice"]:
        evaluation = judge_level(RULES, profile, [])
        assert all(one.outcome is Outcome.MISSING for one in evaluation.capabilities)


def test_an_unusable_profile_reaches_nothing() -> None:
    for profile in (Profile("nothing", "compute"), Profile("iac", "compute")):
        evaluation = judged(RULES.capabilities, profile)
        assert evaluation.level is Level.LISTED
        assert evaluation.missing[Level.CONNECTED][0].kind == "profile"


def test_products_without_logins() -> None:
    names = [one for one in (*C, *I, *N) if one not in RULES.without_logins]
    assert judged(names).level is Level.INTEGRATED
    evaluation = judged(names, replace(APP, has_logins=False))
    assert evaluation.level is Level.NATIVE
    concern = next(one for one in evaluation.concerns if one.concern == "user_identity")
    assert (concern.mode, concern.applicable) == (ConcernMode.NOT_APPLICABLE, 0)
    assert evaluation.figure.weight == 85


def test_grants_of_every_capability_of_an_axis_are_a_grant_of_the_axis() -> None:
    claim = NotApplicable("lb.octavia", "It has no entry point.", granted=True)
    profile = Profile("app-platform", "compute", (claim,))
    writes = [run(footprint("plain", "POST load-balancer /lbaas/loadbalancers 201"))]
    assert judge_level(RULES, profile, writes).open_subjects == ("lb.octavia",)
    partly = NotApplicable("block.snapshots", "It keeps no state.", granted=True)
    profile = Profile("app-platform", "compute", (partly,))
    writes = [run(footprint("plain", "POST block-storage /volumes 202"))]
    evaluation = judge_level(RULES, profile, writes)
    assert evaluation.open_subjects == ()
    assert evaluation.outcome_of("block.snapshots").explanation.startswith("A reviewer granted it")


# Flags, two runs, versions ----------------------------------------------------------------------


def test_flagged_tests_are_ignored() -> None:
    flagged = {
        name: replace(rule, flagged=name in {"identity.domains", "compute.lifecycle"})
        for name, rule in RULES.capabilities.items()
    }
    rules = replace(RULES, capabilities=flagged)
    passed = without("identity.domains", "compute.lifecycle")
    evaluation = judge_level(rules, APP, proving_runs(passed))
    assert (evaluation.level, evaluation.figure.weight) == (Level.NATIVE, 94)
    assert evaluation.outcome_of("identity.domains").outcome is Outcome.MISSING
    nothing = {name: replace(rule, flagged=True) for name, rule in RULES.capabilities.items()}
    empty = judge_level(replace(RULES, capabilities=nothing), APP, proving_runs())
    assert (empty.level, empty.figure.shown) == (Level.LISTED, 0)


def two(first: EvidenceRun, second: EvidenceRun, name: str) -> Outcome:
    return judge_level(RULES, APP, [first, second]).outcome_of(name).outcome


def test_address_modes_are_two_runs_that_passed() -> None:
    name = "network.address_modes"
    floating = run(footprint("plain", *FLOATING, "POST compute /servers 202"), passed=[name])
    provider = run(footprint("plain", "POST compute /servers 202"), passed=[name], number=2)
    assert two(floating, provider, name) is two(provider, floating, name) is Outcome.PASSED
    for other in (
        replace(provider, results={}),
        replace(provider, footprints=()),
        replace(provider, footprints=(footprint("plain", "GET compute /servers 200"),)),
        replace(provider, nonce=floating.nonce),
        replace(floating, nonce="f" * 32, evidence_sha256="f" * 64),
    ):
        assert two(floating, other, name) is Outcome.NOT_PROVED
    assert two(provider, replace(provider, evidence_sha256="f" * 64), name) is Outcome.NOT_PROVED
    optional = judge_level(RULES, APP, [floating, replace(provider, mode=Mode.OPTION)])
    assert optional.outcome_of(name).mode is Mode.OPTION


@pytest.mark.parametrize(
    ("name", "field"), [("ops.upgrade", "version"), ("ops.cloud_upgrade", "release")]
)
def test_upgrades_are_two_runs_that_differ(name: str, field: str) -> None:
    seen = footprint("plain", "GET compute /servers 200")
    after = run(seen, passed=[name], number=2)
    attribute = {"version": "product_version", "release": "openstack_release"}[field]
    for value, outcome in (("old", Outcome.PASSED), ("", Outcome.NOT_PROVED),
                           (getattr(after, attribute), Outcome.NOT_PROVED)):  # fmt: skip
        before = replace(run(seen), **{attribute: value})
        assert two(before, after, name) is outcome
        assert two(before, replace(after, results={name: TestState.FAILED}), name) is Outcome.FAILED
    unseen = replace(run(footprint("plain")), **{attribute: "old"})
    assert two(unseen, after, name) is Outcome.NOT_PROVED


def test_runs_of_another_version_only_help_an_upgrade() -> None:
    old, new = proving_runs(C)
    old = replace(old, results=dict.fromkeys(RULES.capabilities, TestState.PASSED))
    new = replace(new, results={**new.results, "ops.upgrade": TestState.PASSED})
    of_any = judge_level(RULES, APP, [old, new])
    of_new = judge_level(RULES, APP, [old, new], version="1.0")
    assert of_any.outcome_of("block.volumes").outcome is Outcome.PASSED
    assert of_new.outcome_of("block.volumes").outcome is Outcome.NOT_PROVED
    assert of_new.outcome_of("ops.upgrade").outcome is Outcome.PASSED
    assert of_new.level is Level.CONNECTED
    assert judge_level(RULES, APP, [old], version="1.0").level is Level.LISTED


# What the pages show ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "mode", "shown"),
    [
        (TestState.PASSED, Mode.DEFAULT, ConcernMode.SERVED),
        (TestState.PASSED, Mode.OPTION, ConcernMode.OPTIONAL),
        (TestState.FAILED, Mode.DEFAULT, ConcernMode.PARALLEL),
        (TestState.SKIPPED, Mode.DEFAULT, ConcernMode.NOT_PROVED),
        (TestState.MISSING, Mode.DEFAULT, ConcernMode.NOT_PROVED),
    ],
)
def test_how_a_concern_is_met(state: TestState, mode: Mode, shown: ConcernMode) -> None:
    footprints = footprint("plain", "POST load-balancer /lbaas/loadbalancers 201")
    runs = [run(footprints, results={"lb.octavia": state}, mode=mode)]
    evaluation = judge_level(RULES, APP, runs)
    modes = {one.concern: one.mode for one in evaluation.concerns}
    assert modes["load_balancing"] is shown
    assert {one.axis: one.mode for one in evaluation.axes}["lb"] is shown
    assert {mode for name, mode in modes.items() if name != "load_balancing"} == {
        ConcernMode.NOT_PROVED
    }


def test_less_than_half_is_a_parallel_stack() -> None:
    one, two_of_three = ["identity.member_role"], ["identity.member_role", "identity.delegation"]
    for names, shown in ((one, ConcernMode.PARALLEL), (two_of_three, ConcernMode.SERVED)):
        evaluation = judged(names)
        modes = {one.concern: one.mode for one in evaluation.concerns}
        assert modes["service_identity"] is shown


def test_the_part_figures() -> None:
    evaluation = judged(C + I)
    assert evaluation.security_figure.exact == 100 * Fraction(62, 3) / 45
    assert evaluation.monitoring_figure.exact == 0
    assert judged(C + I + N).monitoring_figure.exact == 100


def test_sensitivity_of_each_weight() -> None:
    evaluation = judged(C + I)
    assert len(evaluation.sensitivities) == 30
    figures = {(one.concern, one.factor): one for one in evaluation.sensitivities}
    more = figures["user_identity", Fraction(3, 2)]
    assert (more.figure, more.level) == (39, Level.INTEGRATED)  # 41.67 of 107.5
    by_option = option_passes(
        ["network.security_groups", "image.upload"],
        set(I) - {"network.security_groups", "image.upload"},
    )
    close = judge_level(RULES, APP, by_option)
    changed = {(o.concern, o.factor): o.level for o in close.sensitivities}
    assert close.level is Level.INTEGRATED
    assert changed["user_identity", Fraction(3, 2)] is Level.CONNECTED  # 35.67 of 107.5
    assert changed["user_identity", Fraction(1, 2)] is Level.INTEGRATED


def test_the_shortest_path_begins_with_what_is_needed_first() -> None:
    evaluation = judged(without("identity.domains", "block.volumes", "lb.octavia"))
    names = [one.capability for one in evaluation.missing[Level.NATIVE]]
    assert names == ["identity.domains", "block.volumes", "lb.octavia"]
    assert [one.gains for one in evaluation.missing[Level.NATIVE]] == [0, 3, 6]
    assert [one.capability for one in evaluation.missing[Level.CONNECTED]] == ["identity.domains"]
    text = evaluation.missing[Level.CONNECTED][0].text
    assert RULES.capabilities["identity.domains"].hint in text
