"""Looking up by texts from addresses, which may hold what no column of PostgreSQL can: a NUL."""

from __future__ import annotations

from certification.models import Guideline
from certification.queries import find_guideline


def can_be_stored(text: str) -> bool:
    """False for a text that nothing stored can equal, and that the database would choke on."""
    return "\0" not in text


def guideline_called(name: str, digest: str = "") -> Guideline:
    """As `find_guideline`. Raises Guideline.DoesNotExist."""
    if not can_be_stored(name):
        raise Guideline.DoesNotExist("No guideline has a NUL in its name.")
    return find_guideline(name, digest)
