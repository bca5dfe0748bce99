"""Django's PostgreSQL, with a check of kept connections that costs a busy one no statement.

Django asks `SELECT 1` in every request before it trusts a connection of an earlier one. A server
that ended it, or was killed, has closed the socket, and that can be seen without asking. What
cannot be seen is a network that forgot the connection without a word: firewalls do that to idle
ones, so one that rested is asked after all (docs/adr/0007-kept-connections.md).
"""

from __future__ import annotations

import select
import time

from django.db.backends.postgresql import base

#: Well below what firewalls and address translators grant an idle connection.
RESTED_S = 30.0


class DatabaseWrapper(base.DatabaseWrapper):
    #: By the monotonic clock; nobody looked at a new one yet.
    _looked_at = -RESTED_S

    def is_usable(self) -> bool:
        """Django's own check after an error, after a rest, and where the server has said something
        unasked."""
        now = time.monotonic()
        rested, self._looked_at = now - self._looked_at >= RESTED_S, now
        if not rested and not self.errors_occurred and self._is_quiet():
            return True
        return bool(super().is_usable())

    def _is_quiet(self) -> bool:
        """Nothing to read: neither an end nor a last word."""
        raw = self.connection
        if raw is None or raw.closed:
            return False
        socket = select.poll()
        socket.register(raw.fileno(), select.POLLIN)
        return not socket.poll(0)
