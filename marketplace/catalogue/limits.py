"""How often somebody may do something within an hour (trust.md S24).

Counted in the database, which every such deed needs anyway: where nothing can be counted, nothing
is done.
"""

from __future__ import annotations

import ipaddress
from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone

from marketplace.catalogue.models import HourlyCount
from marketplace.catalogue.prepared import Statement
from marketplace.catalogue.refusals import CatalogueRefused

KEPT_HOURS = 24
#: A count may be lost with the machine's power: it does not wait for the disk.
_COUNT_ONE = Statement(
    "count_one",
    """
    INSERT INTO catalogue_hourlycount (deed, who, hour, times)
    SELECT %s, %s, date_trunc('hour', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC', 1
    FROM set_config('synchronous_commit', 'off', true)
    ON CONFLICT (deed, who, hour) DO UPDATE SET times = catalogue_hourlycount.times + 1
    RETURNING times, hour
    """,
)


class TooMany(CatalogueRefused):
    """`retry_after_s`: seconds until the next hour begins."""

    def __init__(self, message: str, retry_after_s: int) -> None:
        super().__init__("too-many", message)
        self.retry_after_s = retry_after_s


def count_one(*, deed: str, who: str, most: int) -> None:
    """Count one more of this deed. Raises TooMany beyond `most` within an hour of the clock.

    The first of an hour forgets what is older than a day, so the table stays small by itself.
    """
    with connection.cursor() as cursor:
        _COUNT_ONE.run(cursor, [deed, who[:80]])
        times, hour = cursor.fetchone()
    if times > most:
        raise TooMany(
            f"That was tried more than {most} times within an hour. Wait, then try again.",
            _seconds_left(hour),
        )
    if times == 1:
        HourlyCount.objects.filter(hour__lt=hour - timedelta(hours=KEPT_HOURS)).delete()


def network_of(address: str) -> str:
    """What counts as one caller: an IPv4 address, or the /64 that an IPv6 customer is given."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is None:
            return str(ipaddress.ip_network((found, 64), strict=False))
        return str(found.ipv4_mapped)
    return str(found)


def _seconds_left(hour: datetime) -> int:
    left = hour + timedelta(hours=1) - timezone.now()
    return max(1, int(left.total_seconds()))
