"""Two requests at the same moment: one code is taken once, one owner stays, one guest joins."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from threading import Barrier, Thread

import pyotp
import pytest
from django.db import connection
from django.utils import timezone

from marketplace.catalogue import second_factor
from marketplace.catalogue.declared import declared_of
from marketplace.catalogue.editions import publish_draft, save_draft
from marketplace.catalogue.invitations import accept_invitation, invite
from marketplace.catalogue.models import Membership, Product, SecondFactor
from marketplace.catalogue.products import create_product
from marketplace.catalogue.refusals import CatalogueRefused
from marketplace.catalogue.team import leave
from tests.factories import person, vendor

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def codes_of(*deeds: Callable[[], object]) -> list[str]:
    """What became of each, all begun together: the code of the refusal, or `done`."""
    found: list[str] = []
    together = Barrier(len(deeds))

    def run(deed: Callable[[], object]) -> None:
        try:
            together.wait()
            deed()
            found.append("done")
        except CatalogueRefused as refused:
            found.append(refused.code)
        finally:
            connection.close()

    threads = [Thread(target=run, args=[deed]) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(found)


def test_of_two_owners_who_leave_one_stays() -> None:
    ann, bob = person("Ann"), person("Bob")
    kelp = vendor("Kelp", owner=ann)
    Membership.objects.create(vendor=kelp, user=bob, role="owner")
    went = codes_of(lambda: leave(vendor=kelp, by=ann), lambda: leave(vendor=kelp, by=bob))
    assert went == ["done", "last-owner"]
    assert kelp.memberships.count() == 1


def test_of_several_who_draft_or_publish_one_does() -> None:
    ann = person("Ann")
    cloud = create_product(
        vendor=vendor("Kelp", owner=ann), name="Kelp", category="backup", sentence="Keeps.", by=ann
    )

    def drafts(words: str) -> Callable[[], object]:
        said = declared_of(cloud) | {"sentence": words}
        mine = Product.objects.get(pk=cloud.pk)
        return lambda: save_draft(product=mine, said=said, by=ann, seen="")

    assert codes_of(*map(drafts, ("One.", "Two.", "Three."))) == [
        *("done", "draft-changed", "draft-changed"),
    ]
    publishing = [Product.objects.get(pk=cloud.pk) for _ in range(3)]
    done = codes_of(*(partial(publish_draft, product=one, by=ann) for one in publishing))
    assert done == ["done", "no-draft", "no-draft"]
    stands = cloud.editions.order_by("number").values_list("number", "status")
    assert list(stands) == [(1, "superseded"), (2, "published")]


def test_a_code_is_taken_by_one_of_two() -> None:
    ann = person("Ann")
    second_factor.begin(by=ann)
    totp = pyotp.TOTP(second_factor.secret_of(SecondFactor.objects.get(user=ann)))
    recovery = second_factor.confirm(code=totp.at(timezone.now()), by=ann)

    def spend() -> None:
        second_factor.check(code=recovery[0], by=ann)

    assert codes_of(spend, spend, spend) == ["code-wrong", "code-wrong", "done"]


def test_a_link_is_followed_by_one_of_two() -> None:
    ann, bob = person("Ann"), person("Bob")
    kelp = vendor("Kelp", owner=ann)
    secret = invite(vendor=kelp, email=bob.email, role="viewer", by=ann).secret

    def accept() -> None:
        accept_invitation(secret=secret, by=bob)

    first, second = codes_of(accept, accept)
    assert (first, second) in (("done", "invitation-over"), ("done", "member-already"))
    assert kelp.memberships.filter(user=bob).count() == 1
