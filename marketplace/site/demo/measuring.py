"""Measuring an invented product on top of OpenStack: profile, claims, runs of the kit, a level."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.utils.text import slugify

from certification.engine.footprint import Mode
from certification.engine.integration import IntegrationRules, Level, Need, NotApplicable, Profile
from certification.engine.probe import (
    FACTS,
    ApiVersion,
    Probe,
    ProbedService,
    write_probe,
)
from certification.levels import operation_tables, rules_of
from certification.measured import microversion_table
from certification.models import Corroboration, Guideline, IntegrationProfile, Run, Submission
from certification.operations.intake import receive_run
from certification.operations.integration import (
    claim_services,
    corroborate_by_rerun,
    declare_profile,
)
from certification.operations.review import approve, decide_by_policy, take
from certification.operations.sharing import share_run
from certification.operations.submissions import draft_submission, issue_challenge, submit
from hallmark.signing import BundleKey
from marketplace.catalogue.access import issue_key_challenge, register_key, registered_key
from marketplace.catalogue.models import ProductRelease, User
from marketplace.catalogue.past import in_the_past
from marketplace.site.demo.concluding import (
    RULE_AFTER,
    SUBMITTED_AFTER,
    WORDS_OF_A_REVIEWER,
    Cast,
    attended_at,
)
from marketplace.site.demo.kit import KitScript, simulated_bundle
from marketplace.site.demo.kit.bundle import KIT_VERSION, sealed
from marketplace.site.demo.market import IntegrationStory, KitRun, Outcome

TESTING = timedelta(hours=3)
CHALLENGED_BEFORE = timedelta(hours=4)
CONFIRMED = "The operator's log was read beside the run; both agree."


@dataclass(frozen=True, slots=True)
class Measured:
    """One release whose runs have been received, in the order of its story."""

    story: IntegrationStory
    release: ProductRelease
    runs: tuple[Run, ...]
    owner: User


def measure(
    release: ProductRelease,
    story: IntegrationStory,
    *,
    owner: User,
    guideline: Guideline,
    now: datetime,
) -> Measured:
    """Declare, claim, and upload every run of the story; what was done before stays."""
    if not IntegrationProfile.objects.filter(release=release).exists():
        declare_profile(
            release=release,
            guideline=guideline,
            profile=_profile(story),
            by=owner,
            at=now - timedelta(days=max((run.days_ago for run in story.runs), default=1)),
        )
        claim_services(release=release, services=story.claims, known=story.claims, by=owner)
    lab = _Laboratory(release, story, owner, guideline, _key(owner), now)
    runs = tuple(lab.run(number, told) for number, told in enumerate(story.runs, 1))
    return Measured(story, release, runs, owner)


def _profile(story: IntegrationStory) -> Profile:
    left_out = tuple(NotApplicable(subject, reason) for subject, reason in story.not_applicable)
    return Profile(story.profile, story.primary, left_out, story.has_logins)


def _key(owner: User) -> BundleKey:
    """The invented vendor's key: the same at every start, registered once."""
    seed = hashlib.sha256(f"trial key of {owner.email}".encode()).digest()
    key = BundleKey(Ed25519PrivateKey.from_private_bytes(seed))
    if registered_key(key.fingerprint) is None:
        challenge = issue_key_challenge(by=owner)
        register_key(
            public_key=key.public_line,
            signature=key.prove(challenge.nonce),
            nonce=challenge.nonce,
            by=owner,
            label="laboratory",
        )
    return key


