"""What gunicorn runs for `benches.serving`: the service with two addresses more."""

from __future__ import annotations

from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.test.utils import override_settings
from django.urls import include, path

application = get_wsgi_application()


def _bare(_request: HttpRequest) -> HttpResponse:
    return HttpResponse(b"{}", content_type="application/json")


def _uncached(request: HttpRequest) -> HttpResponseBase:
    """As if nobody had asked for this page before."""
    from marketplace.site.views import catalogue

    catalogue.forget()
    return catalogue.catalogue(request)


urlpatterns = [
    path("bare", _bare),
    path("uncached", _uncached),
    path("", include("marketplace.config.urls")),
]
override_settings(ROOT_URLCONF=__name__).enable()
