"""The measuring part of `benches.serving`: requests through all of Django, in this process."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from types import SimpleNamespace

from django.core.handlers.wsgi import WSGIHandler
from django.core.management import call_command
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.test.utils import override_settings
from django.urls import include, path

from benches.catalogue_filling import Filling
from certification.models import Certificate
from marketplace.site.market import following
from marketplace.site.views import catalogue

SIZES = (2_000, 20_000, 200_000)
#: Times slower than the bare view, at most.
TARGETS = {"catalogue JSON with facets": 6.0, "cached page": 2.0, "304": 2.0, "badge": 3.0}
ROUNDS, REQUESTS = 7, 60


def _bare(_request: HttpRequest) -> HttpResponse:
    return HttpResponse(b"{}", content_type="application/json")


_ROUTES = SimpleNamespace(
    urlpatterns=[path("bare", _bare), path("", include("marketplace.config.urls"))]
)
Answering = Callable[[], HttpResponse]


def main() -> None:
    call_command("migrate", verbosity=0)
    filling = Filling()
    most = int(sys.argv[1]) if len(sys.argv) > 1 else SIZES[-1]
    with override_settings(ROOT_URLCONF=_ROUTES):
        for size in (size for size in SIZES if size <= most):
            filling.fill_up_to(size)
            following.forget()
            _tell(size, _measure())


def _measure() -> dict[str, float]:
    """CPU milliseconds a request, of this process; one after the other in each round."""
    handler = WSGIHandler()
    badge = Certificate.objects.in_force().select_related("release__product__vendor").first()
    if badge is None:
        raise RuntimeError("no certificate is in force")
    product = badge.release.product
    listed = "/products/catalogue.json"
    etag = _get(handler, listed)()["ETag"]
    ways: dict[str, Answering] = {
        "bare view": _get(handler, "/bare"),
        "catalogue JSON with facets": _uncached(handler, f"{listed}?category=storage"),
        "cached page": _get(handler, listed),
        "304": _get(handler, listed, HTTP_IF_NONE_MATCH=etag),
        "badge": _get(handler, f"/badges/{product.vendor.slug}/{product.slug}.svg"),
    }
    spent: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, way in ways.items():
            began = time.process_time_ns()
            for _ in range(REQUESTS):
                way()
            spent[name].append((time.process_time_ns() - began) / 1e6 / REQUESTS)
    return {name: min(found) for name, found in spent.items()}


def _get(handler: WSGIHandler, address: str, **headers: str) -> Answering:
    factory = RequestFactory()

    def answer() -> HttpResponse:
        answered = handler.get_response(factory.get(address, **headers))
        if answered.status_code not in (200, 304):
            raise RuntimeError(f"{address} answered {answered.status_code}")
        return answered

    return answer


def _uncached(handler: WSGIHandler, address: str) -> Answering:
    way = _get(handler, address)

    def answer() -> HttpResponse:
        catalogue.forget()
        return way()

    return answer


def _tell(size: int, measured: dict[str, float]) -> None:
    bare = measured.pop("bare view")
    sys.stdout.write(f"\n{size:,} products; bare view {bare:.2f} ms of CPU a request\n")
    for name, spent in measured.items():
        times, target = spent / bare, TARGETS[name]
        word = "reached" if times <= target else "MISSED"
        line = f"{name:28} {spent:6.2f} ms {times:5.1f}x, target {target:g}x: {word}\n"
        sys.stdout.write(line)
