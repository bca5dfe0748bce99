"""Text search over the market, remembered in each process until something changes."""

from marketplace.site.search.finding import Found, find, find_near

__all__ = ["Found", "find", "find_near"]
