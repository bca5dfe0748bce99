"""The pages of signed-in people: vendors, and the foundation's staff."""

from __future__ import annotations

from django.urls import include, path

from marketplace.workspace.views import (
    inbox,
    integration,
    keys,
    notice_settings,
    overview,
    product_editions,
    products,
    releases,
    submissions,
    tokens,
    vendors,
    webhooks,
)
from marketplace.workspace.views.staff import audit as staff_audit
from marketplace.workspace.views.staff import certificates as staff_certificates
from marketplace.workspace.views.staff import disputes as staff_disputes
from marketplace.workspace.views.staff import gallery as staff_gallery
from marketplace.workspace.views.staff import guideline_amending, review
from marketplace.workspace.views.staff import guidelines as staff_guidelines
from marketplace.workspace.views.staff import integration as staff_integration
from marketplace.workspace.views.staff import looking as staff_looking
from marketplace.workspace.views.staff import programme as staff_programme
from marketplace.workspace.views.staff import programme_texts as staff_texts
from marketplace.workspace.views.staff import queue as staff_queue
from marketplace.workspace.views.staff import reports as staff_reports
from marketplace.workspace.views.staff import statistics as staff_statistics
from marketplace.workspace.views.staff import vendors as staff_vendors

_PRODUCT = "products/<int:product_id>/"
_vendor_pages = [
    path("vendors/new/", vendors.vendor_new, name="vendor-new"),
    path("vendors/<slug:slug>/", vendors.vendor_page, name="workspace-vendor"),
    path("vendors/<slug:slug>/products/new/", products.product_new, name="product-new"),
    path(_PRODUCT, products.product_page, name="workspace-product"),
    path(f"{_PRODUCT}edit/", product_editions.product_edit, name="product-edit"),
    path(f"{_PRODUCT}preview/", product_editions.product_preview, name="product-preview"),
    path(f"{_PRODUCT}publish/", product_editions.product_publish, name="product-publish"),
    path(f"{_PRODUCT}discard/", product_editions.product_discard, name="product-discard"),
    path(f"{_PRODUCT}history/", product_editions.product_history, name="product-history"),
    path(
        f"{_PRODUCT}history/<int:number>/restore/",
        product_editions.product_restore,
        name="product-restore",
    ),
    path(f"{_PRODUCT}releases/new/", products.release_new, name="release-new"),
    path("releases/<int:release_id>/", releases.release_page, name="release"),
    path("releases/<int:release_id>/tie/", releases.tie, name="release-tie"),
    path("releases/<int:release_id>/challenge/", releases.challenge, name="release-challenge"),
    path("releases/<int:release_id>/profile/", integration.profile, name="release-profile"),
    path("releases/<int:release_id>/claims/", integration.claims, name="release-claims"),
    path("releases/<int:release_id>/certify/", integration.certify, name="release-certify"),
    path("submissions/", submissions.submission_list, name="submissions"),
    path("submissions/<int:submission_id>/", submissions.submission_page, name="submission"),
    path("submissions/<int:submission_id>/submit/", submissions.hand_in, name="submission-submit"),
    path(
        "submissions/<int:submission_id>/message/", submissions.message, name="submission-message"
    ),
    path("submissions/<int:submission_id>/appeal/", submissions.appeal, name="submission-appeal"),
    path(
        "submissions/<int:submission_id>/withdraw/",
        submissions.take_back,
        name="submission-withdraw",
    ),
]

_notice_pages = [
    path("notices/", inbox.inbox, name="inbox"),
    path("notices/read/", inbox.read_them_all, name="inbox-read-all"),
    path("notices/<uuid:notice_id>/read/", inbox.read, name="inbox-read"),
    path("notices/settings/", notice_settings.notice_settings, name="notice-settings"),
    path("vendors/<slug:slug>/webhooks/", webhooks.webhook_list, name="webhooks"),
    path("webhooks/<int:webhook_id>/", webhooks.webhook_page, name="webhook"),
    path("webhooks/<int:webhook_id>/secret/", webhooks.rotate, name="webhook-rotate"),
    path("webhooks/<int:webhook_id>/pause/", webhooks.pause, name="webhook-pause"),
    path("webhooks/<int:webhook_id>/resume/", webhooks.resume, name="webhook-resume"),
    path("webhooks/<int:webhook_id>/end/", webhooks.end, name="webhook-end"),
    path("deliveries/<uuid:delivery_id>/replay/", webhooks.replay, name="webhook-replay"),
]

