"""What the workspace shows of a release: the vendor's runs, what they pass, what may be asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet

from certification.challenge_answers import answers_for
from certification.engine.challenge import begun_too_early
from certification.engine.eligibility import Obstacle
from certification.models import Guideline, Run, RunChallenge, Submission
from certification.models.guidelines import INTEGRATION
from certification.queries import TargetVerdict, verdicts_of, verdicts_of_each
from certification.queries.certificates import StandingCertificate, certificates_of_product
from certification.queries.joined import NOT_JOINED, JoinedClaim, claims_of
from certification.queries.submissions import (
    open_challenges,
    runs_to_submit,
    submissions_of_each,
)
from marketplace.catalogue.models import ProductRelease, Programme
from marketplace.site.wording import Headline, headline_of
from marketplace.workspace.further_runs import (
    EVERYTHING,
    Further,
    Looking,
    further_runs,
    joined_among,
)

RUNS_SHOWN = 12
CERTIFIABLE = (Guideline.State.APPROVED, Guideline.State.SUPERSEDED)


@dataclass(frozen=True, slots=True)
class ReleaseSheet:
    """`runs` are the judged runs of the vendor on `runs_page`, with their sentence; `chosen` is the
    run to tie, `lines` what it says of each target that can be certified. `further` says which
    runs may make one claim with it. With those that are `joined`, `claims` and `lines` are of all
    together; where they cannot be, `not_joined` says why. `begun_too_early` tells of those that are
    older than the challenge that they answer; `is_answered` where each of them answers one."""

    release: ProductRelease
    runs: list[tuple[Run, Headline]]
    runs_page: Page[Run]
    chosen: Run | None
    lines: list[TargetVerdict]
    further: Further | None
    joined: list[Run]
    claims: list[JoinedClaim]
    not_joined: str
    begun_too_early: tuple[Obstacle, ...]
    is_answered: bool
    challenges: QuerySet[RunChallenge]
    certificates: list[StandingCertificate]
    submissions: list[Submission]

    @property
    def is_powered(self) -> bool:
        return self.release.product.programme == Programme.POWERED


def release_sheet(
    release: ProductRelease,
    wanted_run: str = "",
    wanted_further: Sequence[str] = (),
    looking: Looking = EVERYTHING,
) -> ReleaseSheet:
    """`wanted_run`, `wanted_further` are ids of runs as somebody wrote them; one that is not theirs
    is no run. `looking`: which runs are shown."""
    judged = runs_to_submit(release.product.vendor)
    run_id = _uuid(wanted_run)
    chosen = judged.filter(pk=run_id).first() if run_id else None
    joined = joined_among(release, chosen, wanted_further) if chosen else []
    lines = certifiable_lines(chosen) if chosen else []
    claims, not_joined = _claims(chosen, joined, lines)
    answers = answers_for(release, [chosen, *joined]) if chosen else []
    page = Paginator(judged, RUNS_SHOWN).get_page(looking.own_page)
    shown = verdicts_of_each(list(page))
    certificates = certificates_of_product(release.product)
    return ReleaseSheet(
        release=release,
        runs=[(run, headline_of(run, lines)) for run, lines in shown],
        runs_page=page,
        chosen=chosen,
        lines=[claim.line for claim in claims] if claims else lines,
        further=further_runs(release, chosen, joined, looking) if chosen else None,
        joined=joined,
        claims=claims,
        not_joined=not_joined,
        begun_too_early=begun_too_early(answers),
        is_answered=chosen is not None and len(answers) == 1 + len(joined),
        challenges=open_challenges(release),
        certificates=[c for c in certificates if c.certificate.release_id == release.pk],
        submissions=submissions_of_each([release])[release.pk],
    )


def _claims(
    chosen: Run | None, joined: list[Run], lines: list[TargetVerdict]
) -> tuple[list[JoinedClaim], str]:
    """With why there are none, where runs are to be joined and cannot be."""
    if chosen is None or not joined:
        return [], ""
    try:
        return claims_of([chosen, *joined], lines), ""
    except NOT_JOINED as refused:
        return [], f"{refused} ({refused.code})"


def certifiable_lines(run: Run) -> list[TargetVerdict]:
    """Its verdicts by Powered guidelines in force or superseded; drafts show readiness only."""
    return [
        line
        for line in verdicts_of(run)
        if line.guideline.state in CERTIFIABLE and not line.guideline.is_integration
    ]


def certifiable_guidelines(programme: Programme) -> QuerySet[Guideline]:
    known = Guideline.objects.filter(state__in=CERTIFIABLE).defer("document").newest_first()
    if programme == Programme.INTEGRATED:
        return known.filter(add_on=INTEGRATION)
    return known.exclude(add_on=INTEGRATION)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
