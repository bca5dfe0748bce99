"""Statements that PostgreSQL plans once for each connection, not anew for each request."""

from __future__ import annotations

import itertools
import re
import threading
import weakref
from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper


class _Prepared(threading.local):
    """What is prepared on this thread's connection; a new connection knows nothing."""

    def __init__(self) -> None:
        self._on: weakref.ref[Any] | None = None
        self._names: set[str] = set()

    def names(self, raw: Any) -> set[str]:
        """Of the statements prepared on `raw`, to be added to."""
        if self._on is None or self._on() is not raw:
            self._on, self._names = weakref.ref(raw), set()
        return self._names


_prepared = _Prepared()


class Statement:
    """One statement with a `%s` for each of its values and no other per cent sign. `name` is unique
    in the service. PostgreSQL has to see from the statement what type each value has."""

    def __init__(self, name: str, text: str) -> None:
        places = itertools.count(1)
        numbered = re.sub("%s", lambda _: f"${next(places)}", text)
        values = ", ".join(["%s"] * (next(places) - 1))
        self._name = name
        self._prepare = f"PREPARE {name} AS {numbered}"
        self._execute = f"EXECUTE {name} ({values})" if values else f"EXECUTE {name}"

    def run(self, cursor: CursorWrapper, values: Sequence[Any] = (), *, after: str = "") -> None:
        """`after` is sent before it in the same message, and its values stand before the others;
        the cursor then gives what this statement gave."""
        names = _prepared.names(connection.connection)
        if self._name not in names:
            with connection.wrap_database_errors, connection.connection.cursor() as raw:
                raw.execute(self._prepare)
            names.add(self._name)
        cursor.execute(after + self._execute, values)
