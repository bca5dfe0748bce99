"""Products side by side."""

from __future__ import annotations

from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from certification.queries.comparison import Compared, find_compared
from marketplace.site.comparison import compare as compared
from marketplace.site.comparison_choice import FEWEST, MOST, Chosen, chosen_in, compare_address
from marketplace.site.comparison_export import comparison_export
from marketplace.site.context import host_url
from marketplace.site.exports import FORMS

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
    only = _only_differences(request)
    enough = len(found) >= FEWEST and not unknown
    context = {
        "chosen": chosen,
        "unknown": unknown,
        "without_unknown": compare_address(known),
        "products": found,
        "columns": [
            (one, chosen.without(one.address), _other_releases(chosen, one)) for one in found
        ],
        "comparison": compared(found, only_differences=only) if enough else None,
        "only_differences": only,
        "whole": compare_address(known),
        "query": _query(known, only),
        "fewest": FEWEST,
        "most": MOST,
    }
    return render(request, "site/compare.html", context, status=_status(unknown, chosen.too_many))


@require_safe
def compare_file(request: HttpRequest, form: str) -> HttpResponse:
    """The lines that the page shows at the same address. 404 where the page compares nothing."""
    chosen = chosen_in(request.GET)
    found = [] if chosen.too_many else find_compared(chosen.addresses)
    if not FEWEST <= len(found) == len(chosen.addresses) or chosen.unreadable:
        raise Http404(f"Name {FEWEST} to {MOST} products that are here, as p=vendor/product.")
    only = _only_differences(request)
    known = [one.address for one in found]
    export = comparison_export(
        compared(found, only_differences=only),
        page=f"{compare_address([])}?{_query(known, only)}",
        filters={"p": known} | ({_ONLY[0]: [_ONLY[1]]} if only else {}),
        host_url=host_url(request),
    )
    writing, media_type = FORMS[form]
    answer = HttpResponse("".join(writing(export)), content_type=media_type)
    simulated = "simulated-" if export.simulated else ""
    answer["Content-Disposition"] = f'attachment; filename="hallmark-{simulated}comparison.{form}"'
    return answer


def _only_differences(request: HttpRequest) -> bool:
    return request.GET.get(_ONLY[0]) == _ONLY[1]


def _query(addresses: list[str], only_differences: bool) -> str:
    query = compare_address(addresses).partition("?")[2]
    return f"{query}&{'='.join(_ONLY)}" if only_differences else query


def _other_releases(chosen: Chosen, one: Compared) -> list[tuple[str, str]]:
    """Versions that the column could be about, each with the address that makes it so."""
    if len(one.releases) < 2:
        return []
    base = one.address.partition("@")[0]
    return [
        (each.version, chosen.instead(one.address, f"{base}@{each.version}"))
        for each in one.releases
        if each != one.release and f"{base}@{each.version}" not in chosen.addresses
    ]


def _status(unknown: list[str], too_many: bool) -> int:
    if too_many:
        return HTTPStatus.BAD_REQUEST
    return HTTPStatus.NOT_FOUND if unknown else HTTPStatus.OK
