"""Watching products, vendors and guidelines: begun, seen, ended, and nobody else's business."""

from __future__ import annotations

import pytest
from django.test import Client

from marketplace.catalogue import watching
from marketplace.catalogue.models import AuditEvent, Product, User, Watch
from tests.factories import in_force, person
from tests.site.conftest import signed_in
from tests.site.market import Market
from tests.site.reading import read

pytestmark = pytest.mark.django_db


@pytest.fixture
def product() -> Product:
    market = Market()
    return market.product()


@pytest.fixture
def ann() -> User:
    return person("Ann")


def paths(product: Product) -> dict[str, str]:
    """Where to send the wish, and the page that has the button."""
    return {
        f"/watching/products/kelp/{product.slug}/": product.get_absolute_url(),
        "/watching/vendors/kelp/": "/vendors/kelp/",
        "/watching/guidelines/2031.06/": "/guidelines/2031.06/",
    }


def verbs() -> list[str]:
    found = AuditEvent.objects.filter(verb__startswith="watch.").order_by("pk")
    return list(found.values_list("verb", flat=True))


@pytest.mark.slow
def test_a_person_begins_and_ends_it(product: Product, ann: User) -> None:
    client = signed_in(ann)
    for path, page in paths(product).items():
        answer = client.post(path)
        assert (answer.status_code, answer["Location"]) == (303, page)
        text = read(client.get(page)).text
        assert "You watch" in text and "Stop watching" in text, page
    listed = read(client.get("/watching/"))
    assert "3 things" in listed.text
    assert listed.unlabelled() == []
    assert set(paths(product).values()) <= set(listed.links)
    for path in paths(product):
        answer = client.post(path, {"stop": "yes", "from": "list"})
        assert (answer.status_code, answer["Location"]) == (303, "/watching/")
    assert "Nothing yet" in read(client.get("/watching/")).text
    assert verbs() == ["watch.begun"] * 3 + ["watch.ended"] * 3


@pytest.mark.slow
def test_a_second_time_changes_nothing(product: Product, ann: User) -> None:
    client = signed_in(ann)
    for path in paths(product):
        for _ in range(2):
            client.post(path)
    assert Watch.objects.count() == len(verbs()) == 3
    for path in paths(product):
        for _ in range(2):
            client.post(path, {"stop": "yes"})
    assert (Watch.objects.count(), len(verbs())) == (0, 6)


@pytest.mark.slow
def test_a_stranger_is_asked_to_sign_in(stranger: Client, product: Product) -> None:
    for path, page in paths(product).items():
        assert stranger.post(path)["Location"] == f"/sign-in/?next={path}"
        assert f"/sign-in/?next={page}" in read(stranger.get(page)).links
        assert stranger.get(path).status_code == 405
    assert Watch.objects.count() == 0


@pytest.mark.slow
def test_everybody_sees_their_own_alone(product: Product, ann: User) -> None:
    watching.watch(what=product, by=ann)
    bob = signed_in(person("Bob"))
    assert "Nothing yet" in read(bob.get("/watching/")).text
    bob.post(f"/watching/products/kelp/{product.slug}/", {"stop": "yes"})
    assert watching.watches(ann, product)


def test_what_is_not_there_is_not_watched(ann: User) -> None:
    client = signed_in(ann)
    for path in ("products/no/body", "vendors/nobody", "guidelines/none", "guidelines/a%00"):
        assert client.post(f"/watching/{path}/").status_code == 404, path


def test_there_is_an_end_to_it(ann: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "MOST_WATCHED", 1)
    in_force("2031.06", "a")
    in_force("2031.11", "a")
    client = signed_in(ann)
    client.post("/watching/guidelines/2031.06/")
    answer = client.post("/watching/guidelines/2031.11/", follow=True)
    assert "(watch-limit)" in read(answer).text
    assert Watch.objects.count() == 1
