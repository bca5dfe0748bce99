"""Where a release stands by the evidence that everybody may see: derived, made again at will."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Upper

from certification.engine.bundle import BundleRefused
from certification.engine.canonical import digest_of
from certification.engine.footprint import operation_rows, services_of
from certification.engine.integration import (
    ConcernMode,
    EvidenceRun,
    LevelEvaluation,
    Outcome,
    evaluation_document,
)
from certification.evidence import EvidenceGone
from certification.levels import (
    evidence_run,
    judge_set,
    public_runs_of_release,
    runs_of_release,
    the_set,
)
from certification.models import BundleFacts, Guideline, IntegrationStanding, Run
from marketplace.catalogue.models import Product, ProductRelease, Programme

logger = logging.getLogger(__name__)


def integration_guideline() -> Guideline | None:
    """The one in force; before the first is approved, the one announced last."""
    known = Guideline.objects.judged().filter(add_on="integration").defer("document")
    in_force = known.filter(state=Guideline.State.APPROVED).order_by("-version").first()
    return in_force or known.filter(state=Guideline.State.DRAFT).order_by("-version").first()


def refresh_standing(release: ProductRelease) -> IntegrationStanding | None:
    """Judge the release anew by its public evidence; without any, nothing stands."""
    guideline = integration_guideline()
    runs = the_set(release, public_runs_of_release(release)) if guideline is not None else []
    if guideline is None or not runs or release.product.programme != Programme.INTEGRATED:
        IntegrationStanding.objects.filter(release=release).delete()
        return None
    try:
        evaluation = judge_set(release, guideline, runs)
        evidence = [evidence_run(run, release) for run in runs]
    except (BundleRefused, EvidenceGone) as fault:
        # What cannot be read proves nothing.
        logger.error("release %s stands by nothing: %s", release.pk, fault)
        IntegrationStanding.objects.filter(release=release).delete()
        return None
    if evaluation is None:
        return None
    return _keep(release, guideline, runs, evaluation, evidence)


def refresh_standings_of_product(product: Product) -> None:
    """What a certificate makes public may be evidence of other releases, too."""
    for release in product.releases.select_related("product__vendor"):
        refresh_standing(release)


def refresh_standings_of_run(run: Run) -> None:
    """Every release that the run is evidence of."""
    for release in releases_of_run(run):
        refresh_standing(release)


def releases_of_run(run: Run) -> list[ProductRelease]:
    """Every release of the product that the manifest names: a run of one version may complete the
    evidence of the next."""
    facts = getattr(run, "bundle", None)
    if facts is None:
        return []
    named = Q(product__name__iexact=facts.product) | Q(product__slug__iexact=facts.product)
    releases = ProductRelease.objects.filter(named).select_related("product__vendor")
    return [one for one in releases if runs_of_release(one).filter(pk=run.pk).exists()]


def refresh_every_standing() -> int:
    """For all releases of the programme that have evidence; gives how many stand."""
    return sum(refresh_standing(release) is not None for release in releases_to_judge())


def releases_to_judge() -> QuerySet[ProductRelease]:
    """In the order of their keys: those of products that a judged bundle names, and those that
    stand already. All others have nothing to stand by, and there are many more of them."""
    bundles = BundleFacts.objects.filter(run__state=Run.State.VERIFIED)
    named = bundles.annotate(word=Upper("product")).values("word")
    products = Product.objects.annotate(word=Upper("name"), place=Upper("slug"))
    shown = products.filter(Q(word__in=named) | Q(place__in=named)).values("pk")
    wanted = ProductRelease.objects.filter(Q(product__in=shown) | Q(integration__isnull=False))
    return wanted.select_related("product__vendor").order_by("pk")


def _keep(
    release: ProductRelease,
    guideline: Guideline,
    runs: list[Run],
    evaluation: LevelEvaluation,
    evidence: Iterable[EvidenceRun],
) -> IntegrationStanding:
    document = standing_document(evaluation, list(evidence))
    standing, _ = IntegrationStanding.objects.update_or_create(
        release=release,
        defaults={
            "guideline": guideline,
            "level": evaluation.level.word,
            "evidence_class": int(evaluation.evidence_class),
            "figure": evaluation.figure.shown,
            "evaluation_digest": digest_of(document["evaluation"]),
            "document": document,
            "services": [one["service"] for one in document["services"] if one["succeeded"]],
            "parallel": [
                one.concern for one in evaluation.concerns if one.mode is ConcernMode.PARALLEL
            ],
            "passed": [
                one.capability for one in evaluation.capabilities if one.outcome is Outcome.PASSED
            ],
            "concerns": {one.concern: one.mode.value for one in evaluation.concerns},
            "axes": {one.axis: one.mode.value for one in evaluation.axes},
            "measured_on": sorted({one["openstack_release"] for one in document["tried"]} - {""}),
            "newest_run_at": max(run.received_at for run in runs),
        },
    )
    return standing


def standing_document(evaluation: LevelEvaluation, evidence: list[EvidenceRun]) -> dict[str, Any]:
    """The evaluation with what the page shows beside it. Services and operations are those of this
    very version of the product."""
    own = [run for run in evidence if run.product_version == evaluation.version]
    footprints = [footprint for run in own for footprint in run.footprints]
    return {
        "evaluation": evaluation_document(evaluation),
        "services": [one.to_document() for one in services_of(footprints)],
        "operations": operation_rows(footprints),
        "tried": [
            {
                "evidence_sha256": run.evidence_sha256,
                "cloud": run.cloud,
                "openstack_release": run.openstack_release,
                "release_measured": run.release_measured,
                "evidence_class": run.evidence_class.word,
                "mode": run.mode.value,
                "ended": run.ended,
                "conditions": sorted({one.condition.value for one in run.footprints}),
                "faults": list(run.faults),
            }
            for run in evidence
        ],
    }
