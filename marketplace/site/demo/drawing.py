"""Logos of products that do not exist: plain geometry, the same bytes each time, no brand's."""

from __future__ import annotations

import io
from collections.abc import Callable
from math import cos, pi, sin

from PIL import Image, ImageDraw

SIDE = 160
#: Drawn larger and made smaller, so that edges are smooth.
_LARGER = 3
_FIELD = SIDE * _LARGER

Pen = ImageDraw.ImageDraw
#: A part of the field's side, from 0 to 1.
Point = tuple[float, float]

INKS: dict[str, tuple[str, str]] = {
    "sea": ("#0f4c5c", "#e8f1f2"),
    "pine": ("#1f4d3a", "#e9f0e4"),
    "rust": ("#8a3b22", "#f7ebe2"),
    "plum": ("#4d2a55", "#f3e9f4"),
    "slate": ("#33424f", "#ecf0f3"),
    "ochre": ("#7a5a12", "#f8f1dd"),
    "indigo": ("#2d3170", "#e9eaf7"),
    "moss": ("#4c5a1c", "#f1f3e0"),
    "wine": ("#6d1f35", "#f7e8ec"),
    "ink": ("#1d2733", "#e6ecf1"),
}


def logo(motif: str, ink: str) -> bytes:
    """A PNG with clear corners. Raises KeyError for a motif or an ink that there is not."""
    dark, light = INKS[ink]
    picture = Image.new("RGBA", (_FIELD, _FIELD), (0, 0, 0, 0))
    pen = ImageDraw.Draw(picture)
    pen.rounded_rectangle((0, 0, _FIELD - 1, _FIELD - 1), radius=_FIELD // 6, fill=dark)
    MOTIFS[motif](pen, dark, light)
    small = picture.resize((SIDE, SIDE), Image.Resampling.LANCZOS)
    written = io.BytesIO()
    small.save(written, "PNG")
    return written.getvalue()


def _waves(pen: Pen, _dark: str, light: str) -> None:
    for level in (0.36, 0.54, 0.72):
        line = [(x / 40, level + 0.055 * sin(x / 40 * 3 * pi)) for x in range(7, 34)]
        pen.line(_on(line), fill=light, width=_wide(0.075), joint="curve")


def _rings(pen: Pen, _dark: str, light: str) -> None:
    for radius in (0.34, 0.2):
        _ring(pen, (0.5, 0.5), radius, light, _wide(0.06))
    _disc(pen, (0.5, 0.5), 0.07, light)


def _peaks(pen: Pen, dark: str, light: str) -> None:
    pen.polygon(_on([(0.14, 0.76), (0.4, 0.26), (0.66, 0.76)]), fill=light)
    pen.polygon(_on([(0.46, 0.76), (0.68, 0.42), (0.88, 0.76)]), fill=light)
    pen.line(_on([(0.46, 0.78), (0.69, 0.4)]), fill=dark, width=_wide(0.03))


def _bars(pen: Pen, _dark: str, light: str) -> None:
    for number, height in enumerate((0.24, 0.42, 0.33, 0.52)):
        left = 0.2 + number * 0.16
        pen.rounded_rectangle(
            _on([(left, 0.78 - height), (left + 0.11, 0.78)]), radius=_wide(0.03), fill=light
        )


def _layers(pen: Pen, dark: str, light: str) -> None:
    for top in (0.5, 0.38, 0.26):
        diamond = [(0.5, top - 0.1), (0.84, top + 0.08), (0.5, top + 0.26), (0.16, top + 0.08)]
        pen.polygon(_on(diamond), fill=light)
        pen.line(_on([*diamond, diamond[0]]), fill=dark, width=_wide(0.025), joint="curve")


def _comb(pen: Pen, _dark: str, light: str) -> None:
    for x, y in ((0.5, 0.29), (0.32, 0.6), (0.68, 0.6)):
        corners = [
            (x + 0.17 * cos(pi / 6 + n * pi / 3), y + 0.17 * sin(pi / 6 + n * pi / 3))
            for n in range(6)
        ]
        pen.polygon(_on(corners), fill=light)


def _crescent(pen: Pen, dark: str, light: str) -> None:
    _disc(pen, (0.47, 0.5), 0.32, light)
    _disc(pen, (0.6, 0.42), 0.27, dark)
    _disc(pen, (0.66, 0.36), 0.06, light)


def _arch(pen: Pen, dark: str, light: str) -> None:
    pen.rectangle(_on([(0.14, 0.34), (0.86, 0.76)]), fill=light)
    for x in (0.33, 0.67):
        _disc(pen, (x, 0.62), 0.13, dark)
        pen.rectangle(_on([(x - 0.13, 0.62), (x + 0.13, 0.78)]), fill=dark)


def _leaf(pen: Pen, dark: str, light: str) -> None:
    turn = [(0.5 + 0.5 * cos(n * pi / 40), 0.5 + 0.5 * sin(n * pi / 40)) for n in range(21)]
    lower = [(x - 0.25, y - 0.25) for x, y in turn]
    upper = [(1 - x, 1 - y) for x, y in lower]
    pen.polygon(_on([*lower, *upper]), fill=light)
    pen.line(_on([(0.25, 0.75), (0.6, 0.4)]), fill=dark, width=_wide(0.035))


def _dots(pen: Pen, dark: str, light: str) -> None:
    for row in range(3):
        for column in range(3):
            middle = (0.28 + column * 0.22, 0.28 + row * 0.22)
            _disc(pen, middle, 0.075, light)
            if row == column:
                _disc(pen, middle, 0.035, dark)


def _chevrons(pen: Pen, _dark: str, light: str) -> None:
    for left in (0.24, 0.46):
        pen.line(
            _on([(left, 0.28), (left + 0.24, 0.5), (left, 0.72)]), fill=light, width=_wide(0.1)
        )


def _lock(pen: Pen, dark: str, light: str) -> None:
    _ring(pen, (0.5, 0.4), 0.17, light, _wide(0.07))
    pen.rounded_rectangle(_on([(0.24, 0.44), (0.76, 0.8)]), radius=_wide(0.06), fill=light)
    _disc(pen, (0.5, 0.6), 0.06, dark)


MOTIFS: dict[str, Callable[[Pen, str, str], None]] = {
    "waves": _waves,
    "rings": _rings,
    "peaks": _peaks,
    "bars": _bars,
    "layers": _layers,
    "comb": _comb,
    "crescent": _crescent,
    "arch": _arch,
    "leaf": _leaf,
    "dots": _dots,
    "chevrons": _chevrons,
    "lock": _lock,
}


def _disc(pen: Pen, middle: Point, radius: float, ink: str) -> None:
    pen.ellipse(_around(middle, radius), fill=ink)


def _ring(pen: Pen, middle: Point, radius: float, ink: str, width: int) -> None:
    pen.ellipse(_around(middle, radius), outline=ink, width=width)


def _around(middle: Point, radius: float) -> list[Point]:
    x, y = middle
    return _on([(x - radius, y - radius), (x + radius, y + radius)])


def _on(points: list[Point]) -> list[Point]:
    return [(x * _FIELD, y * _FIELD) for x, y in points]


def _wide(part: float) -> int:
    return round(part * _FIELD)
