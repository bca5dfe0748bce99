"""The sentence of a product on top of OpenStack: its level, how we know, its figure."""

from __future__ import annotations

from django.utils.translation import gettext

from certification.queries import StandingCertificate
from marketplace.catalogue.models import Product
from marketplace.site.certificate_wording import day, ended_sentence
from marketplace.site.integration_facts import level_facts
from marketplace.site.integration_measured import MeasuredRelease
from marketplace.site.integration_wording import (
    MEASURED_BY_US,
    NOTHING_MEASURED,
    brought_along,
    evidence_sentence,
)


def integrated_sentence(
    product: Product, lead: StandingCertificate | None, measured: MeasuredRelease | None
) -> str:
    """What a buyer may quote. Parallel stacks are named in it."""
    if lead is not None and lead.in_force:
        return _certified(lead, measured)
    shown = _shown(measured)
    if product.measured_by_us:
        return f"{gettext(MEASURED_BY_US)} {shown}".strip()
    if lead is not None:
        return f"{ended_sentence(lead)} {shown}".strip()
    return (
        gettext("Not certified. {measured}").format(measured=shown)
        if shown
        else gettext(NOTHING_MEASURED)
    )


def _shown(measured: MeasuredRelease | None) -> str:
    if measured is None:
        return ""
    said = evidence_sentence(measured.evaluation.version, measured.evaluation)
    return f"{said} {_parallel(measured)}".strip()


def _certified(lead: StandingCertificate, measured: MeasuredRelease | None) -> str:
    certificate = lead.certificate
    said = gettext("Release {version} {words}.").format(
        version=certificate.release.version, words=level_facts(certificate).words
    )
    if measured is None or measured.standing.release_id != certificate.release_id:
        return gettext("{said} Its oldest run lets it stand until {valid_until}.").format(
            said=said, valid_until=day(certificate.valid_until)
        )
    return f"{said} {_parallel(measured)}".strip()


def _parallel(measured: MeasuredRelease) -> str:
    brought = brought_along(measured.evaluation.concerns)
    return (
        gettext("It brings a parallel stack for: {brought}.").format(brought=brought)
        if brought
        else ""
    )
