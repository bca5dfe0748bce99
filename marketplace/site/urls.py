"""The public pages."""

from __future__ import annotations

from django.urls import path

from marketplace.site.views import guidelines, home, runs, sign_in, upload

urlpatterns = [
    path("", home.home, name="home"),
    path("guidelines/", guidelines.guideline_list, name="guidelines"),
    path(
        "guidelines/<str:document_id>.json",
        guidelines.guideline_document,
        name="guideline-document",
    ),
    path("guidelines/<str:document_id>/", guidelines.guideline, name="guideline"),
    path("runs/<uuid:run_id>/", runs.run, name="run"),
    path("runs/<uuid:run_id>/evidence", runs.evidence, name="run-evidence"),
    path("runs/<uuid:run_id>/open-tests.txt", runs.open_tests, name="run-open-tests"),
    path("runs/<uuid:run_id>/share", runs.share, name="run-share"),
    path("upload/", upload.upload, name="upload"),
    path("sign-in/", sign_in.SignIn.as_view(), name="sign-in"),
    path("sign-out/", sign_in.SignOut.as_view(), name="sign-out"),
]
