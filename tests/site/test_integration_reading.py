"""From the document of a standing to what a page draws; no database."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from certification.engine.footprint import Mode, OperationTable, ServiceUse, parse_table
from certification.engine.footprint.model import Condition
from certification.engine.integration import (
    EvidenceClass,
    EvidenceRun,
    IntegrationRules,
    Level,
    LevelEvaluation,
    NotApplicable,
    Profile,
    evaluation_document,
    judge_level,
    parse_rules,
)
from certification.engine.report import TestState
from certification.guidelines import shipped_bytes, shipped_operation_table
from marketplace.site.integration_figure import scale_of, weight_trial
from marketplace.site.integration_matrix import integration_matrix
from marketplace.site.integration_reading import evaluation_of
from marketplace.site.integration_services import (
    DECLARED,
    DISPUTED,
    IN_VAIN,
    MEASURED,
    VERIFIED,
    service_lines,
)
from marketplace.site.integration_stress import TRIALS, stress_lines
from marketplace.site.integration_wording import (
    brought_along,
    exact,
    letters_of,
    level_with_class,
    service_type_title,
)
from marketplace.site.wording import Status


@pytest.fixture(scope="module")
def rules() -> IntegrationRules:
    return parse_rules(shipped_bytes("integration.2026.11"))


@pytest.fixture(scope="module")
def evaluation(rules: IntegrationRules) -> LevelEvaluation:
    """One run without footprints: what the test alone decides passes, the rest is not proved."""
    profile = Profile(
        "container-platform", "compute", (NotApplicable("image", "It has no image of its own."),)
    )
    states = dict.fromkeys(rules.capabilities, TestState.PASSED)
    states["identity.role_mapping"] = TestState.FAILED
    run = EvidenceRun(
        evidence_sha256="a" * 64,
        nonce="b" * 32,
        kit_version="0.1.0",
        product_version="5.2",
        cloud="Ostermoor",
        openstack_release="gazpacho",
        release_measured=False,
        mode=Mode.OPTION,
        started="2026-11-21T10:00:00Z",
        ended="2026-11-21T11:00:00Z",
        evidence_class=EvidenceClass.CHALLENGED,
        results=states,
        footprints=(),
        reasons={},
    )
    return judge_level(rules, profile, [run], version="5.2")


def test_an_evaluation_is_read_back_as_it_was_written(evaluation: LevelEvaluation) -> None:
    read = evaluation_of(evaluation_document(evaluation))
    assert read == replace(evaluation, missing=dict(read.missing))
    assert evaluation_document(read) == evaluation_document(evaluation)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (Fraction(0), "0"),
        (Fraction(5, 2), "2.5"),
        (Fraction(20, 3), "6.67"),
        (Fraction(15), "15"),
        (Fraction(5, 4), "1.25"),
        (Fraction(199, 200), "1"),
    ],
)
def test_points_keep_two_decimals_at_most(number: Fraction, words: str) -> None:
    assert exact(number) == words


@pytest.mark.parametrize(
    ("capability", "letters"),
    [
        ("identity.v3_auth", "C"),
        ("identity.app_credential", "cI"),
        ("identity.delegation", "iN"),
        ("identity.federation", "n"),
        ("tenancy.region", "i"),
        ("compute.lifecycle", "C"),
        ("telemetry.publish", "N"),
    ],
)
def test_letters_say_from_which_level_on(
    rules: IntegrationRules, capability: str, letters: str
) -> None:
    assert letters_of(rules.capabilities[capability]) == letters


def test_listed_has_no_class_and_other_levels_have() -> None:
    live = EvidenceClass.LIVE
    assert level_with_class(Level.LISTED, live) == "Listed"
    assert level_with_class(Level.NATIVE, live) == "Native, live"
    assert level_with_class(Level.CONNECTED, EvidenceClass.SELF_REPORTED) == (
        "Connected, self-reported"
    )


def test_the_segments_of_the_scale_add_up_to_the_figure(
    rules: IntegrationRules, evaluation: LevelEvaluation
) -> None:
    scale = scale_of(rules, evaluation)
    assert scale.segments
    drawn = sum(float(segment.width) for segment in scale.segments)
    assert drawn == pytest.approx(float(evaluation.figure.exact), abs=0.1)
    assert float(scale.rest.left) + float(scale.rest.width) == pytest.approx(100, abs=0.02)
    assert [one.at for one in scale.thresholds] == [35, 75]
    assert scale.words == f"{evaluation.figure.shown}, and Integrated asks for 35"
    assert scale.words in scale.label


def test_each_weight_is_tried_halved_and_raised(evaluation: LevelEvaluation) -> None:
    trial = weight_trial(evaluation)
    applicable = [one for one in evaluation.concerns if one.applicable]
    assert [shift.title for shift in trial.shifts] == [one.title for one in applicable]
    for shift in trial.shifts:
        assert (shift.halved.factor, shift.raised.factor) == (Fraction(1, 2), Fraction(3, 2))
    assert trial.changing == ()
    other = replace(trial.shifts[0].raised, level=Level.NATIVE)
    assert replace(trial.shifts[0], raised=other).changes_level


def test_the_matrix_holds_every_capability_once(
    rules: IntegrationRules, evaluation: LevelEvaluation
) -> None:
    matrix = integration_matrix(rules, evaluation)
    named = [line.rule.id for axis in matrix.axes for line in axis.capabilities]
    assert sorted(named) == sorted(rules.capabilities)
    [images] = [line for line in matrix.concerns if line.concern.title == "Images"]
    assert "It has no image of its own." in images.reasons[0]
    assert any(line.by_option for axis in matrix.axes for line in axis.capabilities)


def test_parallel_stacks_are_named(evaluation: LevelEvaluation) -> None:
    named = brought_along(evaluation.concerns)
    assert "; " in named
    assert "load balancing" in named
    assert "images" not in named


def test_each_condition_but_plain_is_a_trial_of_a_capability(rules: IntegrationRules) -> None:
    assert set(TRIALS) == set(Condition) - {Condition.PLAIN}
    assert {capability for _, capability in TRIALS.values()} <= set(rules.capabilities)


def test_conditions_that_were_not_recorded_say_so(evaluation: LevelEvaluation) -> None:
    wanted = {capability: "It copes." for _, capability in TRIALS.values()}
    lines = stress_lines(evaluation, wanted, {"flaky"})
    assert [line.condition for line in lines if line.tried] == ["flaky"]
    assert len(lines) == len(TRIALS)


def _use(service: str, *, succeeded: bool = True) -> ServiceUse:
    return ServiceUse(
        service=service,
        apis=("v2",),
        requests=3,
        operations=2,
        succeeded=succeeded,
        writes=(),
        mv_lowest="",
        mv_highest="",
        floor="",
    )


@pytest.mark.parametrize(
    ("uses", "claimed", "live", "expected"),
    [
        ([_use("dns")], set(), set(), [("dns", MEASURED)]),
        ([_use("dns")], {"dns"}, set(), [("dns", MEASURED)]),
        ([_use("dns")], {"dns"}, {"dns"}, [("dns", VERIFIED)]),
        ([_use("dns", succeeded=False)], set(), set(), [("dns", IN_VAIN)]),
        ([_use("dns", succeeded=False)], {"dns"}, set(), [("dns", DISPUTED)]),
        ([_use("image")], {"dns"}, set(), [("image", MEASURED), ("dns", DISPUTED)]),
        ([], {"dns"}, set(), [("dns", DECLARED)]),
        ([], set(), set(), []),
    ],
)
def test_how_each_service_is_known(
    uses: list[ServiceUse],
    claimed: set[str],
    live: set[str],
    expected: list[tuple[str, Status]],
) -> None:
    lines = service_lines(uses, claimed, live)
    assert [(line.service, line.status) for line in lines] == expected


def test_services_of_the_shipped_table_have_titles() -> None:
    table: OperationTable = parse_table(shipped_operation_table())
    titles = [service_type_title(service) for service in table.services]
    assert all(title[0].isupper() and "-" not in title for title in titles)
    assert len(set(titles)) == len(titles)
