"""A vendor changes a draft, looks at the page as it would be, publishes, and goes back."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from marketplace.catalogue.declared import declared_of
from marketplace.catalogue.edition_history import Origin, origins_of
from marketplace.catalogue.editions import (
    discard_draft,
    draft_of,
    publish_at_once,
    publish_draft,
    restore_edition,
    save_draft,
)
from marketplace.catalogue.models import AuditEvent, Product, ProductEdition
from marketplace.catalogue.products import edit_product
from marketplace.catalogue.refusals import CatalogueRefused
from marketplace.workspace.views import product_editions
from tests.catalogue.pictures import picture
from tests.factories import join, person
from tests.site.conftest import signed_in
from tests.site.reading import Page, read
from tests.workspace.stories import Story, story
from tests.workspace.test_every_page import check

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
STORY = "# Why\n\nIt runs. <script>alert(1)</script> [x](javascript:alert(1))"


def path(told: Story, name: str, *more: Any) -> str:
    return reverse(name, args=[told.product.pk, *more])


def form_of(page: Page) -> dict[str, Any]:
    """What a browser would send of the page's largest form, as it stands."""
    sent: dict[str, Any] = {}
    for one in page.all("input"):
        kind, name = one.get("type", "text"), one.get("name", "")
        if kind in ("checkbox", "radio") and "checked" not in one:
            continue
        if kind != "file" and name not in ("csrfmiddlewaretoken", "q"):
            sent.setdefault(name, []).append(one.get("value", "" if kind != "checkbox" else "on"))
    return sent


def sent(told: Story, client: Client | None = None, **changes: Any) -> dict[str, Any]:
    """The edit form as it stands for this person, with some fields changed."""
    page = read((client or told.client).get(path(told, "product-edit")))
    kept = draft_of(told.product)
    told.product.refresh_from_db()
    said = kept.content if kept else declared_of(told.product)
    texts = {"category": said["category"], "story": said["story"]}
    return form_of(page) | texts | changes


def edited(told: Story, **changes: Any) -> ProductEdition:
    answer = told.client.post(path(told, "product-edit"), sent(told, **changes))
    assert answer.status_code == 303
    draft = draft_of(told.product)
    assert draft is not None
    return draft


def public(told: Story, client: Client | None = None) -> Page:
    return read((client or Client()).get(told.product.get_absolute_url()))


def test_a_draft_is_looked_at_and_published() -> None:
    told = story()
    answer = told.client.post(
        path(told, "product-edit"),
        sent(
            told,
            name="Kelp Ocean",
            sentence="Sails.",
            story=STORY,
            look="",
            regions=["europe"],
            fact_hypervisors=["kvm"],
            logo=SimpleUploadedFile("a.png", picture("PNG")),
        ),
    )
    assert (answer.status_code, answer["Location"]) == (303, path(told, "product-preview"))
    assert public(told).title.startswith("Kelp Cloud")
    preview = told.client.get(path(told, "product-preview"))
    page = read(preview)
    assert page.title.startswith("Kelp Ocean")
    assert "Preview: not public" in page.text and "alert(1)" in page.text
    assert "<script>alert" not in preview.content.decode()
    assert page.all("meta", name="robots") == [{"name": "robots", "content": "noindex"}]
    assert preview["X-Robots-Tag"] == "noindex" and "no-store" in preview["Cache-Control"]
    assert "ld+json" not in preview.content.decode()
    [logo] = page.all("img", **{"class": "logo"})
    picture_of = Client().get(logo["src"])
    assert (picture_of["Content-Type"], picture_of.status_code) == ("image/png", 200)

    box = read(told.client.get(path(told, "workspace-product")))
    assert "A cloud in a box. Sails." in box.text and "KVM" in box.text
    [stamp] = {one["value"] for one in box.all("input", name="seen")}
    published = told.client.post(path(told, "product-publish"), {"seen": stamp})
    assert published["Location"] == path(told, "workspace-product")
    shown = public(told)
    assert shown.title.startswith("Kelp Ocean")
    assert "Who published what, and when" in shown.text and "Preview" not in shown.text
    assert "Ann" not in shown.text
    assert "Ann" in read(told.client.get(path(told, "workspace-product"))).text
    event = AuditEvent.objects.get(verb="product.published")
    assert event.facts == {
        "edition": 2,
        "fields": ["name", "sentence", "regions", "facts", "story", "logo"],
    }
    again = told.client.post(path(told, "product-publish"), {"seen": stamp}, follow=True)
    assert "no-draft" in read(again).text
    assert told.client.get(path(told, "product-preview")).status_code == 404


