"""Which products a comparison is about: read from its address, and its neighbours' addresses."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

FEWEST, MOST = 2, 4
_READ_MOST = 50
_ADDRESS = re.compile(r"[-a-zA-Z0-9_]{1,80}/[-a-zA-Z0-9_]{1,80}(@[^\x00-\x1f]{1,40})?")


@dataclass(frozen=True, slots=True)
class Chosen:
    """`addresses` are `vendor/product` or `vendor/product@version`, each once, in the order of the
    address; `unreadable` is what is no such thing, shortened."""

    addresses: tuple[str, ...]
    unreadable: tuple[str, ...] = ()

    @property
    def too_many(self) -> bool:
        return len(self.addresses) > MOST

    def without(self, address: str) -> str:
        return compare_address(one for one in self.addresses if one != address)

    def instead(self, address: str, other: str) -> str:
        return compare_address(
            dict.fromkeys(other if one == address else one for one in self.addresses)
        )

    @property
    def choosing(self) -> str:
        """The list of products, with these ticked."""
        return _with_addresses(reverse("products"), self.addresses)


def chosen_in(asked: QueryDict) -> Chosen:
    said = list(dict.fromkeys(filter(None, asked.getlist("p"))))[:_READ_MOST]
    readable = [one for one in said if _ADDRESS.fullmatch(one)]
    return Chosen(tuple(readable), tuple(one[:60] for one in said if one not in readable))


def compare_address(addresses: Iterable[str]) -> str:
    return _with_addresses(reverse("compare"), addresses)


def _with_addresses(path: str, addresses: Iterable[str]) -> str:
    query = urlencode([("p", one) for one in addresses], safe="/@")
    return f"{path}?{query}" if query else path
