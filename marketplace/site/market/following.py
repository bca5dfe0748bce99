"""The market as it stands, kept in each process and brought up to date product by product."""

from __future__ import annotations

import logging
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from threading import Lock, Thread
from time import monotonic

import numpy as np
from django.db import connection
from numpy.typing import NDArray
from pyroaring import BitMap

from marketplace.site.facet_tables import Tables
from marketplace.site.market.changes import CHANGED_MOST, Changes, changes_since
from marketplace.site.market.column import Column
from marketplace.site.market.reading import Told, decoded, told_of
from marketplace.site.market.terms import Entry
from marketplace.site.market.word_index import WordIndex, Words

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Market:
    """Never changed once made: who reads it may go on while others have a newer one.

    `names` and `rows` by product; a row is what programs get of it, as JSON. `by_name` are the
    products in the order of their names. `entries` are those of the products that changed since the
    large index was made. `mark` is the database's word for what was read. `counted` is how many
    products each choice has, by facet, once somebody has asked.
    """

    tables: Tables
    words: Words
    vendors: Column
    names: dict[int, str]
    rows: dict[int, bytes]
    by_name: array[int]
    issued: dict[int, datetime]
    ends: dict[int, datetime]
    entries: dict[int, tuple[Entry, ...]]
    mark: str = ""
    counted: dict[str, dict[str, int]] = field(init=False, default_factory=dict)

    @property
    def version(self) -> str:
        """Differs after each change, each end of a certificate and each day; the same in each
        process."""
        return f"{self.mark} {self.first_end} {self.tables.day}"

    @classmethod
    def of(cls, told: Iterable[Told], day: date) -> Market:
        names: dict[int, str] = {}
        rows: dict[int, bytes] = {}
        issued: dict[int, datetime] = {}
        ends: dict[int, datetime] = {}
        vendors: list[tuple[int, str, str]] = []
        known: dict[tuple[str, str], tuple[str, str]] = {}
        tables = Tables.filling(day)

        def entries() -> Iterable[tuple[int, tuple[Entry, ...]]]:
            for one in told:
                names[one.product_id] = one.name
                rows[one.product_id] = one.row
                vendors.append((one.product_id, *known.setdefault(one.vendor, one.vendor)))
                _dated(one, issued, ends)
                tables.add(one.product_id, one.values)
                yield one.product_id, one.entries

        index = WordIndex(entries())
        by_name = array("I", sorted(names, key=lambda product: (names[product], product)))
        words = Words(index, WordIndex(()), BitMap())
        column = Column.made_of(vendors)
        return cls(tables.filled(), words, column, names, rows, by_name, issued, ends, {})

    def with_changed(self, products: Iterable[int], told: Iterable[Told], day: date) -> Market:
        """`told` are those of the products that are still there."""
        left = BitMap(products)
        new = list(told)
        names, rows, by_name = dict(self.names), dict(self.rows), self.by_name[:]
        issued, ends, entries = dict(self.issued), dict(self.ends), dict(self.entries)
        for product in left:
            if product in names:
                by_name.pop(_place(by_name, names, product))
            for known in (names, rows, issued, ends, entries):
                known.pop(product, None)
        for one in new:
            names[one.product_id] = one.name
            rows[one.product_id] = one.row
            by_name.insert(_place(by_name, names, one.product_id), one.product_id)
            _dated(one, issued, ends)
            entries[one.product_id] = one.entries
        changed = self.words.changed | left
        return Market(
            tables=self.tables.with_changed(
                left, [(one.product_id, one.values) for one in new], day
            ),
            words=Words(self.words.large, WordIndex(sorted(entries.items())), changed),
            vendors=self.vendors.with_changed(left, [(one.product_id, *one.vendor) for one in new]),
            names=names,
            rows=rows,
            by_name=by_name,
            issued=issued,
            ends=ends,
            entries=entries,
            mark=self.mark,
        )

    def on(self, day: date) -> Market:
        """What is fresh changes with the day."""
        return self if day == self.tables.day else replace(self, tables=self.tables.on(day))

    def ended(self, at: datetime) -> frozenset[int]:
        """Products of which a certificate has ended by itself."""
        if self.first_end is None or at < self.first_end:
            return frozenset()
        return frozenset(product for product, end in self.ends.items() if end <= at)

    @cached_property
    def first_end(self) -> datetime | None:
        return min(self.ends.values(), default=None)

    def counts(self, facet: str, table: Mapping[str, BitMap]) -> dict[str, int]:
        """Number of products by choice, of the whole market."""
        if facet not in self.counted:
            self.counted[facet] = {value: len(mask) for value, mask in table.items()}
        return self.counted[facet]

    def certificates_of(self, product: int) -> tuple[str, ...]:
        """The numbers of those in force; none of a product that is not known."""
        row = self.rows.get(product)
        return tuple(decoded(row).certificates_in_force) if row else ()

    def in_order(self, products: BitMap) -> list[int]:
        """By their names."""
        found = np.array(products.to_array(), np.uint32)
        ordered: list[int] = found[np.argsort(self._places[found])].tolist()
        return ordered

    @cached_property
    def newest(self) -> list[int]:
        """The certified products, the newest certificate first."""
        products = np.fromiter(self.issued, np.uint32, len(self.issued))
        issued = (-one.timestamp() for one in self.issued.values())
        when = np.fromiter(issued, np.float64, len(self.issued))
        ordered: list[int] = products[np.lexsort((self._places[products], when))].tolist()
        return ordered

    @cached_property
    def _places(self) -> NDArray[np.uint32]:
        """The place of each product in the order of the names, by its id."""
        ordered = np.array(self.by_name, np.uint32)
        places = np.zeros(int(ordered.max(initial=0)) + 1, np.uint32)
        places[ordered] = np.arange(len(ordered), dtype=np.uint32)
        return places