def test_every_page_of_it_is_sound() -> None:
    told = story()
    edited(told, sentence="Sails.", story="# Why", logo=SimpleUploadedFile("a.png", picture("PNG")))
    publish_draft(product=told.product, by=told.owner)
    edited(told, name="Kelp Sea", story="Short.", no_logo="on")
    for name in ("workspace-product", "product-edit", "product-preview", "product-history"):
        check(told.client, path(told, name))


def test_history_says_what_changed_and_goes_back() -> None:
    told = story()
    edited(told, sentence="Sails.", open_source="on", fact_hypervisors=["kvm", "lxc"])
    publish_draft(product=told.product, by=told.owner)
    text = read(told.client.get(path(told, "product-history"))).text
    for words in (
        "Edition 2 Public now",
        "In one sentence A cloud in a box. Sails.",
        "Open source no yes",
        "Hypervisors nothing KVM, LXC",
        "The first edition that is kept",
        "Make a draft of edition 1",
    ):
        assert words in text
    restored = told.client.post(path(told, "product-restore", 1))
    assert restored["Location"] == path(told, "product-preview")
    assert read(told.client.get(path(told, "product-preview"))).text.count("A cloud in a box.")
    assert "Sails." in public(told).text
    twice = told.client.post(path(told, "product-restore", 1), follow=True)
    assert "draft-open" in read(twice).text
    told.client.post(path(told, "product-discard"))
    unknown = told.client.post(path(told, "product-restore", 2), follow=True)
    assert "edition-unknown" in read(unknown).text
    gone = told.client.post(path(told, "product-discard"), follow=True)
    assert "no-draft" in read(gone).text
    assert list(told.product.editions.values_list("number", "status")) == [
        (1, "superseded"),
        (2, "published"),
    ]


def test_a_long_history_is_read_page_by_page(monkeypatch: pytest.MonkeyPatch) -> None:
    told = story()
    for words in ("One.", "Two.", "Three."):
        save_draft(
            product=told.product,
            said=declared_of(told.product) | {"sentence": words},
            by=told.owner,
        )
        publish_draft(product=told.product, by=told.owner)
    monkeypatch.setattr(product_editions, "A_PAGE", 2)
    pages = [told.client.get(f"{path(told, 'product-history')}?page={n}") for n in (1, 2)]
    shown = [[row.edition.number for row in page.context["rows"]] for page in pages]
    assert shown == [[4, 3], [2, 1]]
    assert [len(row.changes) for page in pages for row in page.context["rows"]] == [1, 1, 1, 0]
    assert "?page=2" in read(pages[0]).links


def test_each_field_knows_since_when_it_says_so() -> None:
    told, edda = story(), person("Edda")
    join(told.vendor, edda, "editor")
    said = declared_of(told.product)
    for number, changes, by in (
        (2, {"sentence": "Two.", "story": "S"}, edda),
        (3, {"sentence": "Three."}, told.owner),
        (4, {"story": "", "facts": {"services": ["nova"]}}, edda),
    ):
        said = said | changes  # type: ignore[assignment] # keys of Declared
        save_draft(product=told.product, said=said, by=by)
        assert publish_draft(product=told.product, by=by).number == number
    origins = origins_of(told.product)
    found = {field: (one.number, str(one.by)) for field, one in origins.items()}
    assert found["name"] == (1, "Ann")
    assert found["sentence"] == (3, "Ann")
    assert found["story"] == found["facts.services"] == (4, "Edda")


def test_a_field_that_went_and_came_back_is_as_old_as_its_return() -> None:
    """Read edition by edition, as the page once did."""
    told = story()
    ann, bob = told.owner, person("Bob")
    said = declared_of(told.product)
    chosen = random.Random(7)
    for number in range(2, 24):
        facts = {
            name: chosen.choice(["mit", "bsd"]) for name in ("a", "b") if chosen.random() < 0.6
        }
        said = said | {"facts": facts, "story": chosen.choice(["", "S", "T"])}  # type: ignore[assignment] # keys of Declared
        told.product.editions.filter(status="published").update(status="superseded")
        at = timezone.now() + timedelta(minutes=number)
        by = chosen.choice([ann, bob, None])
        told.product.editions.create(
            number=number, status="published", content=said, published_at=at, published_by=by
        )
        assert origins_of(told.product) == _read_one_by_one(told.product)


