"""Tests get their bits once and for ever, also when two processes give them out at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from certification.dictionary import dictionary_length, grow_dictionary, stored_keys
from certification.guidelines import shipped_inventories
from certification.models import KnownTest

pytestmark = pytest.mark.django_db


def test_bits_are_given_in_order_and_kept() -> None:
    assert dictionary_length() == 0
    assert grow_dictionary([("a", "1"), ("b", "")]) == 2
    assert grow_dictionary([("c", ""), ("a", "1"), ("c", "")]) == 1
    assert stored_keys() == [("a", "1"), ("b", ""), ("c", "")]
    assert stored_keys(start=2) == [("c", "")]
    assert dictionary_length() == 3


def test_growing_by_what_is_known_changes_nothing() -> None:
    grow_dictionary([("a", "1")])
    assert grow_dictionary([("a", "1")]) == 0
    assert grow_dictionary([]) == 0
    assert dictionary_length() == 1


def test_one_name_with_two_ids_has_two_bits() -> None:
    assert grow_dictionary([("a", "1"), ("a", "2"), ("a", "")]) == 3


def test_the_shipped_inventory_fits() -> None:
    keys = [key for tests in shipped_inventories().values() for key in tests]
    assert grow_dictionary(keys) == len(set(keys)) > 1000
    assert dictionary_length() == KnownTest.objects.count()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_two_at_once_leave_no_gap_and_give_no_bit_twice() -> None:
    def grow(own: int) -> int:
        try:
            return grow_dictionary([(f"t{n}", "") for n in range(own, own + 60)])
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        given = sum(pool.map(grow, (0, 20, 40, 60)))
    bits = list(KnownTest.objects.order_by("bit").values_list("bit", flat=True))
    assert bits == list(range(given)) == list(range(120))
