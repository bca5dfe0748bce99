"""From a test id as the stream spells it to the (name, idempotent id) by which it is judged."""

from __future__ import annotations

import re

from certification.engine.formats.limits import Limits
from certification.engine.report import bare_id, bare_name, id_in_attributes

Identity = tuple[str, str]

_FORBIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


class NameRefused(ValueError):
    """A name or id that is never stored. The message says what is wrong with it."""


def identity(test_id: str) -> Identity:
    """Bare name and bare idempotent id: `a.b.test_x[id-1,smoke](v4)` is (`a.b.test_x(v4)`, `1`)."""
    stem, bracket, rest = test_id.partition("[")
    if not bracket:
        return test_id.strip(), ""
    if rest.startswith("id-") and rest.find("]") == len(rest) - 1:
        # Nearly every test of Tempest looks like this; the general way costs five times more.
        return stem.strip(), bare_id(rest[:-1])
    return bare_name(test_id), id_in_attributes(test_id)


def has_control(text: str) -> bool:
    """Whether NUL, another control character or half a surrogate pair stands in the text."""
    return not text.isprintable() and _FORBIDDEN.search(text) is not None


def check_name(name: str, limits: Limits) -> None:
    """Raise `NameRefused` unless the bare name may be stored."""
    if not name:
        raise NameRefused("an empty name")
    if len(name) > limits.name_chars:
        raise NameRefused(f"a name longer than {limits.name_chars} characters")
    if has_control(name):
        raise NameRefused("a control character in a name")


def check_id(idempotent_id: str, limits: Limits) -> None:
    """Raise `NameRefused` unless the bare idempotent id may be stored; empty is allowed."""
    if len(idempotent_id) > limits.id_chars:
        raise NameRefused(f"an id longer than {limits.id_chars} characters")
    if has_control(idempotent_id):
        raise NameRefused("a control character in an id")
