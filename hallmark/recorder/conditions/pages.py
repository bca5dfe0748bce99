"""A cloud that gives two items at a time: `small-pages`."""

from __future__ import annotations

from hallmark.recorder.asked import Asked, OwnAnswer
from hallmark.recorder.conditions.condition import Treatment

PAGE_ITEMS = 2

#: Lists whose service takes a limit and links to the next page. Identity, placement and the object
#: store are left alone: the first two give no pages, and a short list there means the end to many
#: clients, with no link that says otherwise.
_LISTS = {
    "compute": ("/servers", "/servers/detail", "/flavors", "/flavors/detail"),
    "block-storage": (
        "/volumes",
        "/volumes/detail",
        "/snapshots",
        "/snapshots/detail",
        "/backups",
        "/backups/detail",
    ),
    "image": ("/images",),
    "network": (
        "/networks",
        "/subnets",
        "/ports",
        "/routers",
        "/floatingips",
        "/security-groups",
        "/security-group-rules",
        "/subnetpools",
    ),
    "load-balancer": ("/lbaas/loadbalancers", "/lbaas/listeners", "/lbaas/pools"),
    "dns": ("/zones", "/zones/{id}/recordsets"),
}


class SmallPages(Treatment):
    """Lowers `limit` to two on list calls, or adds it. The cloud makes the pages and their links
    itself; nothing else of the query changes."""

    def on_request(self, asked: Asked) -> OwnAnswer | None:
        if asked.method != "GET" or asked.place.path not in _LISTS.get(asked.service, ()):
            return None
        kept = []
        for part in asked.query.split("&") if asked.query else []:
            name, _, value = part.partition("=")
            if name != "limit":
                kept.append(part)
            elif value in ("1", "2"):
                return None
        query = "&".join([*kept, f"limit={PAGE_ITEMS}"])
        asked.target = f"{asked.path}?{query}".encode("latin-1")
        return None
