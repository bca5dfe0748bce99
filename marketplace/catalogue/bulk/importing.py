"""Listing vendors, products and releases in bulk: all of them or none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence, Sized
from dataclasses import dataclass, field

from django.db import IntegrityError, transaction
from django.utils.text import slugify

from marketplace.catalogue import audit
from marketplace.catalogue.bulk.rows import read_row
from marketplace.catalogue.bulk.shapes import Fault, ListedRow, RawRow
from marketplace.catalogue.editions import first_editions
from marketplace.catalogue.models import Product, ProductRelease, Vendor

BATCH = 1000
#: Facts about which the rows of one import may not contradict each other.
_VENDOR_FACTS = ("vendor", "vendor_website")
_PRODUCT_FACTS = (
    *("product", "category", "sentence", "website", "open_source"),
    *("regions", "deployment", "facts"),
)
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


def _store(rows: Sequence[ListedRow], actor: str, imported: Imported) -> None:
    """Kind after kind, each in few statements: a release needs its product, that its vendor."""
    vendors = _vendors(rows, actor, imported)
    named = [(vendors[row.vendor_slug], row) for row in rows if row.product]
    products = _products(named, actor, imported)
    versions = [(products[v.pk, row.product_slug], row) for v, row in named if row.version]
    _releases(versions, actor, imported)


def _vendors(rows: Iterable[ListedRow], actor: str, imported: Imported) -> dict[str, Vendor]:
    """By the address that the name gives. One that is here may have an older address."""
    here: dict[str, Vendor] = {}
    for vendor in Vendor.objects.all():
        here |= {slugify(vendor.name)[:60]: vendor, vendor.slug: vendor}
    wanted = {row.vendor_slug: row for row in rows}
    new = [
        Vendor(slug=slug, name=row.vendor, website=row.vendor_website)
        for slug, row in wanted.items()
        if slug not in here
    ]
    _count(imported, "vendors", wanted, new)
    made = Vendor.objects.bulk_create(new, batch_size=BATCH)
    audit.record_each("vendor.created", ((one, {"imported": True}) for one in made), actor=actor)
    return here | {one.slug: one for one in made}


def _products(
    rows: Iterable[tuple[Vendor, ListedRow]], actor: str, imported: Imported
) -> dict[tuple[int, str], Product]:
    """By vendor and address."""
    here = {(one.vendor_id, one.slug): one for one in Product.objects.all()}
    wanted = {(vendor.pk, row.product_slug): (vendor, row) for vendor, row in rows}
    new = [
        Product(
            vendor=vendor,
            slug=row.product_slug,
            name=row.product,
            category=row.category,
            sentence=row.sentence,
            website=row.website,
            open_source=row.open_source,
            regions=list(row.regions),
            deployment=list(row.deployment),
            facts=row.facts,
        )
        for key, (vendor, row) in wanted.items()
        if key not in here
    ]
    _count(imported, "products", wanted, new)
    made = Product.objects.bulk_create(new, batch_size=BATCH)
    first_editions(made, by=None)
    facts = ((one, {"imported": True, "category": one.category}) for one in made)
    audit.record_each("product.created", facts, actor=actor)
    return here | {(one.vendor_id, one.slug): one for one in made}


def _releases(rows: Iterable[tuple[Product, ListedRow]], actor: str, imported: Imported) -> None:
    here = set(ProductRelease.objects.values_list("product_id", "version"))
    wanted = {(product.pk, row.version): (product, row) for product, row in rows}
    new = [
        ProductRelease(
            product=product,
            version=row.version,
            released_on=row.released_on,
            openstack_releases=list(row.openstack_releases),
        )
        for key, (product, row) in wanted.items()
        if key not in here
    ]
    _count(imported, "releases", wanted, new)
    made = ProductRelease.objects.bulk_create(new, batch_size=BATCH)
    facts = ((one, {"imported": True, "version": one.version}) for one in made)
    audit.record_each("release.created", facts, actor=actor)


def _count(imported: Imported, kind: str, wanted: Sized, new: Sized) -> None:
    imported.created[kind] += len(new)
    imported.known[kind] += len(wanted) - len(new)
