"""What the workspace shows of a release in the Integrated programme, step by step."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext

from certification.engine.integration import AxisRule, Level, Profile, read_profile
from certification.levels import (
    operation_tables,
    rules_of,
    runs_of_release,
    the_set,
)
from certification.models import (
    Guideline,
    IntegrationProfile,
    IntegrationStanding,
    NotApplicableGrant,
    Run,
    RunChallenge,
    Submission,
)
from certification.operations.standings import integration_guideline
from certification.queries.certificates import StandingCertificate, certificates_of_product
from certification.queries.submissions import open_challenges, submissions_of_each
from marketplace.catalogue.models import ProductRelease, SigningKey, User
from marketplace.site.glyphs import Mark
from marketplace.site.wording import Status
from marketplace.workspace.level_sheet import LevelSheet, level_sheet

FAULTS_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Claim:
    service: str
    status: Status


@dataclass(frozen=True, slots=True)
class IntegrationSheet:
    """`level` is by all evidence of the vendor, private runs included; `standing` is what everybody
    sees. `declared` is what the vendor said last, `grants` what reviewers set aside. `unread` are
    bundles of the vendor that were refused, newest first. `own_keys` are Ed25519 keys of the person
    who asks."""

    release: ProductRelease
    guideline: Guideline
    declared: Profile | None
    grants: list[NotApplicableGrant]
    level: LevelSheet
    standing: IntegrationStanding | None
    claims: list[Claim]
    challenges: QuerySet[RunChallenge]
    own_keys: int
    unread: list[Run]
    certificates: list[StandingCertificate]
    submissions: list[Submission]

    @property
    def kind_title(self) -> str:
        rule = self.declared and self.level.rules.profiles.get(self.declared.profile)
        return rule.title if rule else ""

    @property
    def can_be_certified(self) -> bool:
        return self.guideline.state == Guideline.State.APPROVED

    @property
    def askable_releases(self) -> list[str]:
        """OpenStack releases that were tried, are declared, and that the guideline covers."""
        covered = {*self.release.openstack_releases} & {*self.level.rules.guideline.releases}
        return [name for name in self.level.tried_releases if name in covered]

    @property
    def askable_levels(self) -> tuple[Level, ...]:
        return tuple(reversed(self.level.reached))

    def run_on(self, openstack_release: str) -> Run | None:
        """The vendor's newest run of this version on that release: the one to tie."""
        own = {*Run.objects.of_vendor(self.release.product.vendor).values_list("pk", flat=True)}
        found = [
            one.run
            for one in self.level.evidence
            if one.evidence.openstack_release == openstack_release
            and one.evidence.product_version == self.release.version
            and one.run.pk in own
        ]
        return found[-1] if found else None


def integration_sheet(release: ProductRelease, person: User) -> IntegrationSheet | None:
    """None as long as there is no integration guideline."""
    guideline = integration_guideline()
    if guideline is None:
        return None
    level = level_sheet(release, guideline, the_set(release, runs_of_release(release)))
    certificates = certificates_of_product(release.product)
    return IntegrationSheet(
        release=release,
        guideline=guideline,
        declared=declared_by_vendor(release),
        grants=grants_in_force(release),
        level=level,
        standing=IntegrationStanding.objects.filter(release=release).first(),
        claims=_claims(release, level),
        challenges=open_challenges(release),
        own_keys=SigningKey.objects.filter(
            user=person, algorithm="ssh-ed25519", revoked_at=None
        ).count(),
        unread=_unread(release),
        certificates=[c for c in certificates if c.certificate.release_id == release.pk],
        submissions=submissions_of_each([release])[release.pk],
    )


def declared_by_vendor(release: ProductRelease) -> Profile | None:
    """The newest declaration, without what reviewers granted."""
    row = IntegrationProfile.objects.filter(release=release).order_by("pk").last()
    return read_profile(bytes(row.document)) if row else None


def grants_in_force(release: ProductRelease) -> list[NotApplicableGrant]:
    rows = NotApplicableGrant.objects.filter(release=release, ended_at=None)
    return list(rows.select_related("granted_by", "release__product__vendor").order_by("subject"))


def known_services() -> list[str]:
    """Service types of the operation tables, sorted."""
    return sorted(set().union(*(table.services for table in operation_tables().values())))


def services_of_axes(guideline: Guideline) -> list[str]:
    """Those that levels ask about, sorted."""
    axes: list[AxisRule] = list(rules_of(guideline).axes.values())
    return sorted(set().union(*(axis.services for axis in axes)) & {*known_services()})


def _claims(release: ProductRelease, level: LevelSheet) -> list[Claim]:
    """A claim is grey until calls to the service were measured."""
    measured = {
        operation.service
        for line in level.evidence
        for footprint in line.evidence.footprints
        for operation in footprint.operations
        if operation.succeeded
    }
    claimed = release.service_claims.order_by("service").values_list("service", flat=True)
    return [
        Claim(
            name,
            Status(Mark.PASSES, "measured")
            if name in measured
            else Status(Mark.DECLARED, gettext("claimed, not measured")),
        )
        for name in claimed
    ]


def _unread(release: ProductRelease) -> list[Run]:
    """Nobody can say which product an unreadable bundle is about, so all of the vendor's are
    named."""
    bundles = Q(fault_code__startswith="bundle-") | Q(fault_code__startswith="nonce-")
    refused = Run.objects.of_vendor(release.product.vendor).filter(
        bundles, state=Run.State.UNREADABLE
    )
    return list(refused.order_by("-received_at")[:FAULTS_SHOWN])
