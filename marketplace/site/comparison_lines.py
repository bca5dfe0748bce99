"""What a comparison is made of: sections of lines, a cell for each product."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_noop

from marketplace.site.glyphs import Mark
from marketplace.site.wording import Status


@dataclass(frozen=True, slots=True)
class Cell:
    """A status or plain words, and what stands small below. Both empty: nothing is known.
    `is_claim`: the vendor's word, shown greyed."""

    status: Status | None = None
    words: str = ""
    small: str = ""
    is_claim: bool = False

    @property
    def said(self) -> str:
        """All of it in words."""
        first = self.status.words if self.status else self.words
        return ", ".join(filter(None, (first, self.small)))


@dataclass(frozen=True, slots=True)
class Line:
    """One thing, asked of every product. `small` explains the title. Without `weighed`, a
    difference is no news: every product has its own."""

    title: str
    cells: tuple[Cell, ...]
    small: str = ""
    weighed: bool = True

    @property
    def differs(self) -> bool:
        return self.weighed and len(set(self.cells)) > 1


@dataclass(frozen=True, slots=True)
class Section:
    """`leads`: the sentence above the table is about its lines."""

    title: str
    lines: tuple[Line, ...]
    leads: bool = False


NOT_MEASURED = Cell(Status(Mark.DECLARED, gettext_noop("Not measured")))
NOTHING = Cell(words="none")


def line(title: str, cells: Iterable[Cell], small: str = "", *, weighed: bool = True) -> Line:
    return Line(title, tuple(cells), small, weighed)
