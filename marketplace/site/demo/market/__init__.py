"""The invented market of the demo: no vendor, product or cloud in it exists."""

from marketplace.site.demo.market.clouds import CLOUD_VENDORS
from marketplace.site.demo.market.declared import Declaration, declared_of
from marketplace.site.demo.market.platforms import PLATFORM_VENDORS
from marketplace.site.demo.market.services import SERVICE_VENDORS
from marketplace.site.demo.market.story import (
    Attempt,
    IntegrationStory,
    KitRun,
    Market,
    Outcome,
    ProductStory,
    ReleaseStory,
    Turn,
    VendorStory,
)
from marketplace.site.demo.market.tools import TOOL_VENDORS

MARKET = Market(CLOUD_VENDORS + PLATFORM_VENDORS + TOOL_VENDORS + SERVICE_VENDORS)

__all__ = [
    "MARKET",
    "Attempt",
    "Declaration",
    "IntegrationStory",
    "KitRun",
    "Market",
    "Outcome",
    "ProductStory",
    "ReleaseStory",
    "Turn",
    "VendorStory",
    "declared_of",
]
