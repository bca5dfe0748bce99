"""A single-stroke alphabet as paths, so that seals need no font. Capital height is 10 units."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

CAPITAL = 10.0
#: Width and path of each character; what is not here is left out of a lettering.
GLYPHS: dict[str, tuple[float, str]] = {
    " ": (3, ""),
    "-": (4, "M0 5h4"),
    ".": (0, "M0 9.9v.1"),
    "0": (6.2, "M0 3.1a3.1 3.1 0 0 1 6.2 0v3.8a3.1 3.1 0 0 1-6.2 0Z"),
    "1": (2.6, "M0 2L2.6 0v10"),
    "2": (6.2, "M0 2.9A3 3 0 0 1 6 2.9C6 4.7 4.8 5.8 0 10h6.2"),
    "3": (
        5.8,
        "M.3 1.6C.9.6 1.8 0 3 0a2.4 2.4 0 0 1 0 4.8 2.6 2.6 0 0 1 0 5.2C1.6 10 .6 9.4 0 8.2",
    ),
    "4": (6.4, "M4.7 10V0L0 7h6.4"),
    "5": (6, "M5.5 0H1L.5 4.7C1.2 4.1 2 3.8 3 3.8a3.1 3.1 0 0 1 0 6.2C1.6 10 .6 9.4 0 8.3"),
    "6": (
        6.2,
        "M5.3 1C4.7.3 4 0 3.2 0 1.2 0 0 2.2 0 5.5v1.4a3.1 3.1 0 0 0 6.2 0 3.1 3.1 0 0 0-6.2 0",
    ),
    "7": (6.2, "M0 0h6.2L2.2 10"),
    "8": (
        6,
        "M3 4.8A2.4 2.4 0 1 1 3 0a2.4 2.4 0 1 1 0 4.8A2.6 2.6 0 1 1 3 10 2.6 2.6 0 1 1 3 4.8Z",
    ),
    "9": (
        6.2,
        "M.9 9c.6.7 1.3 1 2.1 1 2 0 3.2-2.2 3.2-5.5V3.1a3.1 3.1 0 0 0-6.2 0 3.1 3.1 0 0 0 6.2 0",
    ),
    "A": (7, "M0 10L3.5 0 7 10M1.2 6.8h4.6"),
    "B": (6.2, "M0 0h3.5a2.4 2.4 0 0 1 0 4.8H0M3.5 4.8a2.6 2.6 0 0 1 0 5.2H0V0"),
    "C": (6.6, "M6.6 2.3A3.4 3.4 0 0 0 0 3.5v3a3.4 3.4 0 0 0 6.6 1.2"),
    "D": (7, "M0 0h3a4 4 0 0 1 4 4v2a4 4 0 0 1-4 4H0Z"),
    "E": (5.4, "M5.4 0H0v10h5.4M0 5h4.5"),
    "F": (5.4, "M5.4 0H0v10M0 5h4.5"),
    "G": (7, "M6.7 2.3A3.5 3.5 0 0 0 0 3.5v3a3.5 3.5 0 0 0 7 0V5.4H4"),
    "H": (6.5, "M0 0v10M6.5 0v10M0 5h6.5"),
    "I": (0, "M0 0v10"),
    "K": (6.3, "M0 0v10M6 0L0 6.2M2.2 4l4.1 6"),
    "L": (5.2, "M0 0v10h5.2"),
    "M": (8, "M0 10V0l4 6.6L8 0v10"),
    "N": (6.5, "M0 10V0l6.5 10V0"),
    "O": (7, "M0 3.5a3.5 3.5 0 0 1 7 0v3a3.5 3.5 0 0 1-7 0Z"),
    "P": (6.3, "M0 10V0h3.5a2.8 2.8 0 0 1 0 5.6H0"),
    "R": (6.4, "M0 10V0h3.5a2.8 2.8 0 0 1 0 5.6H0M3.3 5.6l3.1 4.4"),
    "S": (
        6.2,
        "M6 2.1C5.5.7 4.4 0 3.1 0 1.4 0 .2 1 .2 2.5c0 3.1 6 1.7 6 4.9C6.2 9 4.9 10 3.1 10"
        " 1.6 10 .4 9.2 0 7.8",
    ),
    "T": (6.6, "M0 0h6.6M3.3 0v10"),
    "U": (6.6, "M0 0v6.7a3.3 3.3 0 0 0 6.6 0V0"),
    "V": (6.8, "M0 0l3.4 10L6.8 0"),
    "W": (9.6, "M0 0l2.4 10L4.8 1.5 7.2 10 9.6 0"),
    "Y": (6.6, "M0 0l3.3 5 3.3-5M3.3 5v5"),
}


@dataclass(frozen=True, slots=True)
class Lettering:
    """`height` of the capitals in units of the drawing; `gap` between glyphs in glyph units."""

    text: str
    height: float
    gap: float = 3.0

    @property
    def _known(self) -> str:
        return "".join(letter for letter in self.text.upper() if letter in GLYPHS)

    @property
    def scale(self) -> float:
        return self.height / CAPITAL

    @property
    def width(self) -> float:
        known = self._known
        glyphs = sum(GLYPHS[letter][0] for letter in known)
        return (glyphs + self.gap * max(len(known) - 1, 0)) * self.scale

    def along_line(self, centre_x: float, top: float) -> str:
        left = centre_x - self.width / 2
        return "".join(
            _glyph(path, f"translate({number(left + start)} {number(top)})", self.scale)
            for start, _, path in self._placed()
        )

    def along_circle(self, centre: float, radius: float, *, below: bool = False) -> str:
        """Around the point (centre, centre): over it, or under it, read from left to right."""
        drawn = []
        for start, width, path in self._placed():
            angle = math.degrees((start + width / 2 - self.width / 2) / radius)
            top = centre + (radius if below else -radius) - self.height / 2
            place = (
                f"rotate({number(-angle if below else angle)} {number(centre)} {number(centre)})"
                f"translate({number(centre - width / 2)} {number(top)})"
            )
            drawn.append(_glyph(path, place, self.scale))
        return "".join(drawn)

    def _placed(self) -> Iterator[tuple[float, float, str]]:
        """Start and width in units of the drawing, and the path, of each glyph that is drawn."""
        at = 0.0
        for letter in self._known:
            width, path = GLYPHS[letter]
            if path:
                yield at, width * self.scale, path
            at += (width + self.gap) * self.scale


def number(value: float) -> str:
    """At most two decimals, without zeros at the end."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _glyph(path: str, place: str, scale: float) -> str:
    return f'<path transform="{place}scale({number(scale)})" d="{path}"/>'
