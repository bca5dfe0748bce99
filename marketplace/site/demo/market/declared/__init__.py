"""What the invented vendors say of their products beyond what was tested, by product."""

from __future__ import annotations

from marketplace.site.demo.market.declared.clouds import OF_CLOUDS
from marketplace.site.demo.market.declared.platforms import OF_PLATFORMS
from marketplace.site.demo.market.declared.saying import Declaration
from marketplace.site.demo.market.declared.services import OF_SERVICES
from marketplace.site.demo.market.declared.tools import OF_TOOLS

_OF = OF_CLOUDS | OF_PLATFORMS | OF_TOOLS | OF_SERVICES


def declared_of(product: str) -> Declaration:
    """Nothing of a product that nobody told of."""
    return _OF.get(product, Declaration())


__all__ = ["Declaration", "declared_of"]
