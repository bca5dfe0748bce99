"""Vendors that run clouds for others."""

from __future__ import annotations

OF_CLOUDS: dict[str, str] = {
    "Kelpline Public Cloud": """
Kelpline runs two data centres on the same stretch of coast, 40 km apart and joined by fibre that
nobody else uses. You choose the zone for each server; volumes and networks stay in the zone in
which they were made, object storage spans both.

## What you pay for

- servers by the second, from the moment they start until you delete them;
- volumes and objects by the gigabyte and hour;
- nothing for traffic between the two zones, and nothing for incoming traffic.

## What we do not do

There is no managed database and no queue. We would rather do four things well. Upgrades of the
cloud happen twice a year, one zone at a time, and are announced **six weeks ahead**.
""",
    "Kelpline Objects": """
The object store of our public cloud, sold by itself. Many of our customers keep nothing but
archives and static sites with us, and asked for a price list without servers.

Each object lies on three disks in two buildings. Containers can be served as web sites, with a
certificate of your own, and old versions are kept as long as you say.
""",
    "Reedbed Cloud": """
A cloud for the region, with one price for each size of server and no discounts to haggle about.
Our staff sits in the building where the machines are.

We publish the load of each zone every hour. *If a zone is more than three quarters full, we stop
taking new projects in it* until there is more room.
""",
    "Skarnhavn Private": """
Your cloud has its own controllers, its own racks and its own lock on the door. What it shares with
the neighbours is the fjord that cools it: the water enters at 8 degrees and leaves at 14.

We hand over a cloud six weeks after the order. Until then you can work on a small one that behaves
the same, with fewer machines.

> A move into another building means new cables, never new addresses: the network of a customer
> follows the customer.
""",
    "Lockhouse": """
Hospitals must be able to say where each record lies and who can read it. Lockhouse answers both
with one page for each ward, printed if need be.

1. Volumes are encrypted, with keys that never leave the customer's own key manager.
2. Each login of ours is asked for, granted for an hour, and shown to you while it lasts.
3. If you take the keys away, we hold noise.

We speak the language of data protection officers, because two of us used to be some.
""",
    "Marrowstone": """
Four regions with the same services, the same sizes and the same prices. A description of your
servers that works in one works in all of them; we test that each night and show the result.

Traffic between regions is free, so a second copy in another region costs its disks and nothing
else.

### Where we are slow

New OpenStack releases come to the first region three months after they appear, and to the last
one a quarter later.
""",
    "Halcyra Cloud": """
Twenty-three turbines stand on the ridge above our data centre. On most days they make more than we
use; on the others we buy from the grid and say so on the bill, hour by hour.

Loads that can wait may say so: a server with the property `when-windy` is cheaper, and starts when
there is wind.
""",
    "Halcyra Buckets": """
Objects in one region, on purpose. Some customers must not let data cross a border; a store that
has no second region cannot do it by mistake.

Write with the Swift API or with the S3 API; the same object is seen by both.
""",
}