def _dated(one: Told, issued: dict[int, datetime], ends: dict[int, datetime]) -> None:
    if one.issued_at is not None:
        issued[one.product_id] = one.issued_at
    if one.ends is not None:
        ends[one.product_id] = one.ends


def _place(by_name: array[int], names: dict[int, str], product: int) -> int:
    wanted = (names[product], product)
    return bisect_left(by_name, wanted, key=lambda other: (names[other], other))


@dataclass(frozen=True, slots=True)
class _Kept:
    market: Market
    snapshot: str
    database: str
    read_at: datetime


class Following:
    """One market for the process, which follows what the database notes of changes.

    A few changed products are read by whoever asks next. After very many the market is read anew
    beside the requests, which go on with the one before.
    """

    #: The database forgets what changed after a day.
    TRUSTED_S = 20 * 3600
    RECENT_S = 1.0
    #: Known anew so often, so that little lies between.
    NOTED_S = 60

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: _Kept | None = None
        self._own: tuple[tuple[str, int], Market] | None = None
        self._renewing: Thread | None = None
        self._asked_at = float("-inf")

    def get(self) -> Market:
        while True:
            kept = self._kept
            changes = changes_since(kept.snapshot if kept else None)
            if changes.own is not None:
                return self._of_transaction(kept, changes, changes.own)
            if kept is None or kept.database != changes.database:
                found = self._first(kept)
            else:
                found = self._next(kept, changes)
            if found is not None:
                return found.on(changes.at.date())

    def recent(self) -> Market:
        """What was looked at within RECENT_S; never so within a transaction."""
        kept = self._kept
        fresh = monotonic() - self._asked_at < self.RECENT_S
        if kept is None or not fresh or connection.in_atomic_block:
            asked_at = monotonic()
            market = self.get()
            self._asked_at = asked_at
            return market
        return kept.market

    def _of_transaction(self, kept: _Kept | None, changes: Changes, own: int) -> Market:
        """What the running transaction has changed is nobody else's to see. Previews ask for it:
        what is kept is changed by it, where that can be."""
        key = (changes.database, own)
        if self._own is None or self._own[0] != key:
            day, changed = changes.at.date(), changes.products
            if kept is None or changed is None or not self._is_trusted(kept, changes):
                found = Market.of(told_of(), day)
            else:
                found = kept.market.with_changed(changed, told_of(changed), day)
            self._own = (key, replace(found, mark=f"own {key}"))
        market = self._own[1]
        if ended := market.ended(changes.at):
            market = market.with_changed(ended, told_of(ended), changes.at.date())
        return market

    def _first(self, before: _Kept | None) -> Market | None:
        with self._lock:
            if self._kept is not before:
                return None
            self._kept = _read()
            return self._kept.market

    def _next(self, kept: _Kept, changes: Changes) -> Market | None:
        """None where another thread was faster."""
        age_s = (changes.at - kept.read_at).total_seconds()
        if changes.products is None or not self._is_trusted(kept, changes):
            self._renew(kept)
            return kept.market
        changed = changes.products | kept.market.ended(changes.at)
        is_marked = changes.version == kept.market.mark
        if not changed and is_marked and age_s < self.NOTED_S:
            return kept.market
        with self._lock:
            if self._kept is not kept:
                return None
            market = kept.market
            if changed:
                market = market.with_changed(changed, told_of(changed), changes.at.date())
            market = market if is_marked else replace(market, mark=changes.version)
            noted = _Kept(market, changes.snapshot, changes.database, changes.at)
            self._kept = noted
        if len(market.words.changed) > CHANGED_MOST:
            self._renew(noted)
        return market

    def _is_trusted(self, kept: _Kept, changes: Changes) -> bool:
        age_s = (changes.at - kept.read_at).total_seconds()
        return kept.database == changes.database and age_s <= self.TRUSTED_S

    def _renew(self, kept: _Kept) -> None:
        """In a thread of its own, one at a time."""
        with self._lock:
            if self._kept is not kept or (self._renewing and self._renewing.is_alive()):
                return
            self._renewing = Thread(target=self._renewed, daemon=True, name="market")
            self._renewing.start()

    def _renewed(self) -> None:
        try:
            found = _read()
            with self._lock:
                self._kept = found
        except Exception:
            logger.exception("the market could not be read anew; it is tried with the next request")
        finally:
            connection.close()


def _read() -> _Kept:
    changes = changes_since(None)
    market = replace(Market.of(told_of(), changes.at.date()), mark=changes.version)
    return _Kept(market, changes.snapshot, changes.database, changes.at)


_following = Following()


def current() -> Market:
    """With every change that was committed before; after more than CHANGED_MOST at once, that of
    the seconds before."""
    return _following.get()


def recent() -> Market:
    """As `current`, at most a second old: for what programs ask for again and again."""
    return _following.recent()


def forget() -> None:
    """As after a start."""
    global _following  # noqa: PLW0603 - one for the process, replaced as a whole
    _following = Following()


def warm() -> None:
    """Read the market before anybody asks for it; for a thread of its own."""
    try:
        current()
    except Exception:
        logger.exception("the market could not be read yet; the first request tries again")
    finally:
        connection.close()