def _read_one_by_one(product: Product) -> dict[str, Origin]:
    found: dict[str, Origin] = {}
    former: dict[str, Any] = {}
    for one in product.editions.select_related("published_by").order_by("number"):
        facts = {f"facts.{key}": value for key, value in one.content["facts"].items()}
        now = {**one.content, **facts}
        del now["facts"]
        since = one.published_at or one.edited_at
        new = [field for field, value in now.items() if former.get(field) != value]
        found |= {field: Origin(one.number, since, one.published_by) for field in new}
        former = now
    return {field: found[field] for field in former}


def test_the_public_page_costs_the_same_after_thirty_editions() -> None:
    """And reads no edition's text: what it shows of them is a number, a day and a name."""
    told, counts = story(), []
    for number in (1, 30):
        while told.product.editions.count() < number:
            words = {"sentence": f"Edition {told.product.editions.count() + 1}."}
            publish_at_once(
                product=told.product, said=declared_of(told.product) | words, by=told.owner
            )
        public(told)  # the market in memory takes the change in
        with CaptureQueriesContext(connection) as made:
            assert "Who published what, and when" in public(told).text
        asked = [one["sql"] for one in made if "catalogue_productedition" in one["sql"]]
        assert not any('"content"' in sql for sql in asked)
        counts.append((len(made), len(asked)))
    assert counts[0] == counts[1] and counts[0][1] == 1


def test_nobody_publishes_or_overwrites_what_they_have_not_seen() -> None:
    told, edda = story(), person("Edda")
    join(told.vendor, edda, "editor")
    hers = sent(told, signed_in(edda), sentence="Hers.")
    stamp = edited(told, sentence="His.").stamp
    answer = signed_in(edda).post(path(told, "product-edit"), hers)
    assert answer.status_code == 400 and "draft-changed" in read(answer).text
    assert draft_of(told.product).content["sentence"] == "His."  # type: ignore[union-attr] # it is there
    # The same form, sent again after that word, replaces it.
    [seen] = read(answer).all("input", name="seen")
    hers["seen"] = seen["value"]
    assert signed_in(edda).post(path(told, "product-edit"), hers).status_code == 303
    late = told.client.post(path(told, "product-publish"), {"seen": stamp}, follow=True)
    assert "draft-changed" in read(late).text
    assert "A cloud in a box." in public(told).text


def test_what_a_draft_may_not_say_is_told() -> None:
    told = story()
    url, as_it_stands = path(told, "product-edit"), sent(told)
    for code, changes in (
        ("nothing-changed", {}),
        ("unseen-character", {"story": "pay \u202eevil"}),
        ("unseen-character", {"name": "Kelp \u2066Cloud"}),
        ("picture-kind", {"logo": SimpleUploadedFile("a.png", b"<svg/>")}),
        ("picture-too-large", {"logo": SimpleUploadedFile("a.png", b"\0" * 1_100_000)}),
    ):
        answer = told.client.post(url, as_it_stands | changes)
        assert answer.status_code == 400
        assert code in read(answer).text, code
    for changes in (
        {"name": ""},
        {"category": "spaceship"},
        {"story": "x" * 8001},
        {"regions": ["moon"]},
        {"fact_hypervisors": ["abacus"]},
        {"website": "javascript:alert(1)"},
    ):
        assert told.client.post(url, as_it_stands | changes).status_code == 400, changes
    assert draft_of(told.product) is None


def test_pictures_are_counted(settings: Settings) -> None:
    told = story()
    settings.LIMITS_AN_HOUR = settings.LIMITS_AN_HOUR | {"picture": 1}
    edited(told, logo=SimpleUploadedFile("a.png", picture("PNG")))
    again = sent(told, logo=SimpleUploadedFile("b.png", picture("JPEG")))
    answer = told.client.post(path(told, "product-edit"), again)
    assert answer.status_code == 400 and "too-many" in read(answer).text


