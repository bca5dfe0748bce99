"""Which OpenStack release a cloud was measured to run: the shipped table, parsed once."""

from __future__ import annotations

from functools import lru_cache

from certification.engine.probe import MicroversionTable, parse_microversions
from certification.guidelines import shipped_microversions


@lru_cache(maxsize=1)
def microversion_table() -> MicroversionTable:
    return parse_microversions(shipped_microversions())
