"""Products side by side."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from certification.queries.comparison import find_compared
from marketplace.site.comparison import compare as compared
from marketplace.site.comparison_choice import FEWEST, MOST, chosen_in, compare_address

_ONLY = ("only", "differences")


@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """404 names products that are unknown, 400 says that there are too many."""
    chosen = chosen_in(request.GET)
    found = [] if chosen.too_many else find_compared(chosen.addresses)
    known = [one.address for one in found]
    unknown = [*chosen.unreadable]
    if not chosen.too_many:
        unknown += [one for one in chosen.addresses if one not in known]
    only = request.GET.get(_ONLY[0]) == _ONLY[1]
    enough = len(found) >= FEWEST and not unknown
    context = {
        "chosen": chosen,
        "unknown": unknown,
        "without_unknown": compare_address(known),
        "products": found,
        "columns": [(one, chosen.without(one.address)) for one in found],
        "comparison": compared(found, only_differences=only) if enough else None,
        "only_differences": only,
        "whole": compare_address(known),
        "fewest": FEWEST,
        "most": MOST,
    }
    return render(request, "site/compare.html", context, status=_status(unknown, chosen.too_many))


def _status(unknown: list[str], too_many: bool) -> int:
    if too_many:
        return HTTPStatus.BAD_REQUEST
    return HTTPStatus.NOT_FOUND if unknown else HTTPStatus.OK
