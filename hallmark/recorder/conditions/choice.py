"""Which treatment belongs to which condition."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from certification.engine.footprint.model import Condition
from hallmark.recorder.conditions.condition import Treatment
from hallmark.recorder.conditions.creations import HalfFail, Quota
from hallmark.recorder.conditions.interruptions import Expire, Flaky, Limited
from hallmark.recorder.conditions.microversions import OldMicroversions
from hallmark.recorder.conditions.pages import SmallPages


def treatment_for(
    condition: Condition, seed: int = 0, maxima: Mapping[str, str] | None = None
) -> Treatment:
    """`maxima` are those of `old-mv`, by service. Raises ValueError for one that is no version."""
    makers: dict[Condition, Callable[[], Treatment]] = {
        Condition.SMALL_PAGES: SmallPages,
        Condition.FLAKY: lambda: Flaky(seed),
        Condition.LIMITED: lambda: Limited(seed),
        Condition.EXPIRE: lambda: Expire(seed),
        Condition.QUOTA: Quota,
        Condition.HALF_FAIL: HalfFail,
        Condition.OLD_MV: lambda: OldMicroversions(maxima),
        # These are done by the listeners: where they are, and how they are secured.
        Condition.PLAIN: Treatment,
        Condition.MOVED: Treatment,
        Condition.BAD_CA: Treatment,
    }
    return makers[condition]()