_staff_pages = [
    path("", staff_queue.queue, name="staff-queue"),
    path("distribute/", staff_queue.give_out, name="staff-distribute"),
    path("submissions/<int:submission_id>/", review.review, name="staff-submission"),
    path("submissions/<int:submission_id>/take/", review.take_it, name="staff-take"),
    path("submissions/<int:submission_id>/message/", review.message, name="staff-message"),
    path("submissions/<int:submission_id>/decide/", review.decide, name="staff-decide"),
    path("submissions/<int:submission_id>/appeal/", review.settle, name="staff-appeal"),
    path("integration/", staff_integration.release_list, name="staff-integration"),
    path("releases/<int:release_id>/", staff_integration.release_page, name="staff-release"),
    path("releases/<int:release_id>/not-applicable/", staff_integration.grant, name="staff-grant"),
    path("releases/<int:release_id>/confirm/", staff_integration.confirm, name="staff-confirm"),
    path("grants/<int:grant_id>/end/", staff_integration.end_grant, name="staff-grant-end"),
    path("certificates/", staff_certificates.certificate_list, name="staff-certificates"),
    path(
        "certificates/<slug:number>/", staff_certificates.certificate_page, name="staff-certificate"
    ),
    path("certificates/<slug:number>/revoke/", staff_certificates.revoke_it, name="staff-revoke"),
    path(
        "certificates/<slug:number>/suspend/", staff_certificates.suspend_it, name="staff-suspend"
    ),
    path(
        "certificates/<slug:number>/reinstate/",
        staff_certificates.reinstate_it,
        name="staff-reinstate",
    ),
    path("certificates/<slug:number>/dispute/", staff_disputes.contest, name="staff-dispute"),
    path("disputes/", staff_disputes.dispute_list, name="staff-disputes"),
    path("disputes/<int:dispute_id>/settle/", staff_disputes.settle, name="staff-settle"),
    path("reports/", staff_reports.report_list, name="staff-reports"),
    path("reports/<int:report_id>/settle/", staff_reports.settle, name="staff-report-settle"),
    path("vendors/", staff_vendors.vendor_list, name="staff-vendors"),
    path("vendors/<slug:slug>/domain/", staff_vendors.confirm, name="staff-domain"),
]

_desk_pages = [
    path("components/", staff_gallery.components, name="staff-components"),
    path("statistics/", staff_statistics.office, name="staff-statistics"),
    path(
        "statistics/<slug:table>.csv",
        staff_statistics.office_table,
        name="staff-statistics-table",
    ),
    path("vendors/<slug:slug>/seen/", staff_looking.seen, name="staff-seen"),
    path("vendors/<slug:slug>/seen/<path:page>", staff_looking.seen, name="staff-seen-page"),
    path("audit/", staff_audit.trail, name="staff-audit"),
    path("audit.csv", staff_audit.trail_file, name="staff-audit-csv"),
    path("programme/", staff_programme.desk, name="staff-programme"),
    path("programme/history/", staff_programme.history, name="staff-programme-history"),
    path("programme/settings/<slug:name>/", staff_programme.setting, name="staff-setting"),
    path(
        "programme/proposals/<int:proposal_id>/settle/",
        staff_programme.settle,
        name="staff-setting-settle",
    ),
    path("programme/texts/<slug:slug>/", staff_texts.text, name="staff-programme-text"),
]

_GUIDELINE = "guidelines/<int:guideline_id>/"
_guideline_pages = [
    path("guidelines/", staff_guidelines.guideline_list, name="staff-guidelines"),
    path(_GUIDELINE, staff_guidelines.guideline_page, name="staff-guideline"),
    path(f"{_GUIDELINE}impact/", staff_guidelines.impact, name="staff-guideline-impact"),
    path(f"{_GUIDELINE}announce/", staff_guidelines.announce, name="staff-guideline-announce"),
    path(f"{_GUIDELINE}approve/", staff_guidelines.approve, name="staff-guideline-approve"),
    path(f"{_GUIDELINE}supersede/", staff_guidelines.supersede, name="staff-guideline-supersede"),
    path(f"{_GUIDELINE}amend/", guideline_amending.amend, name="staff-guideline-amend"),
    path(
        f"{_GUIDELINE}statistics/",
        guideline_amending.statistics,
        name="staff-guideline-statistics",
    ),
    path(
        f"{_GUIDELINE}statistics.csv",
        guideline_amending.statistics_file,
        {"form": "csv"},
        name="staff-guideline-statistics-csv",
    ),
    path(
        f"{_GUIDELINE}statistics.json",
        guideline_amending.statistics_file,
        {"form": "json"},
        name="staff-guideline-statistics-json",
    ),
]

urlpatterns = [
    path("workspace/", overview.workspace, name="workspace"),
    path("workspace/keys/", keys.key_list, name="keys"),
    path("workspace/keys/challenge/", keys.challenge, name="key-challenge"),
    path("workspace/keys/<int:key_id>/revoke/", keys.revoke, name="key-revoke"),
    path("workspace/tokens/", tokens.token_list, name="tokens"),
    path("workspace/tokens/<int:token_id>/revoke/", tokens.revoke, name="token-revoke"),
    path("workspace/", include(_vendor_pages)),
    path("workspace/", include(_notice_pages)),
    path("", include("marketplace.workspace.urls_account")),
    path("staff/", include(_staff_pages)),
    path("staff/", include(_guideline_pages)),
    path("staff/", include(_desk_pages)),
]
