"""Everything that the page of a product on top of OpenStack shows beside what every page has."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import AnonymousUser

from certification.engine.integration import EvidenceClass
from certification.engine.integration.lapse import NOTICE_DAYS
from certification.levels import evidence_class_of, public_runs_of_release
from certification.models import IntegrationStanding, NotApplicableGrant, Run, ServiceClaim
from certification.queries import StandingCertificate, leading
from marketplace.catalogue.models import ProductRelease, User
from marketplace.site.integration_clouds import Offer, offers
from marketplace.site.integration_exemptions import Exemption, exemptions
from marketplace.site.integration_facts import LevelFacts, level_facts
from marketplace.site.integration_measured import MeasuredRelease, measured_release
from marketplace.site.integration_reading import class_named, service_uses
from marketplace.site.integration_services import ServiceLine, service_lines, services_seen_in
from marketplace.site.integration_tried import Trial, TriedMatrix, trial_of, tried_matrix

Reader = User | AnonymousUser


@dataclass(frozen=True, slots=True)
class IntegrationSheet:
    """`release` is the one shown, `others` have public evidence too. `measured` is None without
    any. `notice_on` is when the vendor of the certificate in force is told of its end, `certified`
    what that certificate states, where it is about the release shown."""

    release: ProductRelease | None
    others: list[ProductRelease]
    measured: MeasuredRelease | None
    services: list[ServiceLine]
    offers: list[Offer]
    tried: TriedMatrix
    trials: list[Trial]
    exemptions: list[Exemption]
    notice_on: datetime | None
    certified: LevelFacts | None


def integration_sheet(
    releases: Sequence[ProductRelease],
    certificates: Sequence[StandingCertificate],
    *,
    reader: Reader,
    version: str = "",
) -> IntegrationSheet:
    """Of one product; `releases` newest first. `version` is the release that the reader asked
    for."""
    lead = leading(certificates)
    standings = _standings(releases)
    release = _shown(releases, standings, lead, version)
    runs = _public_runs(releases)
    trials = _trials(runs, standings.values(), reader)
    measured = (
        measured_release(standings[release.pk]) if release and release.pk in standings else None
    )
    return IntegrationSheet(
        release=release,
        others=[one for one in releases if one.pk in standings and one != release],
        measured=measured,
        services=_services(release, measured, runs, trials),
        offers=offers(measured.rules) if measured else [],
        tried=tried_matrix(releases, _by_version(trials), certificates),
        trials=[
            one
            for one in trials
            if measured and one.run.evidence_sha256 in measured.evaluation.runs
        ],
        exemptions=_exemptions(release, measured),
        notice_on=_notice(lead),
        certified=_certified(lead, release),
    )


def _standings(releases: Iterable[ProductRelease]) -> dict[int, IntegrationStanding]:
    rows = IntegrationStanding.objects.filter(release__in=[one.pk for one in releases])
    found = rows.select_related("guideline").defer("guideline__document")
    return {one.release_id: one for one in found}


def _shown(
    releases: Sequence[ProductRelease],
    standings: dict[int, IntegrationStanding],
    lead: StandingCertificate | None,
    version: str,
) -> ProductRelease | None:
    """The one asked for, the certified one, the newest with evidence, the newest."""
    certified = lead.certificate.release_id if lead is not None and lead.in_force else None
    with_evidence = [one for one in releases if one.pk in standings]
    asked = [one for one in with_evidence if one.version == version]
    leading = [one for one in with_evidence if one.pk == certified]
    return next(iter([*asked, *leading, *with_evidence, *releases]), None)


def _public_runs(releases: Sequence[ProductRelease]) -> list[Run]:
    """Newest first. They belong to the product: its releases have them in common."""
    if not releases:
        return []
    found = public_runs_of_release(releases[0]).select_related("bundle", "probe")
    return list(found.defer("passed", "failed", "skipped"))[::-1]


def _trials(
    runs: Sequence[Run], standings: Iterable[IntegrationStanding], reader: Reader
) -> list[Trial]:
    known = {
        one["evidence_sha256"]: class_named(one["evidence_class"])
        for standing in standings
        for one in standing.document["tried"]
    }
    keys = [run.pk for run in runs]
    visible = set(Run.objects.visible_to(reader).filter(pk__in=keys).values_list("pk", flat=True))
    return [
        trial_of(
            run,
            known.get(run.evidence_sha256) or evidence_class_of(run),
            is_open=run.pk in visible,
        )
        for run in runs
    ]


def _by_version(trials: Iterable[Trial]) -> dict[str, list[Trial]]:
    found: dict[str, list[Trial]] = defaultdict(list)
    for one in trials:
        found[one.run.bundle.product_version].append(one)
    return found


def _services(
    release: ProductRelease | None,
    measured: MeasuredRelease | None,
    runs: Iterable[Run],
    trials: Iterable[Trial],
) -> list[ServiceLine]:
    if release is None:
        return []
    claimed = set(ServiceClaim.objects.filter(release=release).values_list("service", flat=True))
    uses = service_uses(measured.standing.document) if measured else []
    live = {one.run.pk for one in trials if one.evidence_class is EvidenceClass.LIVE}
    of_set = set(measured.evaluation.runs) if measured else set()
    confirmed = [run for run in runs if run.pk in live and run.evidence_sha256 in of_set]
    return service_lines(uses, claimed, services_seen_in(confirmed))


def _exemptions(
    release: ProductRelease | None, measured: MeasuredRelease | None
) -> list[Exemption]:
    if measured is None:
        return []
    given = NotApplicableGrant.objects.filter(release=release, ended_at=None)
    grants = given.select_related("granted_by")
    return exemptions(measured.rules, measured.evaluation, grants)


def _notice(lead: StandingCertificate | None) -> datetime | None:
    if lead is None or not lead.in_force:
        return None
    return lead.certificate.valid_until - timedelta(days=NOTICE_DAYS)


def _certified(
    lead: StandingCertificate | None, release: ProductRelease | None
) -> LevelFacts | None:
    if lead is None or not lead.in_force or release is None:
        return None
    certificate = lead.certificate
    return level_facts(certificate) if certificate.release_id == release.pk else None
