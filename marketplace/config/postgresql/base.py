"""Django's PostgreSQL, with a check of kept connections that costs no statement.

Django asks `SELECT 1` in every request before it trusts a connection of an earlier one. A server
that ended it, or was killed, has closed the socket, and that can be seen without asking. Where the
network swallows a connection without a word, the first statement fails, as it may at any time.
"""

from __future__ import annotations

import select

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    def is_usable(self) -> bool:
        """After an error, or where the server has said something unasked, Django's own check."""
        return (not self.errors_occurred and self._is_quiet()) or bool(super().is_usable())

    def _is_quiet(self) -> bool:
        """Nothing to read: neither an end nor a last word."""
        raw = self.connection
        if raw is None or raw.closed:
            return False
        socket = select.poll()
        socket.register(raw.fileno(), select.POLLIN)
        return not socket.poll(0)
