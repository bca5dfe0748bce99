"""The shapes of the status marks: one drawing on a 16 x 16 field for each kind.

Class `o` is an outline, `k` a line cut out of a solid shape, `d` and `d2` are broken lines.
"""

from __future__ import annotations

from enum import StrEnum

from django.utils.safestring import SafeString, mark_safe


class Mark(StrEnum):
    """Each status has a colour, a shape and words; the mark fixes colour and shape."""

    IN_FORCE = "in-force"
    PAST = "past"
    DECLARED = "declared"
    NEXT = "next"
    PASSES = "pass"
    SHORT = "short"
    NOT = "not"
    FAILED = "failed"
    SKIPPED = "skipped"
    MISSING = "missing"
    FLAGGED = "flagged"
    SELF_REPORTED = "self"
    CAVEAT = "caveat"
    BUSY = "busy"
    EXPIRING = "expiring"
    REVOKED = "revoked"
    DISPUTED = "disputed"
    CHALLENGED = "challenged"
    LIVE = "live"
    WAIVED = "waived"
    VERIFIED = "verified"
    UNKNOWN = "unknown"
    SERVED = "served"
    OPTION = "option"
    PARALLEL = "parallel"
    NOT_APPLICABLE = "na"
    MEASURED = "measured"


_SQUARE = "M2 2h12v12H2Z"

_DRAWINGS = {
    Mark.IN_FORCE: '<path d="M4 .5h8L15.5 4v8L12 15.5H4L.5 12V4Z"/>'
    '<path class="k" d="M4.3 8.3l2.5 2.6 5-5.6"/>',
    Mark.PAST: '<circle class="o" cx="8" cy="8" r="6.7"/><path class="o" d="M3.5 8h9"/>',
    Mark.DECLARED: '<path class="o d2" d="M1 8h14"/>',
    Mark.NEXT: '<path d="M1 1.5L7.5 8 1 14.5ZM8.5 1.5L15 8l-6.5 6.5Z"/>',
    Mark.PASSES: '<path class="o" d="M2 8.5l4 4.2L14 3.5"/>',
    Mark.SHORT: '<path class="o" d="M4 1.7H1.5v12.6H4M12 1.7h2.5v12.6H12"/>'
    '<path class="o" d="M5 11V8.5M8 11V5M11 11V9.5"/>',
    Mark.NOT: f'<path class="o" d="{_SQUARE}M2 14L14 2"/>',
    Mark.FAILED: f'<path class="o" d="{_SQUARE}M2 2l12 12M14 2L2 14"/>',
    Mark.SKIPPED: f'<path class="o" d="{_SQUARE}M2 8h12"/>',
    Mark.MISSING: f'<path class="o d2" d="{_SQUARE}"/>',
    Mark.FLAGGED: '<path class="o" d="M3 15.5V1.5h10.5l-3 3.5 3 3.5H3"/>',
    Mark.SELF_REPORTED: '<circle class="o d" cx="8" cy="8" r="6.6" pathLength="40"/>',
    Mark.CAVEAT: '<path class="o" d="M8 2L14.5 14h-13Z"/>',
    Mark.BUSY: '<circle class="o d2" cx="8" cy="8" r="6.6"/><circle cx="8" cy="8" r="2.5"/>',
    Mark.EXPIRING: '<path d="M8 .5A7.5 7.5 0 1 1 .5 8H8Z"/>'
    '<path class="o" d="M1.2 5.8A7.1 7.1 0 0 1 5.8 1.2"/>',
    Mark.REVOKED: '<path d="M5 .5h6L15.5 5v6L11 15.5H5L.5 11V5Z"/>'
    '<path class="k" d="M5 5l6 6M11 5l-6 6"/>',
    Mark.DISPUTED: '<path d="M7 .8v14.4L.3 8Z"/><path class="o" d="M9.3 2.3v11.4L14.7 8Z"/>',
    Mark.CHALLENGED: '<circle class="o" cx="8" cy="8" r="6.9"/>'
    '<circle class="o" cx="8" cy="8" r="3.5"/>',
    Mark.LIVE: '<circle class="o" cx="8" cy="8" r="6.6"/><circle cx="8" cy="8" r="4.2"/>',
    Mark.WAIVED: '<path d="M1.5 1.5h13v4h-13ZM1.5 10.5h13v4h-13Z"/>',
    Mark.UNKNOWN: '<path class="o" d="M8 1.2L14.8 8 8 14.8 1.2 8Z"/>',
    Mark.SERVED: '<path d="M1.5 1.5h13v13h-13Z"/>',
    Mark.OPTION: f'<path class="o" d="{_SQUARE}"/><path d="M2 14L14 14V2Z"/>',
    Mark.PARALLEL: '<path class="o" d="M2 1.5h4v13H2ZM10 1.5h4v13h-4Z"/>',
    Mark.NOT_APPLICABLE: '<path class="o" d="M3.5 8h9"/>',
    Mark.MEASURED: '<path class="o" d="M1 13V3M15 13V3M1 8h14M5 8v3M8 8v3M11 8v3"/>',
    Mark.VERIFIED: '<path d="M8 .8L15.2 8 8 15.2.8 8Z"/>'
    '<path class="k" d="M5 8.2l2.2 2.2 3.7-4.2"/>',
}


def drawing(mark: Mark) -> SafeString:
    """The inside of the mark's `<svg>`; constant text of this module."""
    return mark_safe(_DRAWINGS[mark])  # noqa: S308 - constants of this module, no input
