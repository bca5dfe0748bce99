"""The addresses of version 1. Each names its permission; a test fails where one does not."""

from __future__ import annotations

from django.urls import path, re_path
from drf_spectacular.views import SpectacularAPIView

from api.auth import MayRead
from api.errors import unknown
from api.v1 import guidelines, runs

urlpatterns = [
    path("guidelines/", guidelines.GuidelineList.as_view(), name="api-guidelines"),
    path(
        "guidelines/<str:document_id>/", guidelines.GuidelineDetail.as_view(), name="api-guideline"
    ),
    path("runs/", runs.RunList.as_view(), name="api-runs"),
    path("runs/<uuid:run_id>/", runs.RunDetail.as_view(), name="api-run"),
    path(
        "runs/<uuid:run_id>/evaluations/",
        runs.RunEvaluations.as_view(),
        name="api-run-evaluations",
    ),
    path(
        "runs/<uuid:run_id>/evaluations/<str:document_id>/<str:target>/",
        runs.RunEvaluation.as_view(),
        name="api-run-evaluation",
    ),
    path(
        "schema/",
        SpectacularAPIView.as_view(permission_classes=[MayRead]),
        name="api-schema",
    ),
    re_path("", unknown, name="api-unknown"),
]
