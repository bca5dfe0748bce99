"""Which treatment belongs to which condition."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

from certification.engine.footprint.model import Condition
from hallmark.recorder.conditions.condition import Treatment


def treatment_for(
    condition: Condition, seed: int = 0, maxima: Mapping[str, str] | None = None
) -> Treatment:
    return Treatment()
