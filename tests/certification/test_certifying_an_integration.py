"""From a bundle of the test kit to an integration level, a certificate and the public standing."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.db.utils import IntegrityError
from django.utils import timezone

from certification.engine.bundle import CorroborationDocument
from certification.engine.footprint import Mode
from certification.engine.integration import Level, LevelEvaluation, NotApplicable, Outcome, Profile
from certification.levels import evidence_class_of, judge_set, runs_of_release, the_set
from certification.models import (
    BundleFacts,
    Certificate,
    Evaluation,
    Guideline,
    IntegrationProfile,
    IntegrationStanding,
    Run,
    RunChallenge,
    Submission,
)
from certification.operations.certificates import expire_certificates
from certification.operations.integration import (
    IntegrationRefused,
    claim_services,
    corroborate_by_log,
    corroborate_by_rerun,
    declare_profile,
    end_not_applicable,
    grant_not_applicable,
)
from certification.operations.rebuilding import rebuild
from certification.operations.review import approve, take
from certification.operations.sharing import share_run, unshare_run
from certification.operations.submissions import SubmissionRefused, draft_submission, submit
from marketplace.catalogue.access import revoke_key
from marketplace.catalogue.models import ProductRelease, SigningKey
from marketplace.catalogue.products import create_release
from tests.certification.kit_runs import Lab, lab, required
from tests.factories import judged, person, powered, real_run, vendor

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def at(db: None) -> Lab:
    return lab()


def integrated_set(at: Lab) -> list[Run]:
    """Two challenged runs of 5.2, by floating IP and without, and one of the version before."""
    wanted = required(at.rules, Level.INTEGRATED)
    former = at.run(wanted, nonce=at.nonce(at.former), version="5.1")
    one = at.run(wanted, nonce=at.nonce())
    other = at.run(wanted, nonce=at.nonce(), floating=False)
    return [former, one, other]


def evaluated(at: Lab) -> LevelEvaluation:
    """The release by all its runs, private ones included."""
    runs = the_set(at.release, runs_of_release(at.release))
    evaluation = judge_set(at.release, at.guideline, runs)
    assert evaluation is not None
    return evaluation


def log_of(run: Run, *, agreed: int) -> CorroborationDocument:
    """What an operator found of 200 sampled requests."""
    moment = "2026-11-21T10:00:00Z"
    return CorroborationDocument(
        bundle_sha256=run.evidence_sha256,
        nonce=run.bundle.nonce,
        log_sha256="a" * 64,
        sampled=200,
        agreed=agreed,
        started=moment,
        ended=moment,
        compared=moment,
    )


def ask(at: Lab, run: Run, level: Level, openstack: str = "gazpacho") -> Submission:
    draft = draft_submission(
        release=at.release,
        run=run,
        guideline=at.guideline,
        target=level.word,
        openstack_release=openstack,
        by=at.owner,
    )
    return submit(submission=draft, by=at.owner)


def test_a_bundle_is_judged_by_the_levels_alone(at: Lab) -> None:
    run = at.run(required(at.rules, Level.CONNECTED))
    assert run.state == Run.State.VERIFIED
    found = dict(Evaluation.objects.filter(run=run).values_list("target", "verdict"))
    assert found == {"connected": "passed", "integrated": "failed", "native": "failed"}
    connected = Evaluation.objects.get(run=run, target="connected")
    assert connected.tests_passed == connected.tests_total == 10


def test_other_evidence_is_not_judged_by_the_levels(at: Lab) -> None:
    run = judged(real_run("identity-serial.v2"), by=at.owner)
    assert not run.evaluations.filter(guideline=at.guideline).exists()


@pytest.mark.parametrize("state", ["nobody's nonce", "no signature", "a revoked key"])
def test_only_our_nonce_and_a_registered_key_make_a_run_challenged(at: Lab, state: str) -> None:
    if state == "a revoked key":
        revoke_key(key=SigningKey.objects.get(user=at.owner), by=at.owner)
    nonce = "" if state == "nobody's nonce" else at.nonce()
    run = at.run({"identity.v3_auth"}, nonce=nonce, signed=state != "no signature")
    assert evidence_class_of(run).word == "self-reported"


def test_the_nonce_in_a_signed_bundle_answers_its_challenge(at: Lab) -> None:
    nonce = at.nonce()
    run = at.run({"identity.v3_auth"}, nonce=nonce)
    assert RunChallenge.objects.get(nonce=nonce).run == run
    assert evidence_class_of(run).word == "challenged"


def test_a_nonce_is_used_once(at: Lab) -> None:
    nonce = at.nonce()
    at.run({"identity.v3_auth"}, nonce=nonce)
    second = at.run({"identity.v3_auth", "identity.domains"}, nonce=nonce)
    assert (second.state, second.fault_code) == (Run.State.UNREADABLE, "nonce-used")
    assert not BundleFacts.objects.filter(run=second).exists()


def test_a_nonce_of_another_organization_is_refused(at: Lab) -> None:
    stranger = person("Eve")
    vendor("Weed", owner=stranger)
    run = judged(at.bundle({"identity.v3_auth"}, nonce=at.nonce()), by=stranger)
    assert (run.state, run.fault_code) == (Run.State.UNREADABLE, "nonce-foreign")


def test_a_nonce_of_another_release_is_refused(at: Lab) -> None:
    run = at.run({"identity.v3_auth"}, nonce=at.nonce(at.former), version="5.2")
    assert (run.state, run.fault_code) == (Run.State.UNREADABLE, "nonce-other-release")


def test_an_old_nonce_is_refused(at: Lab) -> None:
    nonce = at.nonce()
    RunChallenge.objects.filter(nonce=nonce).update(expires_at=timezone.now())
    run = at.run({"identity.v3_auth"}, nonce=nonce)
    assert (run.state, run.fault_code) == (Run.State.UNREADABLE, "nonce-expired")


def test_damaged_bundles_are_refused_with_the_reason(at: Lab) -> None:
    raw = at.bundle({"identity.v3_auth"})
    run = judged(raw[: len(raw) // 2], by=at.owner)
    assert run.state == Run.State.UNREADABLE
    assert run.fault_code.startswith("bundle-")


def test_integrated_comes_from_a_set_of_challenged_runs(at: Lab) -> None:
    at.declare()
    runs = integrated_set(at)
    evaluation = judge_set(
        at.release, at.guideline, the_set(at.release, runs_of_release(at.release))
    )
    assert evaluation is not None
    assert evaluation.level is Level.INTEGRATED
    assert evaluation.evidence_class.word == "challenged"
    assert evaluation.figure.shown == 42
    assert set(evaluation.runs) == {run.evidence_sha256 for run in runs}


def test_the_same_set_without_our_nonces_stays_connected(at: Lab) -> None:
    at.declare()
    wanted = required(at.rules, Level.INTEGRATED)
    for version, floating in (("5.1", True), ("5.2", True), ("5.2", False)):
        at.run(wanted, version=version, floating=floating)
    evaluation = judge_set(
        at.release, at.guideline, the_set(at.release, runs_of_release(at.release))
    )
    assert evaluation is not None
    assert evaluation.level is Level.CONNECTED


def test_runs_of_a_later_version_prove_no_upgrade_of_an_earlier_one(at: Lab) -> None:
    integrated_set(at)
    runs = the_set(at.former, runs_of_release(at.former))
    assert [run.bundle.product_version for run in runs] == ["5.1"]
    evaluation = judge_set(at.former, at.guideline, runs)
    assert evaluation is not None
    assert evaluation.outcome_of("ops.upgrade").outcome is Outcome.NOT_PROVED


def test_approval_writes_a_statement_that_names_every_run(at: Lab) -> None:
    at.declare()
    runs = integrated_set(at)
    asked = ask(at, runs[-1], Level.INTEGRATED)
    assert {flag["code"] for flag in asked.flags} == {"domain-not-proven"}
    reviewer = person("Rita", staff_role="reviewer")
    take(submission=asked, by=reviewer)
    certificate = approve(submission=asked, by=reviewer, reason="Complete.")
    statement = json.loads(bytes(certificate.statement))["predicate"]
    assert statement["verifiedLevels"] == ["HALLMARK_INTEGRATION_INTEGRATED"]
    digests = {one["digest"]["sha256"] for one in statement["inputAttestations"]}
    assert digests == {run.evidence_sha256 for run in runs}
    facts = statement["urn:hallmark:certificate:v1"]
    assert (facts["stackFigure"]["shown"], facts["evidenceClass"]) == (42, "challenged")
    assert certificate.assurance == "challenged"
    oldest = min(run.received_at for run in runs)
    assert certificate.valid_until == oldest + timedelta(days=365)
    assert IntegrationStanding.objects.get(release=at.release).level == "integrated"


def certified(at: Lab) -> Certificate:
    """The release as Integrated, in force."""
    at.declare()
    asked = ask(at, integrated_set(at)[-1], Level.INTEGRATED)
    reviewer = person("Rita", staff_role="reviewer")
    take(submission=asked, by=reviewer)
    return approve(submission=asked, by=reviewer, reason="Complete.")


def test_a_certificate_makes_the_evidence_of_other_releases_public_too(at: Lab) -> None:
    certified(at)
    levels = dict(IntegrationStanding.objects.values_list("release__version", "level"))
    assert levels == {"5.1": "connected", "5.2": "integrated"}


def test_a_new_major_version_lets_a_certificate_lapse_after_60_days(at: Lab) -> None:
    certificate = certified(at)
    today = timezone.now().date()
    newer = create_release(
        product=at.release.product,
        version="6.0",
        openstack_releases=[],
        released_on=today - timedelta(days=59),
        by=at.owner,
    )
    assert expire_certificates() == 0
    ProductRelease.objects.filter(pk=newer.pk).update(released_on=today - timedelta(days=60))
    assert expire_certificates() == 1
    certificate.refresh_from_db()
    assert certificate.state == Certificate.State.EXPIRED
    assert "new major version" in certificate.state_reason


def test_a_superseded_guideline_lets_it_lapse_after_six_months(at: Lab) -> None:
    certificate = certified(at)
    Guideline.objects.filter(pk=at.guideline.pk).update(
        state="superseded", superseded_at=timezone.now() - timedelta(days=190)
    )
    assert expire_certificates() == 1
    certificate.refresh_from_db()
    assert "superseded" in certificate.state_reason


def test_a_level_that_is_not_reached_cannot_be_asked_for(at: Lab) -> None:
    at.declare()
    runs = integrated_set(at)
    with pytest.raises(SubmissionRefused) as refused:
        ask(at, runs[-1], Level.NATIVE)
    assert [one.code for one in refused.value.obstacles] == ["verdict-not-passed"]
    assert not Certificate.objects.exists()


def test_only_releases_that_were_tried_are_certified(at: Lab) -> None:
    at.declare()
    runs = integrated_set(at)
    with pytest.raises(SubmissionRefused) as refused:
        ask(at, runs[-1], Level.INTEGRATED, "flamingo")
    assert "release-not-tried" in {one.code for one in refused.value.obstacles}


def test_neither_programme_certifies_the_products_of_the_other(at: Lab) -> None:
    run = at.run(required(at.rules, Level.CONNECTED))
    draft = draft_submission(
        release=at.release,
        run=run,
        guideline=powered(),
        target="compute",
        openstack_release="gazpacho",
        by=at.owner,
    )
    with pytest.raises(SubmissionRefused) as refused:
        submit(submission=draft, by=at.owner)
    codes = {one.code for one in refused.value.obstacles}
    assert "guideline-of-other-programme" in codes


def test_private_runs_show_nothing_in_public(at: Lab) -> None:
    run = at.run(required(at.rules, Level.CONNECTED))
    assert not IntegrationStanding.objects.exists()
    share_run(run=run, by=at.owner)
    standing = IntegrationStanding.objects.get(release=at.release)
    assert (standing.level, standing.figure, standing.measured_on) == ("connected", 6, ["gazpacho"])
    assert {"identity", "compute"} & set(standing.services)
    unshare_run(run=run, by=at.owner)
    assert not IntegrationStanding.objects.exists()


def test_rebuilding_gives_the_same_standing(at: Lab) -> None:
    share_run(run=at.run(required(at.rules, Level.CONNECTED)), by=at.owner)
    before = IntegrationStanding.objects.get().document
    IntegrationStanding.objects.all().delete()
    assert [one.fault for one in rebuild()] == [""]
    assert IntegrationStanding.objects.get().document == before


def test_the_operators_log_makes_a_run_live_and_takes_a_reviewer(at: Lab) -> None:
    run = at.run({"identity.v3_auth"}, nonce=at.nonce())
    reviewer = person("Rita", staff_role="reviewer")
    agreeing = log_of(run, agreed=190)
    with pytest.raises(IntegrationRefused, match="reviewer"):
        corroborate_by_log(run=run, document=agreeing, note="Compared.", by=at.owner)
    corroborate_by_log(run=run, document=agreeing, note="Compared.", by=reviewer)
    assert evidence_class_of(run).word == "live"
    with pytest.raises(IntegrationRefused, match="confirmed already"):
        corroborate_by_rerun(run=run, note="Ran it.", by=reviewer)


def test_a_log_that_holds_too_few_of_the_requests_confirms_nothing(at: Lab) -> None:
    run = at.run({"identity.v3_auth"}, nonce=at.nonce())
    poor = log_of(run, agreed=189)
    with pytest.raises(IntegrationRefused, match="189 of 200"):
        corroborate_by_log(
            run=run, document=poor, note="x", by=person("Rita", staff_role="reviewer")
        )
    assert evidence_class_of(run).word == "challenged"


def test_a_self_reported_run_is_not_made_live_by_a_log(at: Lab) -> None:
    run = at.run({"identity.v3_auth"})
    corroborate_by_rerun(run=run, note="Ran it.", by=person("Rita", staff_role="reviewer"))
    assert evidence_class_of(run).word == "self-reported"


def test_a_profile_may_only_leave_out_what_its_kind_allows(at: Lab) -> None:
    too_much = Profile(
        "container-platform", "compute", (NotApplicable("network", "We like our own."),)
    )
    with pytest.raises(IntegrationRefused) as refused:
        at.declare(too_much)
    assert refused.value.obstacles
    assert not IntegrationProfile.objects.exists()
    reviewer = person("Rita", staff_role="reviewer")
    grant = grant_not_applicable(
        release=at.release,
        guideline=at.guideline,
        subject="network",
        reason="It runs on bare metal networks only.",
        by=reviewer,
    )
    at.declare(too_much)
    end_not_applicable(grant=grant, by=reviewer)
    with pytest.raises(IntegrationRefused):
        at.declare(too_much)


def test_core_axes_are_never_set_aside(at: Lab) -> None:
    with pytest.raises(IntegrationRefused) as refused:
        grant_not_applicable(
            release=at.release,
            guideline=at.guideline,
            subject="secrets",
            reason="It has none.",
            by=person("Rita", staff_role="reviewer"),
        )
    assert refused.value.code == "axis-is-core"


def test_a_declared_profile_never_changes(at: Lab) -> None:
    at.declare()
    row = IntegrationProfile.objects.get()
    row.digest = "0" * 64
    with pytest.raises(IntegrityError):
        row.save()


def test_strangers_declare_and_claim_nothing(at: Lab) -> None:
    eve = person("Eve")
    with pytest.raises(IntegrationRefused, match="Only owners"):
        declare_profile(
            release=at.release,
            guideline=at.guideline,
            profile=Profile("container-platform", "compute"),
            by=eve,
        )
    with pytest.raises(IntegrationRefused, match="Only owners"):
        claim_services(release=at.release, services=["dns"], known=["dns"], by=eve)


def test_claims_are_replaced_and_unknown_services_refused(at: Lab) -> None:
    known = ["dns", "compute", "load-balancer"]
    claim_services(release=at.release, services=["dns", "compute"], known=known, by=at.owner)
    claim_services(release=at.release, services=["dns", "load-balancer"], known=known, by=at.owner)
    claimed = at.release.service_claims.order_by("service").values_list("service", flat=True)
    assert list(claimed) == ["dns", "load-balancer"]
    with pytest.raises(IntegrationRefused, match="no OpenStack service"):
        claim_services(release=at.release, services=["toaster"], known=known, by=at.owner)


def test_options_set_count_half(at: Lab) -> None:
    share_run(run=at.run(required(at.rules, Level.CONNECTED), mode=Mode.OPTION), by=at.owner)
    assert IntegrationStanding.objects.get().figure == 3
