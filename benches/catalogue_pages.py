"""The measuring part of `benches.catalogue`: CPU time of this process, in ratios."""

from __future__ import annotations

import math
import statistics
import sys
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from threading import Thread

from django.core.management import call_command
from django.db import connection
from django.http import QueryDict
from django.http.response import StreamingHttpResponse
from django.test import Client

from benches.catalogue_filling import Filling
from certification.queries import listed_products
from marketplace.catalogue.models import Product
from marketplace.site.facets import facets_of
from marketplace.site.market import Market
from marketplace.site.market.reading import told_of
from marketplace.site.narrowing import Narrowing
from marketplace.site.product_rows import rows_of
from marketplace.site.search.finding import find
from marketplace.site.views import catalogue

SIZES = (2_000, 20_000, 200_000)
ROUNDS = 9
_NARROWED = "category=backup&integrates=load-balancer&evidence=live"
_FACETS = {
    "facets of everything": "",
    "facets, one filter": "category=storage",
    "facets, three filters": _NARROWED,
    "facets, two vendors": "vendor=vendor-21&vendor=vendor-41",
}
#: Growth from the smallest to the largest market, and milliseconds there, at most.
TARGETS = {
    **dict.fromkeys(_FACETS, (10.0, 1.0)),
    "page, narrowed": (1.5, math.inf),
    "page of 25 as data, narrowed": (1.5, math.inf),
}


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
    found = {
        "rows of a bare list": _cpu_ms(_bare_list),
        "page with facets": _cpu_ms(lambda: _read(client, "/products/")),
        "page, narrowed": _cpu_ms(lambda: _read(client, f"/products/?{_NARROWED}")),
        "page, searched": _cpu_ms(lambda: _read(client, "/products/?q=product+1234")),
        "page of 25 as data, narrowed": _cpu_ms(lambda: _uncached(client, _NARROWED)),
        **{name: _facets(query) for name, query in _FACETS.items()},
        "search of one word": _cpu_ms(lambda: find("kubernets")),
        "CSV, all": _cpu_ms(lambda: _read(client, "/products.csv"), rounds=1),
    }
    bare = found["rows of a bare list"]
    sys.stdout.write(f"{size:,} products; first page after a change {first:.0f} ms of CPU\n")
    for what, spent in found.items():
        sys.stdout.write(f"{spent:10.2f} ms  {what}: {spent / bare:.1f}x a bare list\n")
    slowest, answered = _while_read_anew(client)
    sys.stdout.write(
        f"{slowest:10.0f} ms  slowest of {answered} pages answered while the market is read anew\n"
    )
    return found


def _tell_growth(small: dict[str, float], large: dict[str, float], size: int) -> None:
    for what, spent in small.items():
        ratio = large[what] / spent
        line = f"{ratio:10.1f}x  {what}, from {SIZES[0]:,} to {size:,} products"
        if what in TARGETS:
            growth, most_ms = TARGETS[what]
            kept = ratio <= growth and large[what] <= most_ms
            line += f" (at most {growth:g}x, {most_ms:g} ms: {'met' if kept else 'MISSED'})"
        sys.stdout.write(f"{line}\n")


def _facets(query: str) -> float:
    """Choices and counts, of a narrowing that has worked out nothing yet: the least of many, which
    other programs disturb least."""
    asked = QueryDict(query)
    found = Narrowing.of(asked)
    return _cpu_ms(
        lambda: facets_of(asked, Narrowing(found.market, found.wanted, found.text)),
        rounds=15 * ROUNDS,
        chosen=min,
    )


def _uncached(client: Client, query: str) -> None:
    catalogue.forget()
    _read(client, f"/products/catalogue.json?{query}")


def _while_read_anew(client: Client) -> tuple[float, int]:
    """Wall time of the slowest answer in ms, and how many there were."""
    reading = Thread(target=_read_anew)
    reading.start()
    spent = []
    while reading.is_alive() or not spent:
        began = time.perf_counter()
        _uncached(client, _NARROWED)
        spent.append((time.perf_counter() - began) * 1000)
        time.sleep(0.02)
    return max(spent), len(spent)


def _read_anew() -> None:
    Market.of(told_of(), datetime.now(UTC).date())
    connection.close()


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


def _cpu_ms(
    work: Callable[[], object],
    rounds: int = ROUNDS,
    chosen: Callable[[list[float]], float] = statistics.median,
) -> float:
    if rounds > 1:
        work()
    spent = []
    for _ in range(rounds):
        began = time.process_time_ns()
        work()
        spent.append((time.process_time_ns() - began) / 1e6)
    return chosen(spent)
