"""The seal: generated geometry that says what was certified, how, and whether it stands.

Outline: programme. Cells: level or target. Numeral: guideline. Edge: assurance. Field: solid only
while the certificate is in force; hollow otherwise; with a red bar once it is revoked. Everything
is painted in `currentColor`, so that a style sheet can set the colours; the attributes hold those
of a badge that stands alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from certification.engine.guideline.targets import title_of
from certification.models import Certificate
from certification.queries import Standing, StandingCertificate
from marketplace.catalogue.models import Programme
from marketplace.site import seal_edges
from marketplace.site.engraving import Lettering, number

FULL_FROM_PX = 72
INK, PAPER, CANCEL = "#1d2f7a", "#ffffff", "#a31a2c"
_LEVELS = {"connected": 1, "integrated": 2, "native": 3}
_HALVES = {"compute": (True, False), "object": (False, True), "platform": (True, True)}
_PAINT = {True: "currentColor", False: "none"}
_VERSION = re.compile(r"\d\d(\d\d)\.(\d\d)")


@dataclass(frozen=True, slots=True)
class Seal:
    programme: Programme
    target: str
    version: str
    assurance: Certificate.Assurance
    standing: Standing
    certificate_number: str

    @property
    def is_solid(self) -> bool:
        return self.standing in (Standing.IN_FORCE, Standing.EXPIRING)

    @property
    def cells(self) -> tuple[bool, ...]:
        """None for an add-on: the seal has no place for it."""
        if self.programme is Programme.INTEGRATED:
            return tuple(place < _LEVELS.get(self.target, 0) for place in range(3))
        return _HALVES.get(self.target, ())

    @property
    def label(self) -> str:
        standing = "" if self.is_solid else f", {self.standing.value}"
        return (
            f"Hallmark: {self.programme.value.title()} programme, {title_of(self.target)}, "
            f"guideline {self.version}, {self.assurance.label}{standing}"
        )


def seal_of(one: StandingCertificate) -> Seal:
    certificate = one.certificate
    return Seal(
        programme=certificate.release.product.programme,
        target=certificate.target,
        version=certificate.guideline.version,
        assurance=Certificate.Assurance(certificate.assurance),
        standing=one.standing,
        certificate_number=certificate.number,
    )


def drawn(seal: Seal, size: int) -> SafeString:
    """The `<svg>`, `size` pixels wide and high; from 72 on with lettering."""
    full = size >= FULL_FROM_PX
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" class="seal" width="{}" height="{}" '
        'viewBox="0 0 {} {}" role="img" aria-label="{}" color="{}" fill="none" '
        'stroke="currentColor" stroke-linecap="round" stroke-linejoin="round">{}</svg>',
        *(size, size),
        *((160, 160) if full else (24, 24)),
        seal.label,
        INK,
        mark_safe(_full(seal) if full else _small(seal)),  # noqa: S308 - numbers and constants
    )


def _full(seal: Seal) -> str:
    round_ = seal.programme is Programme.INTEGRATED
    field = (
        '<circle cx="80" cy="80" r="52.5"{}/>'
        if round_
        else '<path d="M42 30H118L130 42V118L118 130H42L30 118V42Z"{}/>'
    )
    year = Lettering(_numeral(seal.version), 25, 3.2)
    fitting = min(25.0, 25 * (80 if round_ else 74) / max(year.width, 1))
    year = Lettering(year.text, fitting, 3.2)
    title = title_of(seal.target)
    word = Lettering(title.removeprefix("Object "), 9)
    word = Lettering(word.text, min(9.0, 9 * 80 / max(word.width, 1)))
    inside = (
        f'<g stroke-width="1.6">{word.along_line(80, 53.5 - word.height / 2)}</g>'
        f'<g stroke-width="1.45">{year.along_line(80, 79 - fitting / 2)}</g>'
        + _cells(seal.cells, width=18 if round_ else 26, gap=4, middle=80, top=101, height=9)
    )
    lettering = seal_edges.lettering(round_, seal.programme.value, seal.certificate_number[-6:])
    return (
        f'<g stroke-width="1.5">{seal_edges.full(round_, seal.assurance)}</g>'
        f'<g stroke-width="1.7">{lettering}</g>'
        + _field(seal, field, inside, 1.5)
        + _bar(seal, "M22 138L138 22", 9)
    )


def _small(seal: Seal) -> str:
    round_ = seal.programme is Programme.INTEGRATED
    live = seal.assurance is Certificate.Assurance.LIVE
    field = (
        f'<circle cx="12" cy="12" r="{9.9 if live else 9.5}"{{}}/>'
        if round_
        else f'<path d="{seal_edges.clipped_square(24, 3.2, 2.2 if live else 2.6)}"{{}}/>'
    )
    year = Lettering(_numeral(seal.version)[:2], 7.6)
    width = 3.0 if round_ else 4.6
    inside = f'<g stroke-width="2">{year.along_line(12, 5.6)}</g>' + _low_cells(seal.cells, width)
    return (
        f'<g stroke-width="1.2">{seal_edges.small(round_, seal.assurance)}</g>'
        + _field(seal, field, inside, 1.2)
        + _bar(seal, "M3 21L21 3", 2.4)
    )


def _field(seal: Seal, outline: str, inside: str, stroke: float) -> str:
    """Reversed lettering on a solid field; the seal's own colour in a hollow one."""
    shape = outline.format(f' fill="{_PAINT[seal.is_solid]}"')
    colour = f' class="rev" color="{PAPER}"' if seal.is_solid else ""
    return f'<g stroke-width="{stroke}">{shape}</g><g{colour}>{inside}</g>'


def _bar(seal: Seal, path: str, width: float) -> str:
    if seal.standing is not Standing.REVOKED:
        return ""
    return (
        f'<g class="cancel" color="{CANCEL}"><path d="{path}" stroke-width="{width}" '
        'stroke-linecap="butt"/></g>'
    )


def _cells(  # noqa: PLR0913 - one number for each measure of a row of rectangles
    cells: tuple[bool, ...], *, width: float, gap: float, middle: float, top: float, height: float
) -> str:
    left = middle - (len(cells) * (width + gap) - gap) / 2
    return "".join(
        f'<rect x="{number(left + place * (width + gap))}" y="{number(top)}" '
        f'width="{number(width)}" height="{number(height)}" stroke-width="1.5" '
        f'fill="{_PAINT[held]}"/>'
        for place, held in enumerate(cells)
    )


def _low_cells(cells: tuple[bool, ...], width: float) -> str:
    """Without outlines, which would blur: a held cell is high, another one is a line."""
    left = 12 - (len(cells) * (width + 1) - 1) / 2
    return "".join(
        f'<rect x="{number(left + place * (width + 1))}" y="{14.9 if held else 17.3}" '
        f'width="{number(width)}" height="{3.4 if held else 1}" fill="currentColor" stroke="none"/>'
        for place, held in enumerate(cells)
    )


def _numeral(version: str) -> str:
    """`26.11` of `2026.11`; other versions as far as they fit."""
    found = _VERSION.fullmatch(version)
    return ".".join(found.groups()) if found else version[:6]
