"""What a reviewer needs of the evidence behind a level, and what changed since the last one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext

from certification.eligibility import level_of_submission
from certification.engine.bundle import BundleRefused
from certification.engine.integration import Level, LevelEvaluation, Outcome
from certification.evidence import EvidenceGone
from certification.joined_claims import runs_of_submission
from certification.models import Certificate, NotApplicableGrant, Submission
from marketplace.workspace.integration_sheet import grants_in_force
from marketplace.workspace.level_sheet import LevelLine, LevelSheet, level_sheet


@dataclass(frozen=True, slots=True)
class LevelReview:
    """`former` is the product's last certificate by an integration guideline before this one, None
    without any; `changes` what differs from it, in sentences."""

    asked: Level
    sheet: LevelSheet
    grants: list[NotApplicableGrant]
    former: Certificate | None
    changes: tuple[str, ...]

    @property
    def reaches(self) -> bool:
        return self.sheet.level >= self.asked

    @property
    def open_levels(self) -> tuple[LevelLine, ...]:
        """Levels up to the one asked for that are not reached."""
        return tuple(
            line for line in self.sheet.levels if line.level <= self.asked and not line.reached
        )

    @property
    def faults(self) -> list[tuple[str, str]]:
        """Of each run of the set: its short id, and what was left out of its evidence and why."""
        return [
            (one.run.short_id, fault)
            for one in self.sheet.evidence
            for fault in one.evidence.faults
        ]


def level_review(submission: Submission) -> LevelReview:
    sheet = level_sheet(submission.release, submission.guideline, runs_of_submission(submission))
    former = _former(submission)
    return LevelReview(
        asked=Level[submission.target.upper()],
        sheet=sheet,
        grants=grants_in_force(submission.release),
        former=former,
        changes=_changes(former, sheet.evaluation) if former else (),
    )


def _former(submission: Submission) -> Certificate | None:
    rows = Certificate.objects.filter(
        release__product=submission.release.product, guideline__add_on=submission.guideline.add_on
    ).exclude(submission=submission)
    found = rows.select_related("release__product__vendor", "guideline", "submission__run")
    return found.order_by("-issued_at").first()


def _changes(former: Certificate, now: LevelEvaluation | None) -> tuple[str, ...]:
    if now is None:
        return (gettext("Nothing can be compared: the evidence asked about cannot be judged."),)
    try:
        before = level_of_submission(former.submission)
    except (BundleRefused, EvidenceGone) as fault:
        return (gettext("Its evidence cannot be read any more: {fault}").format(fault=fault),)
    if before is None:
        return (gettext("Its profile is not known any more."),)
    return tuple(_differences(before, now))


def _differences(before: LevelEvaluation, now: LevelEvaluation) -> Iterator[str]:
    if before.version != now.version:
        yield gettext("Version {then} then, {now} now.").format(
            then=before.version, now=now.version
        )
    if before.guideline_digest != now.guideline_digest:
        yield gettext("Judged by {then} then, by {now} now.").format(
            then=before.guideline_id, now=now.guideline_id
        )
    if before.level != now.level:
        yield gettext("Level {then} then, {now} now.").format(
            then=before.level.word, now=now.level.word
        )
    if before.evidence_class != now.evidence_class:
        yield gettext("Evidence {then} then, {now} now.").format(
            then=before.evidence_class.word, now=now.evidence_class.word
        )
    if before.figure.exact != now.figure.exact:
        yield gettext("Stack figure {then} then, {now} now.").format(
            then=before.figure.shown, now=now.figure.shown
        )
    if before.profile.digest != now.profile.digest:
        yield gettext("The profile is another one.")
    passed_then, passed_now = _passed(before), _passed(now)
    for words, names in (
        (gettext("Passed then and not now"), passed_then - passed_now),
        (gettext("Passed now and not then"), passed_now - passed_then),
    ):
        if names:
            yield f"{words}: {', '.join(sorted(names))}."


def _passed(evaluation: LevelEvaluation) -> set[str]:
    return {one.capability for one in evaluation.capabilities if one.outcome is Outcome.PASSED}
