"""The addresses of version 1. Each names its permission; a test fails where one does not."""

from __future__ import annotations

from django.urls import include, path, re_path
from drf_spectacular.views import SpectacularAPIView

from api.auth import MayRead
from api.errors import unknown
from api.v1 import (
    appeals,
    certificates,
    comparison,
    decisions,
    guidelines,
    integration,
    market,
    run_comparison,
    runs,
    submissions,
)

_one_submission = [
    path("", submissions.SubmissionDetail.as_view(), name="api-submission"),
    path("submit/", submissions.SubmissionHandIn.as_view(), name="api-submit"),
    path("withdraw/", submissions.SubmissionWithdrawal.as_view(), name="api-withdraw"),
    path("take/", decisions.Take.as_view(), name="api-take"),
    path("approve/", decisions.Approve.as_view(), name="api-approve"),
    path("reject/", decisions.Reject.as_view(), name="api-reject"),
    path("ask/", decisions.Ask.as_view(), name="api-ask"),
    path("appeal/", appeals.AppealRaised.as_view(), name="api-appeal"),
    path("appeal/settle/", appeals.AppealSettled.as_view(), name="api-appeal-settle"),
]

_one_release = [
    path("", market.ReleaseDetail.as_view(), name="api-release"),
    path("profile/", integration.ReleaseProfile.as_view(), name="api-release-profile"),
    path("claims/", integration.ReleaseClaims.as_view(), name="api-release-claims"),
    path("not-applicable/", integration.Grants.as_view(), name="api-not-applicable"),
    path(
        "not-applicable/<int:grant_id>/end/",
        integration.GrantEnd.as_view(),
        name="api-not-applicable-end",
    ),
]

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
        "runs/<uuid:run_id>/compare/<uuid:other_id>/",
        run_comparison.RunComparison.as_view(),
        name="api-run-compare",
    ),
    path("runs/<uuid:run_id>/levels/", integration.RunLevels.as_view(), name="api-run-levels"),
    path(
        "runs/<uuid:run_id>/corroboration/",
        integration.Confirmation.as_view(),
        name="api-run-corroboration",
    ),
    path("vendors/", market.VendorList.as_view(), name="api-vendors"),
    path("vendors/<slug:slug>/", market.VendorDetail.as_view(), name="api-vendor"),
    path("compare/", comparison.Compare.as_view(), name="api-compare"),
    path("products/", market.ProductList.as_view(), name="api-products"),
    path(
        "products/<slug:vendor>/<slug:product>/", market.ProductDetail.as_view(), name="api-product"
    ),
    path(
        "products/<slug:vendor>/<slug:product>/integration/",
        integration.ProductStandings.as_view(),
        name="api-product-integration",
    ),
    path("releases/", market.ReleaseList.as_view(), name="api-releases"),
    path("releases/<int:release_id>/", include(_one_release)),
    path("certificates/", certificates.CertificateList.as_view(), name="api-certificates"),
    path(
        "certificates/by-digest/<slug:sha256>/",
        certificates.CertificateByDigest.as_view(),
        name="api-certificate-by-digest",
    ),
    path(
        "certificates/<slug:number>/",
        certificates.CertificateDetail.as_view(),
        name="api-certificate",
    ),
    path(
        "certificates/<slug:number>/statement/",
        certificates.CertificateStatement.as_view(),
        name="api-certificate-statement",
    ),
    path("challenges/", submissions.Challenges.as_view(), name="api-challenges"),
    path("submissions/", submissions.SubmissionList.as_view(), name="api-submissions"),
    path("submissions/<int:submission_id>/", include(_one_submission)),
    path("review-queue/", decisions.ReviewQueue.as_view(), name="api-review-queue"),
    path(
        "schema/",
        SpectacularAPIView.as_view(permission_classes=[MayRead]),
        name="api-schema",
    ),
    re_path("", unknown, name="api-unknown"),
]
