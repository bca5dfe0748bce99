"""What the rules say of a submission at this moment, for its vendor and for reviewers."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.utils import timezone

from certification.eligibility import case_of
from certification.engine.eligibility import Case, Obstacle, obstacles, reasons_for_a_person
from certification.evidence import EvidenceGone
from certification.models import Submission


@dataclass(frozen=True, slots=True)
class Ruling:
    """`case` is None where the evidence is gone: then nothing can be said, and nothing passes."""

    case: Case | None
    obstacles: tuple[Obstacle, ...]
    reasons: tuple[Obstacle, ...]

    def for_vendor(self) -> Ruling:
        """Without what is for staff: a vendor could change evidence until no sign is left."""
        told = tuple(reason for reason in self.reasons if not reason.is_for_staff)
        return replace(self, case=None, reasons=told)


def ruling_on(submission: Submission) -> Ruling:
    try:
        case = case_of(submission, now=timezone.now())
    except EvidenceGone as gone:
        return Ruling(None, (Obstacle(gone.code, str(gone)),), ())
    return Ruling(case, obstacles(case), reasons_for_a_person(case))
