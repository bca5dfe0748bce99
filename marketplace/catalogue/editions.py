"""Drafts and published editions of what a vendor says of its product.

Each deed holds the product's row, so that two people at once make one draft and one publication.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from marketplace.catalogue import audit
from marketplace.catalogue.declared import FIELDS, checked, declared_of, put_on
from marketplace.catalogue.facts import read_each_fact
from marketplace.catalogue.forgotten_pictures import hold_pictures
from marketplace.catalogue.limits import count_one
from marketplace.catalogue.models import Declared, Product, ProductEdition, User
from marketplace.catalogue.past import past
from marketplace.catalogue.pictures import digest_of_picture, redraw, store_picture
from marketplace.catalogue.policy import Permission, can
from marketplace.catalogue.refusals import CatalogueRefused

Status = ProductEdition.Status
BATCH = 1000


def save_draft(
    *,
    product: Product,
    said: Declared,
    by: User,
    seen: str | None = None,
    picture: bytes | None = None,
) -> ProductEdition:
    """Make the draft or change it; nothing public changes. `seen`: the stamp of the draft that was
    edited, empty where there was none, None where it does not matter. `picture`: a new logo, to be
    drawn anew. Raises CatalogueRefused."""
    require_editor(by, product)
    drawn = _drawn(picture, by) if picture is not None else None
    if drawn is not None:
        said = {**said, "logo": digest_of_picture(drawn)}
    content = checked(said)
    with transaction.atomic():
        if drawn is not None:
            hold_pictures()
            store_picture(drawn)
        standing = _hold(product)
        _keep_category(product, content["category"])
        draft = draft_of(product)
        _refuse_unseen_change(draft, seen)
        if draft is None:
            if content == declared_of(product):
                raise CatalogueRefused(
                    "nothing-changed", "The public page says exactly this already."
                )
            draft = ProductEdition(product=product, number=standing.number + 1)
        return _keep_draft(draft, content, by)


def publish_draft(*, product: Product, by: User, seen: str | None = None) -> ProductEdition:
    """The draft becomes what the public reads. `seen` as for save_draft: nobody publishes what a
    colleague changed behind their back. Raises CatalogueRefused."""
    require_editor(by, product)
    with transaction.atomic():
        standing = _hold(product)
        draft = _require_draft(product)
        _refuse_unseen_change(draft, seen)
        return _publish(product, standing, draft, checked(draft.content), by)


def publish_at_once(*, product: Product, said: Declared, by: User) -> ProductEdition:
    """Without a draft in between. Gives the standing edition where nothing changes. Raises
    CatalogueRefused, also while somebody has a draft: it would undo this unseen."""
    require_editor(by, product)
    content = checked(said)
    with transaction.atomic():
        standing = _hold(product)
        if draft_of(product) is not None:
            raise _draft_open(product)
        if content == declared_of(product):
            return standing
        draft = ProductEdition(product=product, number=standing.number + 1)
        return _publish(product, standing, draft, content, by)


def discard_draft(*, product: Product, by: User) -> None:
    """Raises CatalogueRefused."""
    require_editor(by, product)
    with transaction.atomic():
        _hold(product)
        draft = _require_draft(product)
        draft.delete()
        audit.record(
            "product.draft-discarded", product, actor=audit.actor_of(by), edition=draft.number
        )


def restore_edition(*, product: Product, number: int, by: User) -> ProductEdition:
    """What an older edition said, as a draft. Raises CatalogueRefused, also while there is a draft:
    it would be lost."""
    require_editor(by, product)
    with transaction.atomic():
        standing = _hold(product)
        if draft_of(product) is not None:
            raise _draft_open(product)
        older = product.editions.filter(number=number, status=Status.SUPERSEDED).first()
        if older is None:
            raise CatalogueRefused("edition-unknown", f"There is no older edition {number}.")
        content = checked(_still_asked(older.content))
        _keep_category(product, content["category"])
        if content == declared_of(product):
            raise CatalogueRefused("nothing-changed", "The public page says exactly this already.")
        draft = ProductEdition(product=product, number=standing.number + 1)
        return _keep_draft(draft, content, by, restored=number)


def first_editions(products: Iterable[Product], *, by: User | None) -> None:
    """For products made just now, in the transaction of the deed; their rows are what is said."""
    now = past() or timezone.now()
    ProductEdition.objects.bulk_create(
        (
            ProductEdition(
                product=product,
                number=1,
                status=Status.PUBLISHED,
                content=declared_of(product),
                edited_by=by,
                edited_at=now,
                published_by=by,
                published_at=now,
            )
            for product in products
        ),
        batch_size=BATCH,
    )


def draft_of(product: Product) -> ProductEdition | None:
    drafts = product.editions.filter(status=Status.DRAFT)
    return drafts.select_related("product", "edited_by").first()


def require_editor(by: User, product: Product) -> None:
    if not can(by, Permission.EDIT_PRODUCT, product.vendor):
        raise CatalogueRefused(
            "forbidden", f"Only owners and editors of {product.vendor} may do this."
        )


def _drawn(picture: bytes, by: User) -> bytes:
    count_one(deed="picture", who=f"user {by.pk}", most=settings.LIMITS_AN_HOUR["picture"])
    return redraw(picture)


def _hold(product: Product) -> ProductEdition:
    """The edition that stands, while nobody else changes the product. One that came into the list
    without an edition gets its first now."""
    Product.objects.select_for_update(of=("self",)).get(pk=product.pk)
    product.refresh_from_db()
    standing = product.editions.filter(status=Status.PUBLISHED).first()
    if standing is None:
        standing = ProductEdition.objects.create(
            product=product,
            number=1,
            status=Status.PUBLISHED,
            content=declared_of(product),
            edited_at=product.created_at,
            published_at=product.created_at,
        )
    return standing


def _require_draft(product: Product) -> ProductEdition:
    draft = draft_of(product)
    if draft is None:
        raise CatalogueRefused("no-draft", f"There is no draft of {product}.")
    return draft


def _draft_open(product: Product) -> CatalogueRefused:
    return CatalogueRefused(
        "draft-open", f"There is a draft of {product} already. Publish or discard it first."
    )


def _refuse_unseen_change(draft: ProductEdition | None, seen: str | None) -> None:
    stands = draft.stamp if draft else ""
    if seen is not None and seen != stands:
        raise CatalogueRefused(
            "draft-changed",
            "Somebody else changed the draft meanwhile. Look at it as it is now, then try again.",
        )


def _keep_category(product: Product, category: str) -> None:
    """A certificate says what kind of product was certified."""
    if (
        category != product.category
        and product.releases.filter(certificates__isnull=False).exists()
    ):
        raise CatalogueRefused(
            "category-fixed", "The category cannot change: a certificate was issued for it."
        )


def _still_asked(said: Declared) -> Declared:
    """Without the facts that are not asked any more, or are asked otherwise."""
    facts, _ = read_each_fact(said["category"], said["facts"])
    return {**said, "facts": dict(facts)}


def _keep_draft(draft: ProductEdition, content: Declared, by: User, **facts: int) -> ProductEdition:
    draft.content, draft.edited_by, draft.edited_at = content, by, past() or timezone.now()
    draft.save()
    audit.record(
        "product.draft-saved",
        draft.product,
        actor=audit.actor_of(by),
        edition=draft.number,
        **facts,
    )
    return draft


def _publish(
    product: Product, standing: ProductEdition, draft: ProductEdition, content: Declared, by: User
) -> ProductEdition:
    _keep_category(product, content["category"])
    before = declared_of(product)
    changed = [field for field in FIELDS if before[field] != content[field]]
    if not changed:
        raise CatalogueRefused("nothing-changed", "The public page says exactly this already.")
    put_on(product, content)
    product.save(update_fields=FIELDS)
    now = past() or timezone.now()
    if draft.pk is None:
        draft.edited_by, draft.edited_at = by, now
    product.editions.filter(pk=standing.pk).update(status=Status.SUPERSEDED)
    draft.content, draft.status, draft.published_by, draft.published_at = (
        content,
        Status.PUBLISHED,
        by,
        now,
    )
    draft.save()
    audit.record(
        "product.published",
        product,
        actor=audit.actor_of(by),
        edition=draft.number,
        fields=changed,
    )
    return draft
