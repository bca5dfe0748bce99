"""Gathering the facts of a submission for the rules of the engine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from certification.challenge_answers import answers_for
from certification.engine.bundle import BundleRefused
from certification.engine.challenge import begun_too_early
from certification.engine.eligibility import Case, Obstacle
from certification.engine.integration import EvidenceClass, Level, LevelEvaluation
from certification.engine.joining import RunsNotJoined
from certification.engine.verdict import Evaluation as Explanation
from certification.engine.verdict import Waiver as EngineWaiver
from certification.engine.verdict import evaluate
from certification.joined_claims import report_of_submission, runs_of_submission
from certification.judging import compiled_guideline
from certification.levels import LEVELS, evidence_run, judge_set, rules_of
from certification.models import Amendment, Certificate, Run, Submission, Waiver
from certification.oddities import oddities
from marketplace.catalogue.models import ClaimedCloud
from marketplace.catalogue.programme_settings import programme_settings
from marketplace.catalogue.programme_vocabulary import Setting

PLATFORM_TARGETS = ("platform", "compute")


def engine_waiver(waiver: Waiver) -> EngineWaiver:
    return EngineWaiver(
        guideline_digest=waiver.guideline.digest,
        target=waiver.target,
        tests=tuple(waiver.tests),
        reason=waiver.reason,
        release=f"{waiver.release.product.vendor.slug}/{waiver.release.product.slug}"
        f"/{waiver.release.version}",
        ends_on=waiver.ends_on.isoformat(),
    )


def explain_submission(submission: Submission) -> Explanation:
    """The evaluation that a certificate would rest on, its waivers applied; for a decided case by
    the amendments that counted then (design.md: they never alter an issued certificate).

    Raises EvidenceGone, RunsNotJoined."""
    compiled = compiled_guideline(submission.guideline, amended_when_decided(submission))
    return evaluate(
        compiled,
        report_of_submission(submission, compiled),
        submission.target,
        [engine_waiver(waiver) for waiver in submission.waivers.select_related("guideline")],
    )


def amended_when_decided(submission: Submission) -> int | None:
    """How many amendments counted at the decision; None while it is open: all of them."""
    if submission.decided_at is None or not submission.guideline.amended:
        return None
    earlier = Amendment.objects.filter(
        guideline=submission.guideline_id, at__lte=submission.decided_at
    )
    return earlier.count()


def level_of_submission(submission: Submission) -> LevelEvaluation | None:
    """What an integration certificate would rest on; None without a profile. Raises EvidenceGone,
    BundleRefused."""
    runs = runs_of_submission(submission)
    amended = amended_when_decided(submission)
    return judge_set(submission.release, submission.guideline, runs, amended)


def assurance_of(submission: Submission) -> str:
    """`self-reported`, `challenged` or `live`: what a certificate of it would say (S11)."""
    if submission.guideline.is_integration:
        evaluation = level_of_submission(submission)
        return (evaluation.evidence_class if evaluation else EvidenceClass.SELF_REPORTED).word
    return "challenged" if _is_challenged(submission) else "self-reported"


def _is_challenged(submission: Submission) -> bool:
    """Every run carries a nonce that we gave for this very release and guideline, and began no
    earlier than we gave it (S11)."""
    runs = runs_of_submission(submission)
    answers = answers_for(submission.release, runs, submission.guideline)
    return len(answers) == len(runs) and not begun_too_early(answers)


def case_of(submission: Submission, *, now: datetime) -> Case:
    """Every fact that the rules ask for, read anew. Raises EvidenceGone."""
    if submission.guideline.is_integration:
        return _level_case(submission, now)
    runs = runs_of_submission(submission)
    judged = all(run.state == Run.State.VERIFIED for run in runs)
    not_joined: tuple[Obstacle, ...] = ()
    try:
        explained = explain_submission(submission) if judged else None
    except RunsNotJoined as refused:
        explained, not_joined = None, (Obstacle(refused.code, str(refused)),)
    compiled = compiled_guideline(submission.guideline)
    answers = answers_for(submission.release, runs, submission.guideline)
    return replace(
        _of_several(_bare_case(submission, now), submission, runs),
        not_joined=not_joined,
        answers_challenge=len(answers) == len(runs),
        begun_too_early=begun_too_early(answers),
        verdict=explained.verdict.value if explained else "error",
        tests_short=explained.required.total - explained.required.passed if explained else 0,
        guideline_releases=frozenset(compiled.guideline.releases),
        target_is_add_on=compiled.target(submission.target).target.is_add_on,
        platform_is_certified=_platform_is_certified(submission),
        anomalies=oddities(submission, runs) if judged else (),
        waived_tests=len(explained.waived) if explained else 0,
    )


def _level_case(submission: Submission, now: datetime) -> Case:
    """Evidence that cannot be read reaches nothing."""
    level = Level[submission.target.upper()]
    runs = runs_of_submission(submission)
    judged = all(run.state == Run.State.VERIFIED for run in runs)
    try:
        evaluation = level_of_submission(submission) if judged else None
        evidence = [evidence_run(run, submission.release) for run in runs] if judged else []
    except BundleRefused:
        evaluation, evidence = None, []
    reached = evaluation is not None and evaluation.level >= level
    return replace(
        _bare_case(submission, now),
        run_is_judged=judged,
        answers_challenge=evaluation is not None
        and evaluation.evidence_class > EvidenceClass.SELF_REPORTED,
        verdict="passed" if reached else "failed",
        tests_short=_missing(evaluation, level),
        received_at=min(run.received_at for run in runs),
        guideline_releases=frozenset(rules_of(submission.guideline).guideline.releases),
        guideline_programme="integrated",
        tried_releases=frozenset(run.openstack_release for run in evidence) - {""},
    )


def _missing(evaluation: LevelEvaluation | None, level: Level) -> int:
    if evaluation is None:
        return 0
    return sum(len(evaluation.missing[one]) for one in LEVELS if one <= level)


def _bare_case(submission: Submission, now: datetime) -> Case:
    """The facts that both programmes ask for; nothing is passed yet."""
    run, guideline, release = submission.run, submission.guideline, submission.release
    return Case(
        programme=release.product.programme,
        run_is_the_vendors=Run.objects.of_vendor(release.product.vendor).filter(pk=run.pk).exists(),
        run_is_judged=run.state == Run.State.VERIFIED,
        verdict="error",
        tests_short=0,
        passes_only=run.passes_only,
        incomplete=run.damage_offset is not None,
        looks_incomplete=run.looks_incomplete,
        evidence_ended_at=run.ended_at,
        received_at=run.received_at,
        guideline_state=guideline.state,
        guideline_superseded_at=guideline.superseded_at,
        guideline_releases=frozenset(),
        declared_releases=frozenset(release.openstack_releases),
        openstack_release=submission.openstack_release,
        target_is_add_on=False,
        platform_is_certified=False,
        domain_is_proven=release.product.vendor.domain_proven_at is not None,
        answers_challenge=False,
        anomalies=(),
        cpid_belongs_elsewhere=_cpid_belongs_elsewhere(submission),
        # Two honest passes-only runs of one list are equal (S10).
        copied_bytes=run.copied_bytes and not run.passes_only,
        waived_tests=0,
        now=now,
        rule_decides=programme_settings().holds(Setting.RULE_DECIDES),
    )


def _of_several(case: Case, submission: Submission, runs: Sequence[Run]) -> Case:
    """A claim of several runs is as doubtful as the most doubtful of them, and as old as the
    oldest."""
    if len(runs) == 1:
        return case
    own = Run.objects.of_vendor(submission.release.product.vendor)
    ended = [run.ended_at for run in runs]
    return replace(
        case,
        run_is_the_vendors=own.filter(pk__in=[run.pk for run in runs]).count() == len(runs),
        run_is_judged=all(run.state == Run.State.VERIFIED for run in runs),
        passes_only=any(run.passes_only for run in runs),
        incomplete=any(run.damage_offset is not None for run in runs),
        looks_incomplete=any(run.looks_incomplete for run in runs),
        evidence_ended_at=None if None in ended else min(moment for moment in ended if moment),
        received_at=min(run.received_at for run in runs),
        cpid_belongs_elsewhere=any(_is_elsewhere(run.cpid, submission) for run in runs),
        copied_bytes=any(run.copied_bytes and not run.passes_only for run in runs),
        joined_runs=len(runs),
        cloud_is_named=any(run.cpid for run in runs),
    )


def _platform_is_certified(submission: Submission) -> bool:
    return (
        Certificate.objects.in_force()
        .filter(release=submission.release, target__in=PLATFORM_TARGETS)
        .exists()
    )


def _cpid_belongs_elsewhere(submission: Submission) -> bool:
    return _is_elsewhere(submission.run.cpid, submission)


def _is_elsewhere(cpid: str, submission: Submission) -> bool:
    """Another product claims the cloud, or another vendor has sent in runs of it."""
    if not cpid:
        return False
    product = submission.release.product
    claimed = ClaimedCloud.objects.filter(cpid=cpid).exclude(product=product)
    runs = Run.objects.filter(cpid=cpid).exclude(vendor=None).exclude(vendor=product.vendor)
    return claimed.exists() or runs.exists()
