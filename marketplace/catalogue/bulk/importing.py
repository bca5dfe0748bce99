"""Listing vendors, products and releases in bulk: all of them or none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db import IntegrityError, models, transaction
from django.utils.text import slugify

from marketplace.catalogue import audit
from marketplace.catalogue.bulk.rows import Fault, ListedRow, RawRow, read_row
from marketplace.catalogue.models import Product, ProductRelease, Vendor

#: Facts about which the rows of one import may not contradict each other.
_VENDOR_FACTS = ("vendor", "vendor_website")
_PRODUCT_FACTS = ("product", "category", "sentence", "website", "open_source")
_RELEASE_FACTS = ("released_on", "openstack_releases")


class CatalogueImportRefused(ValueError):
    """At least one row is wrong; nothing was imported. `faults` names each."""

    code = "import-refused"

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(f"{len(faults)} fault{'s'[: len(faults) != 1]}. Nothing changed.")
        self.faults = tuple(faults)


@dataclass(slots=True)
class Imported:
    """How many of each kind are new, how many were here already, and the rows left out."""

    created: Counter[str] = field(default_factory=Counter)
    known: Counter[str] = field(default_factory=Counter)
    faults: list[Fault] = field(default_factory=list)


def import_catalogue(
    *,
    rows: Iterable[RawRow],
    actor: str,
    skip_invalid: bool = False,
    dry_run: bool = False,
) -> Imported:
    """What is here already stays as it is: its vendor may have described it since. `dry_run` does
    all and takes it back. Raises CatalogueImportRefused."""
    found, faults = _checked(rows)
    if faults and not skip_invalid:
        raise CatalogueImportRefused(faults)
    imported = Imported(faults=faults)
    try:
        with transaction.atomic():
            _store(found, actor, imported)
            if dry_run:
                transaction.set_rollback(True)
    except IntegrityError:
        text = "Somebody listed the same thing meanwhile. Run the import again."
        raise CatalogueImportRefused([Fault("database", "", "changed-meanwhile", text)]) from None
    return imported


def _checked(rows: Iterable[RawRow]) -> tuple[list[ListedRow], list[Fault]]:
    found, faults = [], []
    first: dict[tuple[str, ...], ListedRow] = {}
    for raw in rows:
        row, wrong = read_row(raw)
        if row is not None:
            wrong = _contradictions(row, first)
        faults += wrong
        if row is not None and not wrong:
            found.append(row)
    return found, faults


def _contradictions(row: ListedRow, first: dict[tuple[str, ...], ListedRow]) -> list[Fault]:
    """Where the row says something else of the same thing than a row before it."""
    keys: dict[tuple[str, ...], tuple[str, ...]] = {("vendor", row.vendor_slug): _VENDOR_FACTS}
    if row.product:
        keys["product", row.vendor_slug, row.product_slug] = _PRODUCT_FACTS
    if row.version:
        keys["release", row.vendor_slug, row.product_slug, row.version] = _RELEASE_FACTS
    faults = []
    for key, facts in keys.items():
        before = first.setdefault(key, row)
        for name in facts:
            if getattr(before, name) != getattr(row, name):
                text = f"{before.place} says otherwise of the same {key[0]}."
                faults.append(Fault(row.place, name, "contradiction", text))
    return faults


def _store(rows: Iterable[ListedRow], actor: str, imported: Imported) -> None:
    shelf = _Shelf(actor, imported)
    for row in rows:
        vendor = shelf.vendor(row)
        if row.product:
            product = shelf.product(row, vendor)
            if row.version:
                shelf.release(row, product)


@dataclass(slots=True)
class _Shelf:
    """What is here, read once; what a row adds, with its event."""

    actor: str
    imported: Imported
    vendors: dict[str, Vendor] = field(default_factory=dict)
    products: dict[tuple[int, str], Product] = field(default_factory=dict)
    releases: set[tuple[int, str]] = field(default_factory=set)
    met: set[tuple[str, int]] = field(default_factory=set)

    def __post_init__(self) -> None:
        # A vendor is known by either; the address may be older than the name.
        for vendor in Vendor.objects.all():
            self.vendors |= {slugify(vendor.name)[:60]: vendor, vendor.slug: vendor}
        self.products = {(one.vendor_id, one.slug): one for one in Product.objects.all()}
        rows = ProductRelease.objects.values_list("product_id", "version")
        self.releases = set(rows)

    def vendor(self, row: ListedRow) -> Vendor:
        found = self.vendors.get(row.vendor_slug)
        if found is None:
            found = Vendor.objects.create(
                slug=row.vendor_slug, name=row.vendor, website=row.vendor_website
            )
            self.vendors[row.vendor_slug] = found
            self._note_new("vendor.created", found, "vendors")
        else:
            self._note_known(found, "vendors")
        return found

    def product(self, row: ListedRow, vendor: Vendor) -> Product:
        key = (vendor.pk, row.product_slug)
        found = self.products.get(key)
        if found is None:
            found = Product.objects.create(
                vendor=vendor,
                slug=row.product_slug,
                name=row.product,
                category=row.category,
                sentence=row.sentence,
                website=row.website,
                open_source=row.open_source,
            )
            self.products[key] = found
            self._note_new("product.created", found, "products", category=row.category)
        else:
            self._note_known(found, "products")
        return found

    def release(self, row: ListedRow, product: Product) -> None:
        if (product.pk, row.version) in self.releases:
            self.imported.known["releases"] += 1
            return
        made = ProductRelease.objects.create(
            product=product,
            version=row.version,
            released_on=row.released_on,
            openstack_releases=list(row.openstack_releases),
        )
        self.releases.add((product.pk, row.version))
        self._note_new("release.created", made, "releases", version=row.version)

    def _note_new(self, verb: str, made: models.Model, kind: str, **facts: str) -> None:
        self.met.add((kind, made.pk))
        self.imported.created[kind] += 1
        audit.record(verb, made, actor=self.actor, imported=True, **facts)

    def _note_known(self, found: models.Model, kind: str) -> None:
        """Counted once, however many rows name it."""
        if (kind, found.pk) not in self.met:
            self.met.add((kind, found.pk))
            self.imported.known[kind] += 1
