"""A picture goes a week after the last thing that named it; nothing that is named ever goes."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from django.core.files.storage import storages

from certification.models import QueueEntry
from certification.queue import enqueue
from marketplace.catalogue.declared import declared_of
from marketplace.catalogue.editions import discard_draft, publish_draft, save_draft
from marketplace.catalogue.forgotten_pictures import KEPT_DAYS, delete_forgotten_pictures
from marketplace.catalogue.models import Category
from marketplace.catalogue.pictures import PictureGone, read_picture, redraw, store_picture
from marketplace.catalogue.products import create_product
from tests.catalogue.pictures import picture
from tests.factories import person, vendor, work_off

pytestmark = pytest.mark.django_db
DAY_S = 86_400


def age(sha256: str, days: float) -> None:
    """As if it had been stored so many days ago. No operation does that: time does."""
    path = Path(storages["pictures"].path(f"{sha256[:2]}/{sha256}.png"))
    then = time.time() - days * DAY_S
    os.utime(path, (then, then))


def unnamed(size: int) -> str:
    return store_picture(redraw(picture("PNG", (size, size))))


def test_only_old_pictures_without_a_name_go() -> None:
    owner = person("Ola")
    product = create_product(
        vendor=vendor("Kelp", owner=owner),
        name="Kelp",
        category=Category.PUBLIC_CLOUD,
        sentence="A cloud.",
        by=owner,
    )
    named = []
    for size in (41, 42):
        draft = save_draft(
            product=product,
            said=declared_of(product),
            by=owner,
            picture=picture("PNG", (size, size)),
        )
        named.append(draft.content["logo"])
        publish_draft(product=product, by=owner)
    drafted = save_draft(
        product=product, said=declared_of(product), by=owner, picture=picture("PNG", (43, 43))
    ).content["logo"]
    young, old = unnamed(44), unnamed(45)
    for one in (*named, drafted, old):
        age(one, KEPT_DAYS + 1)
    age(young, KEPT_DAYS - 1)
    assert delete_forgotten_pictures() == 1
    for one in (*named, drafted, young):
        assert read_picture(one)
    with pytest.raises(PictureGone):
        read_picture(old)
    discard_draft(product=product, by=owner)
    assert (delete_forgotten_pictures(), delete_forgotten_pictures()) == (1, 0)


def test_the_hourly_round_does_it() -> None:
    forgotten = unnamed(46)
    age(forgotten, KEPT_DAYS + 1)
    enqueue(QueueEntry.Kind.FORGET_FINISHED, "recurring")
    work_off()
    with pytest.raises(PictureGone):
        read_picture(forgotten)
