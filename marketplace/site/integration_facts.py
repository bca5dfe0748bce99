"""What the statement of a level's certificate says, in words."""

from __future__ import annotations

import json
from dataclasses import dataclass

from django.utils.translation import gettext

from certification.engine.statement import FACTS
from certification.models import Certificate
from marketplace.catalogue.openstack import find_release, release_title
from marketplace.site.wording import listed


@dataclass(frozen=True, slots=True)
class TriedOn:
    """`measured`: by the cloud's microversions, else as the run states. `day` is `2026-11-21`."""

    openstack: str
    measured: bool
    cloud: str
    day: str

    @property
    def title(self) -> str:
        found = find_release(self.openstack)
        slurp = " (SLURP)" if found is not None and found.slurp else ""
        return f"{release_title(self.openstack) or gettext('a release that is not known')}{slurp}"


@dataclass(frozen=True, slots=True)
class NotApplied:
    subject: str
    reason: str


@dataclass(frozen=True, slots=True)
class LevelFacts:
    """`evidence_class` is the statement's own word: what a certificate was issued with."""

    level: str
    evidence_class: str
    figure: int
    exact: str
    openstack: str
    profile_sha256: str
    evaluation_sha256: str
    tried: tuple[TriedOn, ...]
    not_applicable: tuple[NotApplied, ...]

    @property
    def words(self) -> str:
        """`is certified Integrated, challenged, on 2026.1 Gazpacho ...`: the end of a sentence."""
        here = [one for one in self.tried if one.openstack == self.openstack]
        clouds = listed(list(dict.fromkeys(one.cloud for one in here if one.cloud)))
        where = gettext(", cloud {clouds}").format(clouds=clouds) if clouds else ""
        title = here[0].title if here else release_title(self.openstack)
        return gettext(
            "is certified {level}, {evidence}, on {title}{where}: "
            "OpenStack serves {figure} of 100 points of what it needs"
        ).format(
            level=self.level,
            evidence=self.evidence_class,
            title=title,
            where=where,
            figure=self.figure,
        )


def level_facts(certificate: Certificate) -> LevelFacts:
    said = json.loads(bytes(certificate.statement))["predicate"][FACTS]
    return LevelFacts(
        level=said["target"].capitalize(),
        evidence_class=said["evidenceClass"],
        figure=said["stackFigure"]["shown"],
        exact=said["stackFigure"]["exact"],
        openstack=said["openstackRelease"],
        profile_sha256=said["profile"]["digest"]["sha256"],
        evaluation_sha256=said["evaluation"],
        tried=tuple(
            TriedOn(one["openstackRelease"], one["measured"], one["cloud"], one["ended"][:10])
            for one in said["tried"]
        ),
        not_applicable=tuple(
            NotApplied(one["subject"], one["reason"]) for one in said["notApplicable"]
        ),
    )
