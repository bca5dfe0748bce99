"""Vendors that sell a cloud as software, as a machine, or as a service on the customer's site."""

from __future__ import annotations

OF_PLATFORMS: dict[str, str] = {
    "Havnstack": """
Havnstack is what our own private clouds run on. We release it when we have run it ourselves for
four weeks, with our own customers on top.

The packages, the deployment and the tests are open; what you can buy is somebody who answers at
night. Two customers with their own engineers run it without ever having bought anything, and both
send patches.
""",
    "Brackwater OS": """
Write the image to a disk, start the machine, and it looks for others of its kind on the network.
The first three become controllers; the rest compute.

- **Nothing is installed on top.** The system is read-only; what you change is a layer above it.
- **Going back** takes one restart: the former image stays on the disk until you say otherwise.
- **No internet needed.** All that a cloud pulls lies in the image.

It is made for closed rooms: ships, laboratories, factory floors. Whoever wants to build their own
packages will be happier with something else.
""",
    "Ostrander Edge": """
One case, 14 kg, with handles. Inside are a server, four disks and a battery for twenty minutes;
outside is one network socket. It runs on ships, on building sites and in the back of a lorry.

When the line to the shore comes back, images and volumes that changed are sent home, the smallest
ones first.
""",
    "Umbral Managed": """
You own the machines, we own the night. Our people watch the cloud from three time zones, so that
no one of them has to do it half asleep.

## What is agreed beforehand

Each deed that could stop your servers is on a list: some we do at once, some after a call, some
never. The list is yours and fits on two pages.

## What you see

Every command that we run is written to a log in *your* house before it is carried out.
""",
    "Umbral Core": """
Most clouds are changed less often than their makers think. Core takes one OpenStack release and
keeps it for five years: mends of faults and holes, nothing new.

Not for you if you want the newest features. Made for you if the thing above the cloud was
accepted by somebody with a stamp.
""",
    "Vantreska One": """
A private cloud on your site, in your racks, looked after from our office. We come by car when a
disk fails and by train for anything larger.

We are eleven people and will stay eleven. New customers wait for about two months.
""",
    "Wyrmstack": """
Built every night from the branches of all projects, for people who want to know tomorrow's faults
today. Each build says which changes are new since the last one that passed.

```
wyrm show 0.44 --since 0.43
```

Do not run your shop on it. Run it beside your shop.
""",
    "Lark Private": """
The cloud stands in your cellar and calls us when something is wrong; you hear of it when it has
been mended. If it cannot call, it flashes a lamp, which has been needed once.

A contract runs for a year and ends by itself. We ask whether you want another one; you never have
to cancel.
""",
    "Larkvault": """
One store for one customer, in two places that you choose. Both hold everything; either can burn
down.

Whoever reads an object gets it from the nearer place, checked against the digest it was written
with.
""",
    "Ferrostack": """
Packages for two server systems, kept for three years, and an upgrade path that is tested every
week: from each release to the next, and back, with servers running meanwhile.

## What is in it

Compute, network, volumes, images, identity, load balancing and names. Object storage is left to
others who do it better.

## What we ask of you

Three controllers, and a network that carries large frames. The [planning
sheet](https://ferrowick.example/plan/) says the rest.
""",
    "Rook Appliance": """
A cabinet on wheels with compute, objects and the spare parts for two years. If a disk fails, a
light shows which one, and the new one lies in the drawer below.

The door has a key. Both of them are yours.
""",
}
