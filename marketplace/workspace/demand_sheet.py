"""What buyers ask of a vendor, in words: `14 buyers ask for Compute 2026.11`."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext

from certification.engine.guideline.targets import title_of
from certification.judging import parsed_guideline
from certification.models import Guideline
from marketplace.catalogue.asking import Demand, requests_for
from marketplace.catalogue.models import Programme, Vendor


@dataclass(frozen=True, slots=True)
class DemandLine:
    """`guideline` is the newest in force that has the target; None if there is none."""

    asked: Demand
    guideline: Guideline | None

    @property
    def words(self) -> str:
        people = self.asked.people
        who = (
            gettext("1 buyer asks")
            if people == 1
            else gettext("{people} buyers ask").format(people=people)
        )
        named = f" {self.guideline.version}" if self.guideline else ""
        return gettext("{who} for {target}{named}").format(
            who=who, target=title_of(self.asked.target), named=named
        )

    @property
    def trend(self) -> str:
        """Of the last 30 days against the 30 before."""
        now, before = self.asked.lately, self.asked.before
        if not now and not before:
            return gettext("none in the last 60 days")
        if not before:
            return gettext("{now} in the last 30 days, none in the 30 before").format(now=now)
        compared = (
            gettext("as many as")
            if now == before
            else gettext("more than")
            if now > before
            else gettext("fewer than")
        )
        return gettext("{now} in the last 30 days, {compared} in the 30 before ({before})").format(
            now=now, compared=compared, before=before
        )


def demand_for(vendor: Vendor) -> list[DemandLine]:
    """The most wanted first."""
    asked = requests_for(vendor)
    if not asked:
        return []
    newest = list(Guideline.objects.filter(state=Guideline.State.APPROVED).order_by("-document_id"))
    return [DemandLine(one, _newest_with(newest, one)) for one in asked]


def _newest_with(guidelines: list[Guideline], asked: Demand) -> Guideline | None:
    """A level stands in every guideline of integration."""
    integrated = asked.product.programme == Programme.INTEGRATED
    fitting = (
        one
        for one in guidelines
        if one.is_integration == integrated and (integrated or _has(one, asked.target))
    )
    return next(fitting, None)


def _has(guideline: Guideline, target: str) -> bool:
    return any(one.name == target for one in parsed_guideline(guideline).targets)
