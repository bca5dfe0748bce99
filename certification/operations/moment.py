"""When a deed happens: by the database's clock; the demo loader alone names another time."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import connection

from marketplace.catalogue.past import past


class MomentRefused(RuntimeError):
    code = "moment-refused"


def moment(at: datetime | None) -> datetime:
    """The database's time, or `at` in a trial. Raises MomentRefused in production."""
    at = at or past()
    if at is None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT statement_timestamp()")
            now: datetime = cursor.fetchone()[0]
        return now
    if settings.PRODUCTION:
        raise MomentRefused("Past dates are for the demo catalogue alone.")
    return at
