"""Gathering the facts of a submission for the rules of the engine."""

from __future__ import annotations

from datetime import datetime

from certification.engine.anomalies import anomalies
from certification.engine.eligibility import Case, Obstacle
from certification.engine.verdict import Evaluation as Explanation
from certification.engine.verdict import Waiver as EngineWaiver
from certification.engine.verdict import evaluate
from certification.judging import compiled_guideline, report_of
from certification.models import Certificate, Run, RunChallenge, Submission, Waiver
from marketplace.catalogue.models import ClaimedCloud

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
    """The evaluation that a certificate would rest on, its waivers applied. Raises EvidenceGone."""
    return evaluate(
        compiled_guideline(submission.guideline),
        report_of(submission.run),
        submission.target,
        [engine_waiver(waiver) for waiver in submission.waivers.select_related("guideline")],
    )


def is_challenged(submission: Submission) -> bool:
    """The run carries a nonce that we gave for this very release and guideline."""
    return RunChallenge.objects.filter(
        run=submission.run,
        release=submission.release,
        guideline=submission.guideline,
        used_at__isnull=False,
    ).exists()


def case_of(submission: Submission, *, now: datetime) -> Case:
    """Every fact that the rules ask for, read anew. Raises EvidenceGone."""
    run, guideline, release = submission.run, submission.guideline, submission.release
    judged = run.state == Run.State.VERIFIED
    explained = explain_submission(submission) if judged else None
    compiled = compiled_guideline(guideline)
    return Case(
        programme=release.product.programme,
        run_is_the_vendors=Run.objects.of_vendor(release.product.vendor).filter(pk=run.pk).exists(),
        run_is_judged=judged,
        verdict=explained.verdict.value if explained else "error",
        tests_short=explained.required.total - explained.required.passed if explained else 0,
        passes_only=run.passes_only,
        incomplete=run.damage_offset is not None,
        looks_incomplete=run.looks_incomplete,
        evidence_ended_at=run.ended_at,
        received_at=run.received_at,
        guideline_state=guideline.state,
        guideline_superseded_at=guideline.superseded_at,
        guideline_releases=frozenset(compiled.guideline.releases),
        declared_releases=frozenset(release.openstack_releases),
        openstack_release=submission.openstack_release,
        target_is_add_on=compiled.target(submission.target).target.is_add_on,
        platform_is_certified=_platform_is_certified(submission),
        domain_is_proven=release.product.vendor.domain_proven_at is not None,
        is_challenged=is_challenged(submission),
        anomalies=_anomalies(run) if judged else (),
        cpid_belongs_elsewhere=_cpid_belongs_elsewhere(submission),
        # Two honest passes-only runs of one list are equal (S10).
        copied_bytes=run.copied_bytes and not run.passes_only,
        waived_tests=len(explained.waived) if explained else 0,
        now=now,
    )


def _anomalies(run: Run) -> tuple[Obstacle, ...]:
    return tuple(
        Obstacle(f"anomaly-{found.code}", found.text) for found in anomalies(report_of(run))
    )


def _platform_is_certified(submission: Submission) -> bool:
    return (
        Certificate.objects.in_force()
        .filter(release=submission.release, target__in=PLATFORM_TARGETS)
        .exists()
    )


def _cpid_belongs_elsewhere(submission: Submission) -> bool:
    cpid = submission.run.cpid
    return bool(cpid) and (
        ClaimedCloud.objects.filter(cpid=cpid).exclude(product=submission.release.product).exists()
    )
