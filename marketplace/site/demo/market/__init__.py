"""The invented market of the demo: no vendor, product or cloud in it exists."""

from marketplace.site.demo.market.clouds import CLOUD_VENDORS
from marketplace.site.demo.market.declared import Declaration, declared_of
from marketplace.site.demo.market.platforms import PLATFORM_VENDORS
from marketplace.site.demo.market.services import SERVICE_VENDORS
from marketplace.site.demo.market.story import (
    AppealStory,
    Attempt,
    IntegrationStory,
    KitRun,
    Market,
    Outcome,
    ProductStory,
    ReleaseStory,
    Said,
    Turn,
    VendorStory,
)
from marketplace.site.demo.market.told import look_of, story_of
from marketplace.site.demo.market.tools import TOOL_VENDORS

MARKET = Market(CLOUD_VENDORS + PLATFORM_VENDORS + TOOL_VENDORS + SERVICE_VENDORS)

__all__ = [
    "MARKET",
    "AppealStory",
    "Attempt",
    "Declaration",
    "IntegrationStory",
    "KitRun",
    "Market",
    "Outcome",
    "ProductStory",
    "ReleaseStory",
    "Said",
    "Turn",
    "VendorStory",
    "declared_of",
    "look_of",
    "story_of",
]
