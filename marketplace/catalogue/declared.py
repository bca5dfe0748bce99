"""What a vendor may say of a product: taken from its row, checked, put on it again."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Literal, get_args

from django.utils.text import slugify

from marketplace.catalogue.facts import read_facts
from marketplace.catalogue.models import Category, Declared, Deployment, Product, Region
from marketplace.catalogue.refusals import CatalogueRefused

STORY_CHARACTERS = 8000
#: Every field of an edition, in the order in which pages show them.
Field = Literal[
    "name",
    "category",
    "sentence",
    "website",
    "open_source",
    "regions",
    "deployment",
    "facts",
    "story",
    "logo",
]
FIELDS: tuple[Field, ...] = get_args(Field)
#: Characters that turn the direction of a line round: a text could show other words than it holds.
TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def declared_of(product: Product) -> Declared:
    """As its row says it."""
    return {
        "name": product.name,
        "category": product.category,
        "sentence": product.sentence,
        "website": product.website,
        "open_source": product.open_source,
        "regions": list(product.regions),
        "deployment": list(product.deployment),
        "facts": product.facts,
        "story": product.story,
        "logo": product.logo,
    }


def put_on(product: Product, said: Declared) -> None:
    """Nothing is stored by it."""
    for field in FIELDS:
        setattr(product, field, said[field])


def checked(said: Declared) -> Declared:
    """The same with spaces tidied, each choice once and in the order of its list. Raises
    CatalogueRefused."""
    if said["category"] not in Category.values:
        raise CatalogueRefused("category", "Choose one of the listed categories.")
    tidy: Declared = {
        **said,
        "name": " ".join(said["name"].split()),
        "sentence": " ".join(said["sentence"].split()),
        "regions": _chosen(said["regions"], Region.values, "region", "regions"),
        "deployment": _chosen(
            said["deployment"], Deployment.values, "deployment", "ways to run it"
        ),
        "facts": dict(read_facts(said["category"], said["facts"])),
        "story": said["story"].replace("\r\n", "\n").replace("\r", "\n").strip(),
    }
    _check_words(tidy)
    return tidy


def _check_words(said: Declared) -> None:
    if not slugify(said["name"]) or len(said["name"]) > 120:
        raise CatalogueRefused("product-name", "Give the product a name of 1 to 120 characters.")
    if not said["sentence"] or len(said["sentence"]) > 200:
        raise CatalogueRefused("sentence", "Say in 1 to 200 characters what the product does.")
    if said["website"] and not said["website"].startswith(("https://", "http://")):
        raise CatalogueRefused("website", "The website begins with https://.")
    if len(said["story"]) > STORY_CHARACTERS:
        raise CatalogueRefused(
            "story-too-long",
            f"The story has {len(said['story'])} characters; at most {STORY_CHARACTERS} are kept.",
        )
    for field, text in (
        ("name", said["name"]),
        ("sentence", said["sentence"]),
        ("story", said["story"]),
    ):
        _refuse_unseen(field, text)


def _refuse_unseen(field: str, text: str) -> None:
    for character in text:
        if character in TURNING or (
            unicodedata.category(character) == "Cc" and character not in "\n\t"
        ):
            raise CatalogueRefused(
                "unseen-character",
                f"The {field} holds a character that nobody sees (U+{ord(character):04X}). "
                "Take it out.",
            )


def _chosen(given: Iterable[str], listed: list[str], code: str, words: str) -> list[str]:
    wanted = set(given)
    if not wanted <= set(listed):
        raise CatalogueRefused(code, f"Choose among the listed {words}.")
    return [one for one in listed if one in wanted]
