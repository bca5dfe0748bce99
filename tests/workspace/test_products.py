"""Founding an organization, listing a product, naming its releases."""

from __future__ import annotations

import pytest
from django.test import Client

from marketplace.catalogue.declared import declared_of
from marketplace.catalogue.models import (
    AuditEvent,
    Membership,
    Product,
    ProductRelease,
    User,
    Vendor,
)
from tests.factories import join, person
from tests.site.conftest import signed_in
from tests.site.reading import read
from tests.workspace.stories import Story, story

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
NEW_VENDOR = "/workspace/vendors/new/"
PRODUCT = {
    "name": "Kelp Vault",
    "category": "backup",
    "sentence": "Backs up volumes.",
    "website": "",
    "open_source": "on",
}


def paths(told: Story) -> dict[str, str]:
    return {
        "vendor": f"/workspace/vendors/{told.vendor.slug}/",
        "product-new": f"/workspace/vendors/{told.vendor.slug}/products/new/",
        "product": f"/workspace/products/{told.product.pk}/",
        "edit": f"/workspace/products/{told.product.pk}/edit/",
        "release-new": f"/workspace/products/{told.product.pk}/releases/new/",
        "release": f"/workspace/releases/{told.release.pk}/",
    }


def test_who_founds_an_organization_owns_it(ann: User) -> None:
    client = signed_in(ann)
    answer = client.post(NEW_VENDOR, {"name": "Kelp Works", "website": "https://kelp.example"})
    assert (answer.status_code, answer["Location"]) == (303, "/workspace/vendors/kelp-works/")
    assert Membership.objects.get(vendor__name="Kelp Works").role == "owner"
    assert "/workspace/vendors/kelp-works/" in read(client.get("/workspace/")).links
    again = client.post(NEW_VENDOR, {"name": "Kelp  Works", "website": ""})
    assert again.status_code == 400
    assert "vendor-known" in read(again).text
    assert Vendor.objects.count() == 1


def test_a_product_is_listed_at_once() -> None:
    told = story()
    answer = told.client.post(paths(told)["product-new"], PRODUCT)
    made = Product.objects.get(name="Kelp Vault")
    assert (answer.status_code, answer["Location"]) == (303, f"/workspace/products/{made.pk}/")
    assert (made.vendor, made.open_source) == (told.vendor, True)
    [first] = made.editions.all()
    assert (first.number, first.status, first.published_by) == (1, "published", told.owner)
    assert first.content == declared_of(made)


def test_what_cannot_be_a_product_is_told() -> None:
    told = story()
    new = paths(told)["product-new"]
    same = told.client.post(new, PRODUCT | {"name": told.product.name})
    assert same.status_code == 400
    assert "product-known" in read(same).text
    for changes in ({"name": ""}, {"category": "spaceship"}, {"sentence": "x" * 201}):
        assert told.client.post(new, PRODUCT | changes).status_code == 400
    assert Product.objects.count() == 1


def test_the_category_stays_once_a_certificate_was_issued() -> None:
    told = story()
    told.certified()
    url = paths(told)["edit"]
    answer = told.client.post(url, PRODUCT | {"category": "public-cloud"})
    assert answer.status_code == 400
    assert "category-fixed" in read(answer).text
    told.product.refresh_from_db()
    assert told.product.category == "distribution"


def test_a_release_names_its_openstack_releases() -> None:
    told = story()
    given = {
        "version": "9.2",
        "released_on": "2026-11-02",
        "openstack_releases": ["gazpacho", "train"],
    }
    answer = told.client.post(paths(told)["release-new"], given)
    made = ProductRelease.objects.get(version="9.2")
    assert (answer.status_code, answer["Location"]) == (303, f"/workspace/releases/{made.pk}/")
    assert sorted(made.openstack_releases) == ["gazpacho", "train"]
    again = told.client.post(paths(told)["release-new"], given)
    assert "release-known" in read(again).text
    assert "Entered by Ann" in read(told.client.get(paths(told)["product"])).text
    for changes in ({"version": ""}, {"openstack_releases": ["zeppelin"]}, {"released_on": "soon"}):
        assert told.client.post(paths(told)["release-new"], given | changes).status_code == 400


def test_a_release_is_looked_at_before_it_is_listed() -> None:
    told = story()
    url = paths(told)["release-new"]
    given = {"version": "9.2", "released_on": "2026-11-02", "openstack_releases": ["gazpacho"]}
    preview = told.client.post(url, given | {"look": ""})
    page = read(preview)
    assert (preview.status_code, preview["X-Robots-Tag"]) == (200, "noindex")
    assert "Preview: not public" in page.text and "9.2" in page.text
    hidden = [(one["name"], one["value"]) for one in page.all("input", type="hidden")]
    assert {("version", "9.2"), ("openstack_releases", "gazpacho")} <= set(hidden)
    assert not ProductRelease.objects.filter(version="9.2").exists()
    assert not AuditEvent.objects.filter(facts__version="9.2").exists()
    changing = read(told.client.post(url, given | {"change": ""}))
    assert changing.all("input", name="version", value="9.2")
    assert told.client.post(url, given).status_code == 303
    again = told.client.post(url, given | {"look": ""})
    assert again.status_code == 400 and "release-known" in read(again).text


def test_strangers_learn_nothing_and_staff_have_their_own_pages() -> None:
    told = story()
    reviewer = person("Rev", staff_role="reviewer")
    for path in paths(told).values():
        assert Client().get(path)["Location"] == f"/sign-in/?next={path}"
        assert signed_in(person("Eve")).get(path).status_code == 404
        assert signed_in(reviewer).get(path).status_code == 404


@pytest.mark.parametrize("role", ["uploader", "viewer"])
def test_who_may_not_edit_looks_on(role: str) -> None:
    told = story()
    bob = person("Bob")
    join(told.vendor, bob, role)
    client = signed_in(bob)
    for name, path in paths(told).items():
        expected = 403 if name in ("product-new", "edit", "release-new") else 200
        assert client.get(path).status_code == expected, name
    assert client.post(paths(told)["product-new"], PRODUCT).status_code == 403
    assert Product.objects.count() == 1


def test_a_category_without_a_programme_in_force_offers_no_certification() -> None:
    told = story()
    Product.objects.update(category="driver")
    text = read(told.client.get(paths(told)["release"])).text
    assert "listed and never certified" in text
    assert "Take a challenge" not in text
    Product.objects.update(category="backup")
    assert "not in force yet" in read(told.client.get(paths(told)["release"])).text
