"""The edge of a seal says how its evidence came: broken, double or milled."""

from __future__ import annotations

from certification.models import Certificate
from marketplace.site.engraving import Lettering, number

Assurance = Certificate.Assurance
#: From the middle of the seal to the middle of the lettering around it.
LETTERING_RADIUS = 63.0


def full(round_: bool, assurance: Assurance) -> str:
    """On a field of 160 x 160."""
    if assurance is Assurance.LIVE:
        outer, teeth = (_circle(80, 76), 288) if round_ else (_square(160, 20, 4), 300)
        inner = _circle(80, 71.5) if round_ else _square(160, 18.2, 8.5)
        return _milled(outer, teeth, 7, "1.6 2.4") + _plain(inner)
    if assurance is Assurance.CHALLENGED:
        lines = (
            (_circle(80, 78), _circle(80, 73))
            if round_
            else (_square(160, 20, 2), _square(160, 18, 7))
        )
        return "".join(map(_plain, lines))
    return _broken(_circle(80, 76) if round_ else _square(160, 20, 4), 120, "3.4 1.6")


def small(round_: bool, assurance: Assurance) -> str:
    """On a field of 24 x 24."""
    if assurance is Assurance.LIVE:
        outer, teeth = (_circle(12, 10.9), 96) if round_ else (_square(24, 4, 1.1), 108)
        return _milled(outer, teeth, 2.2, "1.7 1.3")
    if assurance is Assurance.CHALLENGED:
        return _plain(_circle(12, 11.3) if round_ else _square(24, 4, 0.7))
    return _broken(_circle(12, 11.2) if round_ else _square(24, 4, 0.7), 60, "3 2")


def lettering(round_: bool, programme: str, serial: str) -> str:
    """The programme above, `HALLMARK` and the certificate's serial number below."""
    above, below = f"{programme} programme", f"Hallmark {serial}"
    if round_:
        return (
            Lettering(above, 7.4, 3.4).along_circle(80, LETTERING_RADIUS)
            + Lettering(below, 7.4, 3.4).along_circle(80, LETTERING_RADIUS, below=True)
            + '<path d="M15.5 80h3M141.5 80h3"/>'
        )
    return Lettering(above, 6.2, 3.6).along_line(80, 16.2) + Lettering(below, 6.2, 3.4).along_line(
        80, 137.6
    )


def clipped_square(side: float, corner: float, margin: float) -> str:
    """The path of a square with cut corners, `margin` away from the edge of its field."""
    low, high = margin, side - margin
    a, b = number(low), number(high)
    near, far = number(low + corner), number(high - corner)
    return f"M{near} {a}H{far}L{b} {near}V{far}L{far} {b}H{near}L{a} {far}V{near}Z"


def _square(side: float, corner: float, margin: float) -> str:
    return f'<path d="{clipped_square(side, corner, margin)}"{{}}/>'


def _circle(centre: float, radius: float) -> str:
    c = number(centre)
    return f'<circle cx="{c}" cy="{c}" r="{number(radius)}"{{}}/>'


def _plain(shape: str) -> str:
    return shape.format("")


def _broken(shape: str, units: int, dashes: str) -> str:
    return shape.format(f' pathLength="{units}" stroke-dasharray="{dashes}" stroke-linecap="butt"')


def _milled(shape: str, units: int, width: float, dashes: str) -> str:
    return shape.format(
        f' pathLength="{units}" stroke-width="{width}" stroke-dasharray="{dashes}" '
        'stroke-linecap="butt"'
    )
