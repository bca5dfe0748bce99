"""Vendors of drivers, courses and advice."""

from __future__ import annotations

OF_SERVICES: dict[str, str] = {
    "Mossgate NVMe Driver": """
Servers see a volume as if it were a disk of their own, over an ordinary network of 25 Gbit/s.

Snapshots and clones are made inside the array in less than a second. What the driver cannot do
today: a volume that two servers write to at once. It is planned, without a date.
""",
    "Cloud in a Week": """
Monday you meet the login. Friday you pull a disk out of a running cloud and nothing happens, which
is the examination.

## For whom

People who have looked after Linux servers for two years or so. No OpenStack needed.

## What you take home

- the cloud that you built, as a description in files;
- forty pages that are worth reading a second time;
- the trainer's address, for three months.
""",
    "Upgrade Without Fear": """
Two days, one release skipped, and the way back tried *before* the way forward. Each group brings a
copy of its own configuration and leaves with a plan for it.

Twelve people at most, because we look at each configuration beforehand.
""",
    "Upgrade Crew": """
Four of us come with a plan of about thirty pages, and leave it behind. The first week is spent on a
copy of your cloud, the second on the cloud itself, most of it waiting.

We do not upgrade a cloud whose people are not in the room. *It is yours afterwards.*
""",
    "Security Walk": """
Three days, two people, a list of 140 doors. We try each of them and write down which stood open,
with the command that shows it and the one that shuts it.

The report has two parts: a page for those who pay, and the rest for those who mend.
""",
}