@dataclass(frozen=True, slots=True)
class _Laboratory:
    """Where an invented vendor runs the kit on one release."""

    release: ProductRelease
    story: IntegrationStory
    owner: User
    guideline: Guideline
    key: BundleKey
    now: datetime

    def run(self, number: int, told: KitRun) -> Run:
        """The run of the story, uploaded once."""
        version = told.version or self.release.version
        words = f"{self.release.product.slug} {version} kit {number}".replace(".", "-")
        file_name = f"{slugify(words)}.osi.zip"
        vendor = self.release.product.vendor
        known = Run.objects.filter(vendor=vendor, file_name=file_name).first()
        if known is not None:
            return known
        received_at = self.now - timedelta(days=told.days_ago)
        nonce = self._nonce(told, version, file_name, received_at)
        return receive_run(
            chunks=[self._bundle(told, version, nonce, received_at - TESTING)],
            limit=settings.EVIDENCE_WIRE_BYTES,
            via=Run.Via.API,
            by=self.owner,
            file_name=file_name,
            at=received_at,
        ).run

    def _nonce(self, told: KitRun, version: str, file_name: str, received_at: datetime) -> str:
        if not told.challenged:
            return hashlib.sha256(file_name.encode()).hexdigest()[:32]
        return issue_challenge(
            release=self.release.product.releases.get(version=version),
            guideline=self.guideline,
            by=self.owner,
            at=received_at - CHALLENGED_BEFORE,
        ).nonce

    def _bundle(self, told: KitRun, version: str, nonce: str, began_at: datetime) -> bytes:
        rules = rules_of(self.guideline)
        script = KitScript(
            product=self.release.product.name,
            version=version,
            profile=self.story.profile,
            primary=self.story.primary,
            cloud=told.cloud,
            cloud_release=told.openstack,
            passed=passed_in(told, rules),
            failed=dict(told.failed),
            mode=Mode.OPTION if told.option else Mode.DEFAULT,
            has_logins=self.story.has_logins,
            floating=told.floating,
            settings={"secret_store": "barbican"} if told.option else {},
            probe=_probe(told.openstack, nonce, began_at),
        )
        [table] = operation_tables().values()
        files, manifest = simulated_bundle(
            script, rules=rules, table=table, nonce=nonce, began_at=began_at
        )
        return sealed(files, [self.key.sign_manifest(manifest)] if told.challenged else [])


def _probe(openstack: str, nonce: str, at: datetime) -> bytes:
    """The microversions of a release, and nothing else that a probe may see."""
    moment = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    services = {
        service: ProbedService(
            ("public",), (ApiVersion(_first(maximum), "CURRENT", _first(maximum), maximum),)
        )
        for service, maximum in _maxima(openstack).items()
    }
    return write_probe(
        Probe(
            prober_version=KIT_VERSION,
            started=moment,
            ended=moment,
            services=services,
            facts={},
            unknown=dict.fromkeys(FACTS, "not-asked"),
            nonce=nonce,
        )
    )


def _first(maximum: str) -> str:
    """Where the microversions of a major version begin: `2.1` for `2.103`."""
    return f"{maximum.partition('.')[0]}.1"


def _maxima(openstack: str) -> dict[str, str]:
    rows = microversion_table().maxima
    return {service: known[openstack] for service, known in rows.items() if openstack in known}


def passed_in(told: KitRun, rules: IntegrationRules) -> frozenset[str]:
    level = Level[told.level.upper()]
    required = {
        name for name, rule in rules.capabilities.items() if rule.needs[level] is Need.REQUIRED
    }
    return frozenset((required | set(told.also)) - dict(told.failed).keys())


def conclude_measured(
    measured: Measured, *, cast: Cast, guideline: Guideline, now: datetime
) -> None:
    """Everything that follows on judged bundles: shared, confirmed, handed in, decided."""
    story = measured.story
    for run, told in zip(measured.runs, story.runs, strict=True):
        with in_the_past(run.received_at + SUBMITTED_AFTER):
            if told.live and not Corroboration.objects.filter(run=run).exists():
                corroborate_by_rerun(run=run, note=CONFIRMED, by=cast.reviewer)
            if not run.shared:
                share_run(run=run, by=measured.owner)
    if story.asks and not Submission.objects.filter(release=measured.release).exists():
        _hand_in(measured, cast, guideline, now)


def _hand_in(measured: Measured, cast: Cast, guideline: Guideline, now: datetime) -> None:
    story, run = measured.story, measured.runs[-1]
    with in_the_past(run.received_at):
        submission = draft_submission(
            release=measured.release,
            run=run,
            guideline=guideline,
            target=story.asks,
            openstack_release=story.openstack,
            by=measured.owner,
        )
    with in_the_past(run.received_at + SUBMITTED_AFTER):
        submit(submission=submission, by=measured.owner)
    with in_the_past(run.received_at + RULE_AFTER):
        decided = (
            story.outcome is not Outcome.IN_REVIEW
            and decide_by_policy(submission=submission) is not None
        )
    if decided:
        return
    with in_the_past(attended_at(run, now)):
        if story.outcome is Outcome.IN_REVIEW:
            take(submission=submission, by=cast.reviewer)
        else:
            approve(submission=submission, by=cast.reviewer, reason=WORDS_OF_A_REVIEWER)
