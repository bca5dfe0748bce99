"""The whole market in the memory of each process: what the lists are made from."""

from marketplace.site.market.following import Market, current, recent

__all__ = ["Market", "current", "recent"]
