"""The measuring part of `benches.catalogue`: CPU time of this process, in ratios."""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Iterable

from django.core.management import call_command
from django.http import QueryDict
from django.http.response import StreamingHttpResponse
from django.test import Client

from benches.catalogue_filling import Filling
from certification.queries import listed_products
from marketplace.catalogue.models import Product
from marketplace.site.facets import facets_of
from marketplace.site.narrowing import Narrowing
from marketplace.site.product_rows import rows_of
from marketplace.site.search.finding import find

SIZES = (2_000, 20_000, 200_000)
ROUNDS = 9
_NARROWED = "category=backup&integrates=load-balancer&evidence=live"


def main() -> None:
    call_command("migrate", verbosity=0)
    filling = Filling()
    most = int(sys.argv[1]) if len(sys.argv) > 1 else SIZES[-1]
    measured = {}
    for size in (size for size in SIZES if size <= most):
        filling.fill_up_to(size)
        measured[size] = _measure(size)
    _tell_growth(measured[SIZES[0]], measured[max(measured)], max(measured))


def _measure(size: int) -> dict[str, float]:
    client = Client()
    first = _cpu_ms(lambda: _read(client, "/products/"), rounds=1)
    market = Narrowing.of(QueryDict(""))
    found = {
        "rows of a bare list": _cpu_ms(_bare_list),
        "page with facets": _cpu_ms(lambda: _read(client, "/products/")),
        "page, narrowed": _cpu_ms(lambda: _read(client, f"/products/?{_NARROWED}")),
        "page, searched": _cpu_ms(lambda: _read(client, "/products/?q=product+1234")),
        "facets, counted": _cpu_ms(lambda: facets_of(QueryDict(_NARROWED), market)),
        "facets, with reading": _cpu_ms(lambda: facets_of(QueryDict(_NARROWED))),
        "search of one word": _cpu_ms(lambda: find("kubernets")),
        "CSV, all": _cpu_ms(lambda: _read(client, "/products.csv"), rounds=1),
    }
    bare = found["rows of a bare list"]
    sys.stdout.write(f"{size:,} products; first page after a change {first:.0f} ms of CPU\n")
    for what, spent in found.items():
        sys.stdout.write(f"{spent:10.2f} ms  {what}: {spent / bare:.1f}x a bare list\n")
    return found


def _tell_growth(small: dict[str, float], large: dict[str, float], size: int) -> None:
    for what, spent in small.items():
        ratio = large[what] / spent
        sys.stdout.write(f"{ratio:10.1f}x  {what}, from {SIZES[0]:,} to {size:,} products\n")


def _bare_list() -> None:
    """The twenty rows of a page without anything around them."""
    products: Iterable[Product] = listed_products().order_by("-is_certified", "name", "pk")[:20]
    rows_of(list(products))


def _read(client: Client, path: str) -> None:
    answer = client.get(path)
    if answer.status_code != 200:
        raise RuntimeError(f"{path} answered {answer.status_code}")
    if isinstance(answer, StreamingHttpResponse):
        for _ in answer:
            pass


def _cpu_ms(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    if rounds > 1:
        work()
    spent = []
    for _ in range(rounds):
        began = time.process_time_ns()
        work()
        spent.append((time.process_time_ns() - began) / 1e6)
    return statistics.median(spent)
