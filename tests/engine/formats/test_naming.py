"""Names and ids are cut out of test ids as the engine's report defines it, only faster."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certification.engine.formats import Limits
from certification.engine.formats.ledger import Ledger
from certification.engine.formats.naming import NameRefused, check_name, has_control, identity
from certification.engine.report import bare_name, id_in_attributes

spelled = st.text(st.sampled_from("ab.[]()-, iId1é")) | st.from_regex(
    r"\A[a-c.]{1,9}(\[(id-[0-9a-f-]{0,9}|smoke|ID-A)(,[a-z]+)?\]){0,2}(\(v4\))?\Z"
)


@given(spelled)
def test_identity_is_what_the_report_defines(test_id: str) -> None:
    expected = (bare_name(test_id), id_in_attributes(test_id))
    assert identity(test_id) == expected
    try:
        check_name(expected[0], Limits())
    except NameRefused:
        return
    assert Ledger(Limits()).identify(test_id.encode()) == expected


@given(st.text())
def test_control_characters_and_half_pairs_are_found(text: str) -> None:
    forbidden = {*range(0x20), *range(0x7F, 0xA0), *range(0xD800, 0xE000)}
    assert has_control(text) == any(ord(letter) in forbidden for letter in text)


@pytest.mark.parametrize("text", ["\x00", "a\x1f", "\x7f", "\x85", "\ud800", "a\udfff"])
def test_forbidden(text: str) -> None:
    assert has_control(text)
