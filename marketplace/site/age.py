"""The age of evidence as a position on a scale of twelve months."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext, ngettext

from certification.queries import StandingCertificate

SCALE_PX, SCALE_DAYS = 96, 365
#: The last two months of the scale are marked.
SOON_DAYS = 305


@dataclass(frozen=True, slots=True)
class Age:
    """`place` is the pointer's position in pixels, `kind` is ok, soon or old."""

    days: int
    place: float

    @property
    def kind(self) -> str:
        if self.days >= SCALE_DAYS:
            return "old"
        return "soon" if self.days >= SOON_DAYS else "ok"

    @property
    def words(self) -> str:
        if self.days == 0:
            return gettext("of today")
        return ngettext("{days} day old", "{days} days old", self.days).format(days=self.days)


def age_of(one: StandingCertificate) -> Age:
    days = max((one.read_at - one.received_at).days, 0)
    return Age(days, round(min(days / SCALE_DAYS, 1) * SCALE_PX, 1))
