"""What does not apply to a release, why, and who granted it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from certification.engine.integration import IntegrationRules, LevelEvaluation
from certification.models import NotApplicableGrant


@dataclass(frozen=True, slots=True)
class Exemption:
    """`granted_by` is empty where the profile itself allows it. `undone`: the footprint shows a
    successful write to that service, so that it counts all the same."""

    title: str
    reason: str
    granted_by: str
    granted_at: datetime | None
    undone: bool


def subject_title(rules: IntegrationRules, subject: str) -> str:
    """`Images` for the axis `image`; a capability keeps its name."""
    axis = rules.axes.get(subject)
    return axis.title if axis else subject


def exemptions(
    rules: IntegrationRules, evaluation: LevelEvaluation, grants: Iterable[NotApplicableGrant]
) -> list[Exemption]:
    given = {grant.subject: grant for grant in grants}
    found = []
    for one in evaluation.profile.not_applicable:
        grant = given.get(one.subject)
        found.append(
            Exemption(
                title=subject_title(rules, one.subject),
                reason=one.reason,
                granted_by=str(grant.granted_by) if grant else "",
                granted_at=grant.granted_at if grant else None,
                undone=one.subject in evaluation.open_subjects,
            )
        )
    return found
