"""Which addresses stand in the OpenAPI document. The others are named here, and a test compares
both with the URL resolver."""

from __future__ import annotations

from typing import Any

Endpoint = tuple[str, str, str, Any]

#: Addresses of RefStack's clients: their contract is RefStack's, not ours to describe.
COMPATIBLE = frozenset(
    {
        "refstack-results",
        "refstack-result",
        "refstack-guidelines",
        "refstack-guideline",
        "refstack-tests",
        "refstack-unknown",
    }
)
#: What watches the service asks, and the API about itself.
SERVICE = frozenset({"healthz", "readyz", "api-schema", "api-unknown"})
#: Pages for people.
PAGES = frozenset(
    {
        "home",
        "products",
        "compare",
        "statistics",
        "statistics-table",
        "product",
        "vendor",
        "certificate",
        "statement",
        "descriptor",
        "badge",
        "badge-json",
        "verify",
        "products-file",
        "certificates-file",
        "guidelines-file",
        "vendor-products-file",
        "feeds",
        "feed",
        "feed-category",
        "feed-vendor",
        "feed-product",
        "feed-guideline",
        "robots",
        "sitemap",
        "sitemap-part",
        "widget",
        "ask",
        "report",
        "watching",
        "watch-product",
        "watch-vendor",
        "watch-guideline",
        "staff-reports",
        "staff-report-settle",
        "guidelines",
        "guideline",
        "guideline-document",
        "run",
        "run-evidence",
        "run-open-tests",
        "run-share",
        "upload",
        "sign-in",
        "sign-out",
        "workspace",
        "keys",
        "key-challenge",
        "key-revoke",
        "tokens",
        "token-revoke",
        "sign-up",
        "vendor-new",
        "workspace-vendor",
        "product-new",
        "workspace-product",
        "product-edit",
        "release-new",
        "release",
        "release-tie",
        "release-challenge",
        "release-profile",
        "release-claims",
        "release-certify",
        "submissions",
        "submission",
        "submission-submit",
        "submission-withdraw",
        "staff-queue",
        "staff-submission",
        "staff-take",
        "staff-decide",
        "staff-integration",
        "staff-release",
        "staff-grant",
        "staff-grant-end",
        "staff-confirm",
        "staff-certificates",
        "staff-certificate",
        "staff-revoke",
        "staff-suspend",
        "staff-reinstate",
        "staff-dispute",
        "staff-disputes",
        "staff-settle",
        "staff-vendors",
        "staff-domain",
    }
)


def only_version_1(endpoints: list[Endpoint]) -> list[Endpoint]:
    return [endpoint for endpoint in endpoints if endpoint[0].startswith("/api/v1/")]
