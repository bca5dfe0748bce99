"""Which products have which value of each facet: sets of products as the bits of integers.

Read once for the whole market and remembered in each process until something changes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import product as pairs_of

from certification.models import Certificate
from certification.queries import Measurement, every_measurement
from certification.queries.measurements import MET
from certification.queries.proofs import Proof, covered_by, every_proof, newest_measurements
from marketplace.catalogue.models import Product
from marketplace.catalogue.queries import declared_releases
from marketplace.site.measured_choices import CONCERN_GROUPS, WORKS_WITH
from marketplace.site.search.changes import Marks, Remembered

#: Newest evidence within so many days.
FRESH_DAYS = {"30": 30, "90": 90, "365": 365}
Table = Mapping[str, int]
_Sets = defaultdict[str, defaultdict[str, set[int]]]
_Masking = Callable[[Iterable[int]], int]


@dataclass(frozen=True, slots=True)
class Tables:
    """`ids` by bit. `masks` by facet and value; beside the facets `passed` (capabilities measured),
    `covered` (capabilities certified) and `certified_on` (OpenStack releases). `together` is by
    target and assurance: one certificate has both. `numbers` are certificates in force by product.
    They hold until `ends`."""

    ids: tuple[int, ...]
    bits: Mapping[int, int]
    masks: Mapping[str, Table]
    together: Mapping[tuple[str, str], int]
    numbers: Mapping[int, tuple[str, ...]]
    ends: datetime | None

    @property
    def everything(self) -> int:
        return (1 << len(self.ids)) - 1

    def mask_of(self, products: Iterable[int]) -> int:
        return _mask(self.bits, products)

    def of(self, facet: str, value: str) -> int:
        return self.masks.get(facet, {}).get(value, 0)

    def certified_for(self, targets: Iterable[str], assurances: Iterable[str]) -> int:
        """With one certificate that has one of each; nothing means any."""
        wanted, degrees = set(targets), set(assurances)
        mask = 0
        for (target, assurance), products in self.together.items():
            if (not wanted or target in wanted) and (not degrees or assurance in degrees):
                mask |= products
        return mask

    def products_in(self, mask: int) -> list[int]:
        """The ids behind a mask, in order."""
        bits = bin(mask)[:1:-1]
        return [self.ids[at] for at, bit in enumerate(bits) if bit == "1"]


def first_fresh(days: int, now: datetime) -> datetime:
    """Whole days, so that a list does not change from one minute to the next."""
    return datetime(now.year, now.month, now.day, tzinfo=UTC) - timedelta(days=days)


def _mask(bits: Mapping[int, int], products: Iterable[int]) -> int:
    """Bytes first: adding bit after bit to a long integer copies it each time."""
    raw = bytearray(len(bits) // 8 + 1)
    for product in products:
        at = bits.get(product)
        if at is not None:
            raw[at >> 3] |= 1 << (at & 7)
    return int.from_bytes(raw, "little")


def _tables(marks: Marks) -> Tables:
    sets: _Sets = defaultdict(lambda: defaultdict(set))
    everything = _add_products(sets)
    for product, names in declared_releases(Product.objects.all()).items():
        for release in names:
            sets["openstack"][release].add(product)
    proofs = [one for one in every_proof() if one.in_force]
    together = _add_certified(sets, proofs)
    certified = {one.product_id for one in proofs}
    sets["certified"] |= {"yes": certified, "no": everything - certified}
    for one in every_measurement():
        _add_measured(sets, one)
    _add_fresh(sets, proofs, marks.at)
    ids = tuple(sorted(everything))
    bits = {product: at for at, product in enumerate(ids)}
    return Tables(
        ids=ids,
        bits=bits,
        masks={n: {v: _mask(bits, found) for v, found in t.items()} for n, t in sets.items()},
        together={pair: _mask(bits, found) for pair, found in together.items()},
        numbers=_numbers(proofs),
        ends=min((one.valid_until for one in proofs), default=None),
    )


def _add_products(sets: _Sets) -> set[int]:
    rows = Product.objects.values_list(
        "pk", "category", "vendor__slug", "open_source", "regions", "deployment"
    )
    everything = set()
    for product, category, vendor, is_open, regions, deployment in rows:
        everything.add(product)
        sets["category"][category].add(product)
        sets["vendor"][vendor].add(product)
        sets["open_source"]["yes" if is_open else "no"].add(product)
        for region in regions:
            sets["region"][region].add(product)
        for way in deployment:
            sets["deployment"][way].add(product)
    return everything


def _add_certified(sets: _Sets, proofs: list[Proof]) -> dict[tuple[str, str], set[int]]:
    together: defaultdict[tuple[str, str], set[int]] = defaultdict(set)
    covered: defaultdict[tuple[int, str], set[int]] = defaultdict(set)
    for one in proofs:
        together[one.target, one.assurance].add(one.product_id)
        covered[one.guideline_id, one.target].add(one.product_id)
        sets["certified_on"][one.openstack_release].add(one.product_id)
    for pair, what in covered_by(covered).items():
        for capability in what.capabilities:
            sets["covered"][capability] |= covered[pair]
    return together


def _add_measured(sets: _Sets, one: Measurement) -> None:
    product = one.product_id
    sets["level"][one.level].add(product)
    sets["evidence"][one.evidence].add(product)
    for facet, values in (
        ("integrates", one.services),
        ("tried", one.tried),
        ("passed", one.passed),
    ):
        for value in values:
            sets[facet][value].add(product)
    for value, (_, capability) in WORKS_WITH.items():
        if capability in one.passed:
            sets["works"][value].add(product)
    for concern, mode in one.concerns.items():
        if mode in MET:
            sets["without"][concern].add(product)
    for value, concerns in CONCERN_GROUPS.items():
        if one.is_without_own(concerns):
            sets["without"][value].add(product)


def _add_fresh(sets: _Sets, proofs: list[Proof], now: datetime) -> None:
    newest = newest_measurements()
    for one in proofs:
        known = newest.get(one.product_id)
        newest[one.product_id] = max(known or one.evidence_at, one.evidence_at)
    for (value, days), (product, at) in pairs_of(FRESH_DAYS.items(), newest.items()):
        if at >= first_fresh(days, now):
            sets["fresh"][value].add(product)


def _numbers(proofs: list[Proof]) -> dict[int, tuple[str, ...]]:
    found: defaultdict[int, list[str]] = defaultdict(list)
    for one in proofs:
        found[one.product_id].append(one.number)
    return {product: tuple(sorted(numbers)) for product, numbers in found.items()}


def assurances_from(least: str) -> list[str]:
    """That degree and those above it, in the order of the words."""
    degrees = list(Certificate.Assurance.values)
    return degrees[degrees.index(least) :]


#: What is fresh changes with the day, certificates end by themselves.
tables = Remembered(
    _tables,
    key=lambda marks: (marks.database, marks.products, marks.standing, marks.at.date()),
    ends=lambda found: found.ends,
)
