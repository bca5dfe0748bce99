"""What a page would say after a deed that is not done."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction

from marketplace.catalogue.models import ProductRelease
from marketplace.catalogue.products import create_release


@contextmanager
def as_if_released(**release: Any) -> Iterator[ProductRelease]:
    """Inside, the release is listed, for this transaction alone; afterwards it never was. Takes
    what create_release takes. Raises CatalogueRefused."""
    with transaction.atomic():
        try:
            yield create_release(**release)
        finally:
            transaction.set_rollback(True)
