"""Every address of the service."""

from __future__ import annotations

from django.urls import include, path

from marketplace.config import health

handler500 = "marketplace.config.middleware.server_error"

urlpatterns = [
    path("healthz", health.process, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("api/v1/", include("api.v1.urls")),
    path("", include("api.refstack.urls")),
    path("", include("marketplace.workspace.urls")),
    path("", include("marketplace.site.urls")),
]