def test_another_category_asks_for_other_facts_until_a_certificate_was_issued() -> None:
    told = story()
    edited(told, fact_hypervisors=["kvm"])
    draft = edited(told, category="backup")
    assert draft.content["facts"] == {}
    assert "Installed as" in read(told.client.get(path(told, "product-edit"))).text
    told.certified()
    stopped = told.client.post(path(told, "product-publish"), {"seen": draft.stamp}, follow=True)
    assert "category-fixed" in read(stopped).text
    answer = told.client.post(path(told, "product-edit"), sent(told, name="Kelp"))
    assert answer.status_code == 400 and "category-fixed" in read(answer).text
    told.product.refresh_from_db()
    assert told.product.category == "distribution"


def test_strangers_see_no_draft_and_staff_looks_on() -> None:
    told = story()
    edited(told, sentence="Secret.")
    pages = [path(told, name) for name in ("product-edit", "product-preview", "product-history")]
    deeds = [path(told, name) for name in ("product-publish", "product-discard")]
    deeds.append(path(told, "product-restore", 1))
    eve, reviewer, bob = person("Eve"), person("Rev", staff_role="reviewer"), person("Bob")
    join(told.vendor, bob, "viewer")
    for where in pages + deeds:
        assert signed_in(eve).post(where).status_code in (404, 405)
    for where in pages:
        assert Client().get(where)["Location"].startswith("/sign-in/")
        assert signed_in(eve).get(where).status_code == 404
    assert signed_in(story("Reed").owner).get(pages[1]).status_code == 404
    looked = read(signed_in(reviewer).get(pages[1]))
    assert "Secret." in looked.text and "Publish this" not in looked.text
    assert signed_in(bob).get(pages[1]).status_code == 200
    assert all(signed_in(bob).post(where).status_code == 403 for where in deeds)
    for where in deeds:
        assert told.client.get(where).status_code == 405
    assert "Secret." not in public(told, told.client).text


def test_operations_refuse_who_may_not_and_what_is_not_there() -> None:
    told, bob = story(), person("Bob")
    join(told.vendor, bob, "uploader")
    said = declared_of(told.product)
    for deed in (
        lambda: save_draft(product=told.product, said=said, by=bob),
        lambda: publish_draft(product=told.product, by=bob),
        lambda: discard_draft(product=told.product, by=bob),
        lambda: restore_edition(product=told.product, number=1, by=bob),
    ):
        with pytest.raises(CatalogueRefused, match="Only owners and editors"):
            deed()
    save_draft(product=told.product, said={**said, "story": "S"}, by=told.owner)
    with pytest.raises(CatalogueRefused) as refused:
        edit_product(
            product=told.product,
            name="Kelp",
            category="distribution",
            sentence="S.",
            website="",
            open_source=False,
            by=told.owner,
        )
    assert refused.value.code == "draft-open"
    save_draft(product=told.product, said=said, by=told.owner)
    with pytest.raises(CatalogueRefused) as refused:
        publish_draft(product=told.product, by=told.owner)
    assert refused.value.code == "nothing-changed"


def test_what_was_published_is_never_altered() -> None:
    told = story()
    edited(told, sentence="Sails.")
    publish_draft(product=told.product, by=told.owner)
    for statement in (
        "UPDATE catalogue_productedition SET content = '{}' WHERE number = 1",
        "UPDATE catalogue_productedition SET content = '{}' WHERE number = 2",
        "UPDATE catalogue_productedition SET published_by_id = NULL WHERE number = 2",
        "UPDATE catalogue_productedition SET status = 'published' WHERE number = 1",
        "UPDATE catalogue_productedition SET status = 'draft' WHERE number = 2",
        "DELETE FROM catalogue_productedition",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_a_product_that_came_without_an_edition_gets_its_first() -> None:
    told = story()
    bare = Product.objects.create(
        vendor=told.vendor, slug="bare", name="Bare", category="backup", sentence="B."
    )
    url = reverse("workspace-product", args=[bare.pk])
    assert "no person is on record" in read(told.client.get(url)).text
    save_draft(product=bare, said={**declared_of(bare), "sentence": "C."}, by=told.owner)
    publish_draft(product=bare, by=told.owner)
    numbers = bare.editions.values_list("number", "status", "published_at")
    assert numbers.order_by("number")[0] == (1, "superseded", bare.created_at)
