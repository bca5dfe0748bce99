"""Clouds and distributions side by side: targets, what their runs proved, releases."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext, gettext_noop

from certification.engine.guideline.targets import TITLES, title_of
from certification.engine.verdict import Evaluation
from certification.queries.comparison import Compared
from marketplace.site.certified_evidence import ServiceEvidence, shown_evidence
from marketplace.site.comparison_lines import NOTHING, Cell, Line, Section, line
from marketplace.site.comparison_standing import plain_standing
from marketplace.site.facet_tables import WITHIN_PLATFORM
from marketplace.site.glyphs import Mark
from marketplace.site.product_sheet import explained_or_gone
from marketplace.site.services import service_order
from marketplace.site.wording import Status

_ALL_PROVEN = Mark.PASSES
_NOT_CERTIFIED = Cell(Status(Mark.DECLARED, gettext_noop("Not certified")))
_NOT_SHOWN = Cell(Status(Mark.NOT_APPLICABLE, gettext_noop("Not part of its certificate")))
_IN_PLATFORM = Cell(Status(Mark.PASSES, gettext_noop("Within Platform")))
_RELEASES_SHOWN = 4


def powered_sections(products: Sequence[Compared]) -> list[Section]:
    return [
        Section(gettext("Certified for"), _targets(products)),
        Section(gettext("What the run of the leading certificate proved"), _capabilities(products)),
        Section(
            gettext("Releases"),
            (line(gettext("Releases"), map(_releases, products), weighed=False),),
        ),
    ]


def _targets(products: Sequence[Compared]) -> tuple[Line, ...]:
    named = {each.certificate.target for one in products for each in one.certificates}
    ranked = sorted(
        named, key=lambda name: (list(TITLES).index(name) if name in TITLES else 99, name)
    )
    return tuple(line(title_of(name), [_target(one, name) for one in products]) for name in ranked)


def _target(one: Compared, name: str) -> Cell:
    """The newest in force, else the newest that ended."""
    of_it = [each for each in one.certificates if each.certificate.target == name]
    shown = next((each for each in of_it if each.in_force), next(iter(of_it), None))
    if (shown is None or not shown.in_force) and _is_within_platform(one, name):
        return _IN_PLATFORM
    if shown is None:
        return _NOT_CERTIFIED
    return Cell(
        plain_standing(shown),
        small=gettext("guideline {version}").format(version=shown.certificate.guideline.version),
    )


def _is_within_platform(one: Compared, name: str) -> bool:
    """Platform asks for all that these two ask for."""
    return name in WITHIN_PLATFORM and any(
        each.certificate.target == "platform" for each in one.in_force
    )


def _capabilities(products: Sequence[Compared]) -> tuple[Line, ...]:
    found = [_services(one) for one in products]
    titles = {project: each.title for one in found for project, each in one.items()}
    return tuple(
        line(titles[project], [_proven(one.get(project)) for one in found])
        for project in sorted(titles, key=service_order)
    )


def _services(one: Compared) -> dict[str, ServiceEvidence]:
    """Nothing without a certificate in force, or when its evidence is gone."""
    if one.lead is None or not one.lead.in_force:
        return {}
    explained = explained_or_gone(one.lead)
    if not isinstance(explained, Evaluation):
        return {}
    return {each.project: each for each in shown_evidence(explained).services}


def _proven(service: ServiceEvidence | None) -> Cell:
    if service is None:
        return _NOT_SHOWN
    total = len(service.capabilities)
    mark = _ALL_PROVEN if service.proven == total else Mark.CAVEAT
    words = gettext("{proven} of {total} capabilities").format(proven=service.proven, total=total)
    return Cell(Status(mark, words), small=service.remark)


def _releases(one: Compared) -> Cell:
    names = [release.version for release in one.releases]
    more = len(names) - _RELEASES_SHOWN
    shown = ", ".join(names[:_RELEASES_SHOWN])
    return (
        Cell(
            words=gettext("{shown} and {more} more").format(shown=shown, more=more)
            if more > 0
            else shown
        )
        if names
        else NOTHING
    )
