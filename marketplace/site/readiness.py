"""How far a product is from what comes next: announced drafts, and what is only advised today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser

from certification.levels import public_runs_of_release
from certification.models import Guideline, Run
from certification.queries import StandingCertificate, TargetVerdict, leading, verdicts_of
from certification.queries.joined import verdicts_of_joined
from marketplace.catalogue.models import ClaimedCloud, Product, Programme, User
from marketplace.catalogue.queries import releases_of


@dataclass(frozen=True, slots=True)
class Readiness:
    """What is known from one `run`. `now` are verdicts by guidelines in force, told only of
    platforms without a certificate; `ahead` those by announced drafts. `is_open`: the reader may
    see the run."""

    run: Run
    is_certified: bool
    is_open: bool
    now: tuple[TargetVerdict, ...]
    ahead: tuple[TargetVerdict, ...]


def readiness_of(
    product: Product,
    certificates: Sequence[StandingCertificate],
    reader: User | AnonymousUser,
) -> Readiness | None:
    """By the run of the certificate that the page shows first, else by the newest public run of a
    cloud of the product. None without either, and where it is judged by nothing of interest."""
    in_force = [one for one in certificates if one.in_force]
    lead = leading(in_force)
    run = lead.certificate.run if lead else _newest_public(product)
    if run is None:
        return None
    targets = {one.certificate.target for one in in_force if one.certificate.run_id == run.pk}
    is_joined = lead is not None and len(lead.runs) > 1 and product.programme is Programme.POWERED
    found = verdicts_of_joined(lead.runs) if lead and is_joined else verdicts_of(run)
    lines = [line for line in found if _of_interest(line, product, targets)]
    tells_now = not in_force and product.programme is Programme.POWERED
    now = tuple(line for line in lines if tells_now and _is_in_force(line))
    ahead = tuple(line for line in lines if line.is_readiness)
    if not now and not ahead:
        return None
    return Readiness(
        run=run,
        is_certified=bool(in_force),
        is_open=Run.objects.visible_to(reader).filter(pk=run.pk).exists(),
        now=now,
        ahead=ahead,
    )


def _of_interest(line: TargetVerdict, product: Product, targets: set[str]) -> bool:
    """Every level of the Integrated programme; of the other what is certified, else what is no
    add-on."""
    if product.programme is Programme.INTEGRATED:
        return line.guideline.is_integration
    return line.target in targets if targets else not line.is_add_on


def _is_in_force(line: TargetVerdict) -> bool:
    return line.guideline.state == Guideline.State.APPROVED


def _newest_public(product: Product) -> Run | None:
    if product.programme is Programme.INTEGRATED:
        releases = releases_of(product)
        return public_runs_of_release(releases[0]).last() if releases else None
    return _newest_of_its_clouds(product)


def _newest_of_its_clouds(product: Product) -> Run | None:
    """Shared by the vendor, and of a cloud that the product claims: who uploads for another cloud,
    or without signing in, says nothing of this product."""
    clouds = ClaimedCloud.objects.filter(product=product).values("cpid")
    rows = Run.objects.filter(
        cpid__in=clouds, shared=True, vendor=product.vendor, state=Run.State.VERIFIED
    )
    return rows.defer("passed", "failed", "skipped").order_by("-received_at", "-id").first()
