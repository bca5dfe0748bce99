"""Two to four products side by side, as a table of lines that differ or do not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext, gettext_noop

from certification.queries.comparison import Compared
from marketplace.catalogue.models import Programme
from marketplace.site.comparison_lines import Cell, Line, Section
from marketplace.site.comparison_measured import measured_sections
from marketplace.site.comparison_powered import powered_sections
from marketplace.site.comparison_standing import standing_section
from marketplace.site.wording import listed

MIXED = gettext_noop(
    "These products belong to different programmes. Only what both kinds "
    "have is compared: certificates, OpenStack releases and facts."
)
UNCERTIFIABLE = gettext_noop(
    "Products that neither programme certifies have little to compare: the facts alone."
)
_NAMED_MOST = 4


@dataclass(frozen=True, slots=True)
class Comparison:
    """`remark` says what is left out, and why. `differing` of `total` lines differ; sections hold
    all of them or, when so asked, only those that differ."""

    products: list[Compared]
    sections: list[Section]
    sentence: str
    remark: str
    differing: int
    total: int

    @property
    def title(self) -> str:
        return listed([one.title for one in self.products])

    @property
    def across(self) -> int:
        """Columns of the table, with that of the names."""
        return len(self.products) + 1

    @property
    def drawn(self) -> list[tuple[Section, list[tuple[Line, list[tuple[Cell, str]]]]]]:
        """Sections that hold something; each cell beside its product's name."""
        names = [one.title for one in self.products]
        return [
            (section, [(one, list(zip(one.cells, names, strict=True))) for one in section.lines])
            for section in self.sections
            if section.lines
        ]


_Sections = Callable[[Sequence[Compared]], list[Section]]
_OF_PROGRAMME: dict[Programme, _Sections] = {
    Programme.INTEGRATED: measured_sections,
    Programme.POWERED: powered_sections,
}


def compare(products: Sequence[Compared], *, only_differences: bool = False) -> Comparison:
    programmes = {one.product.programme for one in products}
    sections = [standing_section(products)]
    if len(programmes) == 1:
        further = _OF_PROGRAMME.get(next(iter(programmes)))
        sections += further(products) if further else []
    sections = [section for section in sections if section.lines]
    lines = [line for section in sections for line in section.lines]
    return Comparison(
        products=list(products),
        sections=[_differing(section) for section in sections] if only_differences else sections,
        sentence=_sentence(sections),
        remark=_remark(programmes),
        differing=sum(line.differs for line in lines),
        total=len(lines),
    )


def _differing(section: Section) -> Section:
    return replace(section, lines=tuple(line for line in section.lines if line.differs))


def _remark(programmes: set[Programme]) -> str:
    if len(programmes) > 1:
        return gettext(MIXED)
    return gettext(UNCERTIFIABLE) if programmes == {Programme.LISTED} else ""


def _sentence(sections: Sequence[Section]) -> str:
    """On which of the lines that buyers ask about first the products part."""
    leading = next((section for section in sections if section.leads), None)
    if leading is None:
        return ""
    parting = [_lowered(line) for line in leading.lines if line.differs]
    if not parting:
        return gettext("{title}: no difference.").format(title=leading.title)
    more = len(parting) - _NAMED_MOST
    named = (
        [*parting[:_NAMED_MOST], gettext("{more} more").format(more=more)] if more > 0 else parting
    )
    return gettext("They differ in {named}.").format(named=listed(named))


def _lowered(line: Line) -> str:
    return line.title[0].lower() + line.title[1:]
