"""Pictures that nothing names any more: of drafts that were discarded or got another one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.core.files.storage import Storage
from django.db import connection, transaction
from django.utils import timezone

from marketplace.catalogue.models import Product, ProductEdition
from marketplace.catalogue.pictures import name_of_picture, picture_store

KEPT_DAYS = 7
_LOCK = 4_711_030


def hold_pictures() -> None:
    """Until the caller's transaction ends no picture is deleted: one that lies in the store
    unnamed may be named by it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [_LOCK])


def delete_forgotten_pictures() -> int:
    """Delete those that no product and no edition names, once they are older than seven days;
    gives how many went."""
    store = picture_store()
    old = set(_older_than(timezone.now() - timedelta(days=KEPT_DAYS), store))
    if not old - _named():
        return 0
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        forgotten = old - _named()
        for name in forgotten:
            store.delete(name)
    return len(forgotten)


def _named() -> set[str]:
    """As the store calls them."""
    rows = (
        Product.objects.exclude(logo="").values_list("logo", flat=True),
        ProductEdition.objects.exclude(content__logo="").values_list("content__logo", flat=True),
    )
    return {name_of_picture(sha256) for each in rows for sha256 in each.iterator()}


def _older_than(moment: datetime, store: Storage) -> Iterator[str]:
    for folder in _listed(store, "")[0]:
        for name in _listed(store, folder)[1]:
            path = f"{folder}/{name}"
            if store.get_modified_time(path) < moment:
                yield path


def _listed(store: Storage, folder: str) -> tuple[list[str], list[str]]:
    """Folders and files; nothing where no picture was ever stored."""
    try:
        folders, files = store.listdir(folder)
    except FileNotFoundError:
        return [], []
    return list(folders), list(files)
