"""Products that were listed before there were editions get their first by the migration."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.db import connection, transaction

from marketplace.catalogue import audit
from marketplace.catalogue.declared import declared_of
from marketplace.catalogue.edition_history import edition_lines, origins_of
from marketplace.catalogue.models import AuditEvent, Product, User, Vendor
from tests.factories import person, vendor

pytestmark = pytest.mark.django_db
MIGRATION = import_module("marketplace.catalogue.migrations.0011_product_editions")


def listed(name: str, of: Vendor, *deeds: tuple[str, User | None]) -> Product:
    """As before there were editions."""
    with transaction.atomic():
        made = Product.objects.create(
            vendor=of,
            slug=name.lower(),
            name=name,
            category="backup",
            sentence=f"{name} keeps it.",
            website="https://kelp.example",
            open_source=True,
            regions=["europe"],
            deployment=["client"],
            facts={"licence": "mit"},
            story="# Why",
            logo="0" * 64,
        )
        for verb, by in deeds:
            actor = audit.actor_of(by) if by else audit.SYSTEM
            audit.record(verb, made, actor=actor)
    return made


def test_each_says_what_its_row_says_and_who_said_so_last() -> None:
    ann, bob, kelp = person("Ann"), person("Bob"), vendor("Kelp")
    changed = listed("Changed", kelp, ("product.created", ann), ("product.edited", bob))
    listed("Imported", kelp, ("product.created", None))
    listed("Bare", kelp)
    with connection.cursor() as cursor:
        cursor.execute(MIGRATION.FIRST_EDITIONS)
    found = {}
    for product in Product.objects.all():
        [line] = edition_lines(product)
        edition = line.edition
        assert (edition.number, edition.status) == (1, "published")
        assert edition.content == declared_of(product)
        assert origins_of(product)["facts.licence"].number == 1
        found[product.name] = (edition.published_by, edition.edited_by)
    assert found == {"Changed": (bob, bob), "Imported": (None, None), "Bare": (None, None)}
    last = AuditEvent.objects.filter(object_id=str(changed.pk)).latest("pk")
    assert changed.editions.get().published_at == last.at
