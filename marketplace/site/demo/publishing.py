"""What an invented vendor says of its product, edition after edition, and the draft it works on."""

from __future__ import annotations

from datetime import datetime, timedelta

from marketplace.catalogue.declared import declared_of
from marketplace.catalogue.editions import draft_of, publish_draft, save_draft
from marketplace.catalogue.models import Product, User
from marketplace.catalogue.past import in_the_past
from marketplace.site.demo.drawing import logo
from marketplace.site.demo.market import ProductStory, look_of, story_of

#: The sentence of the first edition, where it was another one.
FORMER_SENTENCES = {
    "Kelpline Public Cloud": "Servers, networks and volumes by the hour from a coastal data "
    "centre.",
    "Marrowstone": "Three regions and one price list.",
    "Greywacke": "Kubernetes in a project of your cloud.",
    "Brackwater OS": "A cloud in one image.",
}
#: The sentence of a draft that nobody has published yet.
DRAFTED_SENTENCES = {
    "Kelpline Objects": "An object store on its own, for archives and static sites, now with "
    "versions that nobody can delete.",
    "Wendel Apps": "Push a repository, get an address, in either of two regions.",
}
_WORDS_AFTER = timedelta(days=16)
_ON_ITS_PAGE = timedelta(hours=3)
_SENTENCE_BEFORE = timedelta(days=27)
_DRAFTED_BEFORE = timedelta(hours=20)


def publish_words(
    product: Product, story: ProductStory, *, owner: User, listed_at: datetime, now: datetime
) -> None:
    """Each step looks first whether it was taken before."""
    words, look = story_of(story.name), look_of(story.name)
    if (words and not product.story) or (look and not product.logo):
        at = min(listed_at + _WORDS_AFTER, listed_at + (now - listed_at) / 2)
        with in_the_past(at):
            save_draft(
                product=product,
                said={**declared_of(product), "story": words},
                by=owner,
                picture=logo(*look) if look else None,
            )
        with in_the_past(at + _ON_ITS_PAGE):
            publish_draft(product=product, by=owner)
    if product.sentence != story.sentence:
        _draft(product, story.sentence, owner, now - _SENTENCE_BEFORE)
        with in_the_past(now - _SENTENCE_BEFORE + _ON_ITS_PAGE):
            publish_draft(product=product, by=owner)
    coming = DRAFTED_SENTENCES.get(story.name)
    if coming and draft_of(product) is None:
        _draft(product, coming, owner, now - _DRAFTED_BEFORE)


def _draft(product: Product, sentence: str, owner: User, at: datetime) -> None:
    with in_the_past(at):
        save_draft(product=product, said={**declared_of(product), "sentence": sentence}, by=owner)
