"""Settings files as nested mappings: section, key, value."""

from __future__ import annotations

from collections.abc import Mapping

Sections = Mapping[str, Mapping[str, object]]


def as_text(sections: Sections) -> str:
    """Booleans are written `true` and `false`, sequences with commas."""
    blocks = (
        "\n".join([f"[{name}]", *(f"{key} = {_value(value)}" for key, value in entries.items())])
        for name, entries in sections.items()
    )
    return "\n\n".join(blocks) + "\n"


def _value(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple | list):
        return ",".join(map(str, value))
    return str(value)
