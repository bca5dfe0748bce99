"""The shape in which a vendor's declaration is told: codes and texts with `;` between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from marketplace.catalogue.facts import Facts, facts_asked, read_facts, split_texts


@dataclass(frozen=True, slots=True)
class Declaration:
    regions: tuple[str, ...] = ()
    deployment: tuple[str, ...] = ()
    told: Mapping[str, str | int] = field(default_factory=dict)

    def facts(self, category: str) -> Facts:
        """Raises FactsRefused for what the category does not ask."""
        asked = {fact.key: fact for fact in facts_asked(category)}
        return read_facts(
            category,
            {
                key: split_texts(asked[key], value)
                if isinstance(value, str) and key in asked
                else value
                for key, value in self.told.items()
            },
        )


def says(regions: str, deployment: str, **told: str | int) -> Declaration:
    """`regions` and `deployment` are codes with spaces between."""
    return Declaration(tuple(regions.split()), tuple(deployment.split()), told)
