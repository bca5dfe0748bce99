"""What the recorder does to the calls on purpose, one module per kind (section 4.3)."""

from hallmark.recorder.conditions.choice import treatment_for
from hallmark.recorder.conditions.condition import Treatment

__all__ = ["Treatment", "treatment_for"]
