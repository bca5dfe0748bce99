"""The draft of a product and its history, as the people of its vendor see them."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass

from marketplace.catalogue.declared import put_on
from marketplace.catalogue.edition_history import edition_lines
from marketplace.catalogue.models import Product, ProductEdition
from marketplace.site.declared_wording import ChangeLine, change_lines, who_published


@dataclass(frozen=True, slots=True)
class EditionRow:
    edition: ProductEdition
    is_draft: bool
    is_standing: bool
    changes: list[ChangeLine]
    by: str


def edition_rows(product: Product, *, skip: int, most: int) -> list[EditionRow]:
    """Newest first, at most `most` after the first `skip`, with the people's names."""
    return [
        EditionRow(
            line.edition,
            line.is_draft,
            line.is_standing,
            change_lines(line.changes, line.edition.content["category"]),
            str(line.edition.edited_by)
            if line.is_draft
            else who_published(product, line.edition.published_by, inside=True),
        )
        for line in edition_lines(product, skip=skip, most=most)
    ]


def draft_line(product: Product) -> EditionRow | None:
    [newest] = edition_rows(product, skip=0, most=1)
    return newest if newest.is_draft else None


def as_drafted(product: Product, draft: ProductEdition) -> Product:
    """The product as it would be; never to be saved."""
    drafted = copy(product)
    put_on(drafted, draft.content)
    return drafted
