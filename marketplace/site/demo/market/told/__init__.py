"""What the invented vendors tell of their products at length, and the logos they show, by product.

Many tell nothing, as in any market.
"""

from __future__ import annotations

from marketplace.site.demo.market.told.clouds import OF_CLOUDS
from marketplace.site.demo.market.told.looks import LOOKS
from marketplace.site.demo.market.told.platforms import OF_PLATFORMS
from marketplace.site.demo.market.told.services import OF_SERVICES
from marketplace.site.demo.market.told.tools import OF_TOOLS

STORIES = OF_CLOUDS | OF_PLATFORMS | OF_TOOLS | OF_SERVICES


def story_of(product: str) -> str:
    """CommonMark; empty where nothing is told."""
    return STORIES.get(product, "").strip()


def look_of(product: str) -> tuple[str, str] | None:
    """Motif and ink of the logo (`demo/drawing.py`)."""
    return LOOKS.get(product)


__all__ = ["LOOKS", "STORIES", "look_of", "story_of"]
