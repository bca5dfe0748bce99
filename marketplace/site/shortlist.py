"""A buyer's shortlist: kept in a signed cookie of the browser, without an account."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext

from certification.queries import listed_products
from marketplace.catalogue.models import Product

MOST = 12
COOKIE = "shortlist"
_SALT = "hallmark.shortlist"
_SECONDS_KEPT = 180 * 24 * 3600


class ShortlistRefused(ValueError):
    """With a stable code and a sentence for the buyer."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Shortlist:
    """Ids of products, in the order in which they were put on it."""

    products: tuple[int, ...] = ()

    def adding(self, product: int) -> Shortlist:
        """Raises ShortlistRefused; a product that is on it stays where it is."""
        if product in self.products:
            return self
        if len(self.products) >= MOST:
            raise ShortlistRefused(
                "shortlist-full",
                gettext("A shortlist holds at most {most} products. Take one off first.").format(
                    most=MOST
                ),
            )
        return Shortlist((*self.products, product))

    def without(self, product: int) -> Shortlist:
        return Shortlist(tuple(one for one in self.products if one != product))


def read_shortlist(request: HttpRequest) -> Shortlist:
    """Empty where there is none, or one that we did not sign."""
    said = request.get_signed_cookie(COOKIE, default="", salt=_SALT, max_age=_SECONDS_KEPT)
    numbers = [int(one) for one in (said or "").split(".") if one.isdecimal()]
    return Shortlist(tuple(dict.fromkeys(numbers))[:MOST])


def keep_shortlist(answer: HttpResponseBase, shortlist: Shortlist, *, secure: bool) -> None:
    if not shortlist.products:
        answer.delete_cookie(COOKIE, samesite="Lax")
        return
    answer.set_signed_cookie(
        COOKIE,
        ".".join(map(str, shortlist.products)),
        salt=_SALT,
        max_age=_SECONDS_KEPT,
        secure=secure,
        httponly=True,
        samesite="Lax",
    )


def shortlisted(shortlist: Shortlist) -> Sequence[Product]:
    """Those that are still listed, in order."""
    found = listed_products().in_bulk(list(shortlist.products))
    return [found[one] for one in shortlist.products if one in found]
