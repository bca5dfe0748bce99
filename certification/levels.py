"""The level engine with what the database knows: whose bundle, which profile, which set of runs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache

from django.db.models import Q, QuerySet

from certification.engine.bundle import Bundle, read_bundle
from certification.engine.canonical import digest_of
from certification.engine.footprint import OperationTable, parse_table
from certification.engine.integration import (
    EvidenceClass,
    EvidenceRun,
    IntegrationRules,
    Level,
    LevelEvaluation,
    Need,
    NotApplicable,
    Outcome,
    Profile,
    declared_profile,
    evidence_of,
    judge_level,
    parse_rules,
    read_profile,
)
from certification.engine.integration.amending import amended_rules
from certification.engine.report import EvidenceFormat, Report
from certification.engine.verdict import RunBitmap, Summary, Verdict
from certification.evidence import read_evidence
from certification.guidelines import shipped_operation_table
from certification.judging import Judgement, amendment_digests, applied_amendments, judge
from certification.models import (
    BundleFacts,
    Corroboration,
    Guideline,
    IntegrationProfile,
    NotApplicableGrant,
    ProbeReport,
    Run,
    RunChallenge,
)
from marketplace.catalogue.models import ProductRelease, Vendor

#: The evidence of a release is a set of runs uploaded within so many days.
SET_DAYS = 180
LEVELS = (Level.CONNECTED, Level.INTEGRATED, Level.NATIVE)
BUNDLE = EvidenceFormat.OSI_BUNDLE.value


@lru_cache(maxsize=1)
def operation_tables() -> Mapping[str, OperationTable]:
    """The tables whose footprints are read here, by SHA-256."""
    table = parse_table(shipped_operation_table())
    return {table.sha256: table}


@lru_cache(maxsize=16)
def _written(digest: str) -> IntegrationRules:
    document = Guideline.objects.values_list("document", flat=True).get(digest=digest)
    return parse_rules(bytes(document))


@lru_cache(maxsize=16)
def _rules(digest: str, amendments: tuple[str, ...]) -> IntegrationRules:
    return amended_rules(_written(digest), applied_amendments(digest, len(amendments)))


def rules_of(guideline: Guideline, amended: int | None = None) -> IntegrationRules:
    """With every amendment, or with the first `amended` of them: what counted at that time."""
    return _rules(guideline.digest, amendment_digests(guideline, amended))


def written_rules(guideline: Guideline) -> IntegrationRules:
    """What the document itself says, whatever was amended."""
    return _written(guideline.digest)


@lru_cache(maxsize=64)
def _bundle(evidence_sha256: str) -> Bundle:
    return read_bundle(b"".join(read_evidence(evidence_sha256)), operation_tables())


def bundle_of(run: Run) -> Bundle:
    """Raises BundleRefused, EvidenceGone."""
    return _bundle(run.evidence_sha256)


def profile_of(release: ProductRelease) -> Profile | None:
    """What the vendor declared last, with the reasons that reviewers gave; None without any."""
    declared = IntegrationProfile.objects.filter(release=release).order_by("pk").last()
    if declared is None:
        return None
    said = read_profile(bytes(declared.document))
    granted = NotApplicableGrant.objects.filter(release=release, ended_at=None)
    given = {one.subject: NotApplicable(one.subject, one.reason, granted=True) for one in granted}
    claimed = {one.subject: one for one in said.not_applicable}
    return Profile(said.profile, said.primary, tuple((claimed | given).values()), said.has_logins)


def evidence_class_of(run: Run, release: ProductRelease | None = None) -> EvidenceClass:
    """E2: a registered key signed the bundle, and it carries a nonce that we gave for this product.
    E3: that, and the operator's log or a reviewer confirms it. All else is self-reported."""
    facts = BundleFacts.objects.filter(run=run).first()
    answered = RunChallenge.objects.filter(run=run, used_at__isnull=False)
    if release is not None:
        answered = answered.filter(release__product=release.product_id)
    if facts is None or not facts.signed_by_key or not answered.exists():
        return EvidenceClass.SELF_REPORTED
    confirmed = Corroboration.objects.filter(run=run).exists()
    return EvidenceClass.LIVE if confirmed else EvidenceClass.CHALLENGED


def evidence_run(run: Run, release: ProductRelease | None = None) -> EvidenceRun:
    """Raises BundleRefused, EvidenceGone."""
    probe = ProbeReport.objects.filter(run=run).only("oldest", "newest").first()
    return evidence_of(
        bundle_of(run),
        sha256=run.evidence_sha256,
        evidence_class=evidence_class_of(run, release),
        measured_release=probe.measured_release if probe is not None else "",
    )


def runs_of_release(release: ProductRelease) -> QuerySet[Run]:
    """The judged bundles that a release may rest on, oldest first: those about its product, of any
    version, that answered a challenge for it or that its vendor (for a product measured by us, our
    laboratory) uploaded. Runs of other versions count where two are asked for, as after an
    upgrade."""
    product = release.product
    named = Q(bundle__product__iexact=product.name) | Q(bundle__product__iexact=product.slug)
    answered = Q(answered_challenge__release__product=product)
    owned = _owned(product.vendor, measured_by_us=product.measured_by_us)
    judged = Run.objects.filter(state=Run.State.VERIFIED, format=BUNDLE).select_related("bundle")
    return judged.filter(named & (answered | owned)).order_by("received_at", "pk").distinct()


