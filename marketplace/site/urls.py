"""The public pages."""

from __future__ import annotations

from django.urls import include, path, re_path

from marketplace.site.views import (
    badges,
    certificates,
    compare,
    comparing_runs,
    guideline_numbers,
    guidelines,
    home,
    listing,
    logos,
    products,
    requirements,
    run_links,
    runs,
    shortlist,
    sign_in,
    sign_in_code,
    sign_up,
    statistics,
    upload,
    verify,
)

urlpatterns = [
    path("", include("marketplace.site.urls_taken_away")),
    path("", home.home, name="home"),
    path("products/", listing.product_list, name="products"),
    path("compare/", compare.compare, name="compare"),
    re_path(r"^compare\.(?P<form>csv|json)$", compare.compare_file, name="compare-file"),
    path("shortlist/", shortlist.shortlist, name="shortlist"),
    re_path(r"^shortlist\.(?P<form>csv|md)$", shortlist.shortlist_file, name="shortlist-file"),
    path("requirements/", requirements.requirements, name="requirements"),
    re_path(
        r"^requirements\.(?P<form>csv|md|pdf)$",
        requirements.requirements_file,
        name="requirements-file",
    ),
    path("statistics/", statistics.statistics, name="statistics"),
    path("statistics/<slug:table>.csv", statistics.statistics_table, name="statistics-table"),
    path("products/<slug:vendor>/<slug:product>/", products.product, name="product"),
    path("vendors/<slug:vendor>/", products.vendor, name="vendor"),
    path("certificates/<slug:number>/", certificates.certificate, name="certificate"),
    path("certificates/<slug:number>/statement.json", certificates.statement, name="statement"),
    path("certificates/<slug:number>/product.json", certificates.descriptor, name="descriptor"),
    re_path(r"^logos/(?P<sha256>[0-9a-f]{64})\.png$", logos.logo, name="logo"),
    path("badges/<slug:vendor>/<slug:product>.svg", badges.svg, name="badge"),
    path("badges/<slug:vendor>/<slug:product>.json", badges.json, name="badge-json"),
    path("verify/", verify.verify, name="verify"),
    path("guidelines/", guidelines.guideline_list, name="guidelines"),
    path(
        "guidelines/<str:document_id>.json",
        guidelines.guideline_document,
        name="guideline-document",
    ),
    path("guidelines/<str:document_id>/", guidelines.guideline, name="guideline"),
    path(
        "guidelines/<str:document_id>/diff/<str:other_id>/",
        guideline_numbers.difference,
        name="guideline-difference",
    ),
    path(
        "guidelines/<str:document_id>/statistics/",
        guideline_numbers.statistics,
        name="guideline-statistics",
    ),
    path(
        "guidelines/<str:document_id>/statistics.csv",
        guideline_numbers.statistics_file,
        {"form": "csv"},
        name="guideline-statistics-csv",
    ),
    path(
        "guidelines/<str:document_id>/statistics.json",
        guideline_numbers.statistics_file,
        {"form": "json"},
        name="guideline-statistics-json",
    ),
    path("runs/<uuid:run_id>/", runs.run, name="run"),
    path("runs/<uuid:run_id>/evidence", runs.evidence, name="run-evidence"),
    path("runs/<uuid:run_id>/open-tests.txt", runs.open_tests, name="run-open-tests"),
    path("runs/<uuid:run_id>/share", runs.share, name="run-share"),
    path(
        "runs/<uuid:run_id>/compare/<uuid:other_id>/",
        comparing_runs.compare_runs,
        name="run-compare",
    ),
    path("runs/<uuid:run_id>/links/", run_links.links, name="run-links"),
    path(
        "runs/<uuid:run_id>/links/<int:link_id>/revoke/", run_links.revoke, name="run-link-revoke"
    ),
    path("runs/<uuid:run_id>/shared/<str:token>/", run_links.shared, name="run-shared"),
    path("upload/", upload.upload, name="upload"),
    path("sign-in/", sign_in.SignIn.as_view(), name="sign-in"),
    path("sign-in/code/", sign_in_code.sign_in_code, name="sign-in-code"),
    path("sign-up/", sign_up.sign_up, name="sign-up"),
    path("sign-out/", sign_in.SignOut.as_view(), name="sign-out"),
]
