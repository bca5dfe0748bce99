"""People follow products, vendors and guidelines."""

from __future__ import annotations

from typing import TypedDict

from django.contrib.auth.models import AnonymousUser
from django.db import models, transaction

from marketplace.catalogue import audit
from marketplace.catalogue.models import Product, User, Vendor, Watch
from marketplace.catalogue.refusals import CatalogueRefused

MOST_WATCHED = 500


class _Fields(TypedDict):
    product: Product | None
    vendor: Vendor | None
    guideline: str


def watch(*, what: Product | Vendor | str, by: User) -> Watch:
    """`what` is a product, a vendor, or the id of a guideline's document. A second time changes
    nothing. Raises CatalogueRefused."""
    with transaction.atomic():
        # The person's row, so that two requests at once do not pass the limit together.
        User.objects.select_for_update().get(pk=by.pk)
        known = Watch.objects.filter(person=by, **_fields(what)).first()
        if known is not None:
            return known
        if Watch.objects.filter(person=by).count() >= MOST_WATCHED:
            raise CatalogueRefused(
                "watch-limit",
                f"You watch {MOST_WATCHED} things already. Stop watching one of them first.",
            )
        made = Watch.objects.create(person=by, **_fields(what))
        _note("watch.begun", made, what, by)
    return made


def unwatch(*, what: Product | Vendor | str, by: User) -> bool:
    """False where the person did not watch it."""
    with transaction.atomic():
        found = Watch.objects.select_for_update().filter(person=by, **_fields(what)).first()
        if found is None:
            return False
        _note("watch.ended", found, what, by)
        found.delete()
    return True


def watches(person: User | AnonymousUser, what: Product | Vendor | str) -> bool:
    if not isinstance(person, User):
        return False
    return Watch.objects.filter(person=person, **_fields(what)).exists()


def watched_by(person: User) -> list[Watch]:
    """Newest first, with product and vendor."""
    rows = Watch.objects.filter(person=person).select_related("product__vendor", "vendor")
    return list(rows.order_by("-since", "-pk"))


def _fields(what: Product | Vendor | str) -> _Fields:
    if isinstance(what, Product):
        return {"product": what, "vendor": None, "guideline": ""}
    if isinstance(what, Vendor):
        return {"product": None, "vendor": what, "guideline": ""}
    return {"product": None, "vendor": None, "guideline": what}


def _note(verb: str, about: Watch, what: Product | Vendor | str, by: User) -> None:
    kind = "guideline" if isinstance(what, str) else what._meta.model_name
    thing = str(what.pk) if isinstance(what, models.Model) else what
    audit.record(verb, about, actor=audit.actor_of(by), kind=kind, thing=thing)