def _owned(vendor: Vendor, *, measured_by_us: bool) -> Q:
    if measured_by_us:
        return Q(uploaded_by__isnull=False) & ~Q(uploaded_by__staff_role="")
    return Q(pk__in=Run.objects.of_vendor(vendor).values("pk"))


def public_runs_of_release(release: ProductRelease) -> QuerySet[Run]:
    """Of them those that everybody may see, or that a certificate rests on."""
    runs = runs_of_release(release)
    certified = Q(certificates__isnull=False) | Q(supports__submission__certificate__isnull=False)
    return runs.filter(Q(shared=True) | certified)


def the_set(release: ProductRelease, runs: Iterable[Run]) -> list[Run]:
    """The newest run of this very version and those of the 180 days before it, oldest first; empty
    without a run of this version. What a later version showed says nothing of this one."""
    found = list(runs)
    own = [run.received_at for run in found if run.bundle.product_version == release.version]
    if not own:
        return []
    first = max(own) - timedelta(days=SET_DAYS)
    return [run for run in found if first <= run.received_at <= max(own)]


def judge_set(
    release: ProductRelease, guideline: Guideline, runs: Sequence[Run], amended: int | None = None
) -> LevelEvaluation | None:
    """As `judge_set_by`, by the guideline with every amendment, or with the first `amended`."""
    return judge_set_by(rules_of(guideline, amended), release, runs)


def judge_set_by(
    rules: IntegrationRules, release: ProductRelease, runs: Sequence[Run]
) -> LevelEvaluation | None:
    """What a release reaches by these runs; None without a declared profile and any bundle. A
    release without a declared profile is judged by what the newest bundle says of it.

    Raises BundleRefused, EvidenceGone."""
    profile = profile_of(release)
    if profile is None and runs:
        profile = declared_profile(bundle_of(runs[-1]))
    if profile is None:
        return None
    evidence = [evidence_run(run, release) for run in runs]
    return judge_level(rules, profile, evidence, version=release.version)


def judge_alone(run: Run, guideline: Guideline) -> LevelEvaluation:
    """What one bundle shows by itself, by the profile that it names. Raises as `judge_set`."""
    profile = declared_profile(bundle_of(run))
    return judge_level(rules_of(guideline), profile, [evidence_run(run)])


def judge_run(
    run: Run, report: Report, bitmap: RunBitmap, guidelines: Iterable[Guideline]
) -> Iterator[Judgement]:
    """Every verdict on a run: a bundle by the integration guidelines, other evidence by the others,
    whose results are claims to the Integrated programme. Raises BundleRefused, EvidenceGone."""
    wanted = list(guidelines)
    if report.format is EvidenceFormat.OSI_BUNDLE:
        for guideline in wanted:
            if guideline.is_integration:
                yield from level_judgements(run, guideline)
        return
    yield from judge(report, bitmap, [one for one in wanted if not one.is_integration])


def level_judgements(run: Run, guideline: Guideline) -> Iterator[Judgement]:
    """The stored form of what one bundle shows by itself. Raises BundleRefused, EvidenceGone."""
    evaluation = judge_alone(run, guideline)
    inputs = level_inputs_digest(evaluation)
    rules = rules_of(guideline)
    for level in LEVELS:
        summary = summary_of(rules, evaluation, level)
        yield Judgement(guideline, inputs, level.word, evaluation.ruleset, summary)


def level_inputs_digest(evaluation: LevelEvaluation) -> str:
    """SHA-256 over what enters beside the run."""
    inputs: dict[str, object] = {
        "guideline": evaluation.guideline_digest,
        "profile": evaluation.profile.digest,
        "runs": list(evaluation.runs),
    }
    if evaluation.amendments:
        inputs["amendments"] = list(evaluation.amendments)
    return digest_of(inputs)


def summary_of(rules: IntegrationRules, evaluation: LevelEvaluation, level: Level) -> Summary:
    """Counts over the capabilities that the level and those below it require and that apply; the
    verdict is the level's own, which asks for more than capabilities."""
    wanted = [one for one in evaluation.capabilities if _counts(rules, one.capability, level)]
    states = [
        one.outcome
        for one in wanted
        if one.outcome is not Outcome.NOT_APPLICABLE and not one.flagged
    ]
    reached = evaluation.level >= level
    return Summary(
        verdict=Verdict.PASSED if reached else Verdict.FAILED,
        reasons=(),
        total=len(states),
        passed=states.count(Outcome.PASSED),
        failed=states.count(Outcome.FAILED) + states.count(Outcome.NOT_PROVED),
        skipped=states.count(Outcome.SKIPPED),
        missing=states.count(Outcome.MISSING),
    )


def _counts(rules: IntegrationRules, capability: str, level: Level) -> bool:
    return rules.capabilities[capability].needs[level] is Need.REQUIRED


def lapse_start(runs: Iterable[Run]) -> datetime:
    """Certificates run from the oldest run of the set that they rest on."""
    return min(run.received_at for run in runs)
