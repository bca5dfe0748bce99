"""Who may reach what: one row for each address of the service.

A method that a row does not name is answered by `otherwise`. Ids are those of the vendor Kelp and
its things, so every row is about what is foreign to most callers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.permissions import answers as who
from tests.permissions.answers import Expected, Role
from tests.permissions.world import World

Arguments = Callable[[World], dict[str, Any]]


def _nothing(world: World) -> dict[str, Any]:
    return {}


@dataclass(frozen=True)
class Row:
    """`body` is sent as JSON with every POST, PUT and PATCH; pages get an empty form."""

    methods: Mapping[str, Expected]
    arguments: Arguments = _nothing
    otherwise: Expected = field(default_factory=lambda: who.NO_METHOD)
    body: Arguments | None = None
    path: str = ""


def _read(to: Expected, arguments: Arguments = _nothing) -> Row:
    return Row({"GET": to}, arguments)


def _form(to: Expected, arguments: Arguments = _nothing) -> Row:
    return Row({"GET": to, "POST": to}, arguments)


def _deed(to: Expected, arguments: Arguments = _nothing) -> Row:
    return Row({"POST": to}, arguments)


def _api_deed(to: Expected, body: Arguments, arguments: Arguments = _nothing) -> Row:
    return Row({"POST": to}, arguments, otherwise=who.API_NO_METHOD, body=body)


def _reason(world: World) -> dict[str, Any]:
    return {"reason": "Looked at."}


def _asked(world: World) -> dict[str, Any]:
    return {
        "release": world.told.release.pk,
        "run": str(world.run.pk),
        "guideline": world.told.guideline.document_id,
        "target": "compute",
        "openstack_release": "gazpacho",
    }


def _challenge(world: World) -> dict[str, Any]:
    return {"release": world.told.release.pk, "guideline": world.told.guideline.document_id}


def _guideline(world: World) -> dict[str, Any]:
    return {"document_id": world.told.guideline.document_id}


def _guideline_row(world: World) -> dict[str, Any]:
    return {"guideline_id": world.told.guideline.pk}


def _run(world: World) -> dict[str, Any]:
    return {"run_id": world.run.pk}


def _vendor(world: World) -> dict[str, Any]:
    return {"slug": world.told.vendor.slug}


def _public_vendor(world: World) -> dict[str, Any]:
    return {"vendor": world.told.vendor.slug}


def _public_product(world: World) -> dict[str, Any]:
    return {"vendor": world.told.vendor.slug, "product": world.told.product.slug}


def _two_products(world: World) -> dict[str, Any]:
    product, other = world.told.product, world.clusters.product
    return {
        "one": f"{product.vendor.slug}/{product.slug}",
        "other": f"{other.vendor.slug}/{other.slug}",
    }


def _member(world: World) -> dict[str, Any]:
    """The editor's membership."""
    editor = world.told.vendor.memberships.get(user=world.people[Role.EDITOR])
    return _vendor(world) | {"membership_id": editor.pk}


def _product(world: World) -> dict[str, Any]:
    return {"product_id": world.told.product.pk}


def _release(world: World) -> dict[str, Any]:
    return {"release_id": world.told.release.pk}


def _integrated(world: World) -> dict[str, Any]:
    return {"release_id": world.clusters.pk}


def _grant(world: World) -> dict[str, Any]:
    return {"grant_id": world.grant.pk}


def _profile(world: World) -> dict[str, Any]:
    return {"profile": "container-platform", "primary": "compute", "has_logins": False}


def _services(world: World) -> dict[str, Any]:
    return {"services": ["dns"]}


def _subject(world: World) -> dict[str, Any]:
    return {"subject": "dns", "reason": "It makes no names."}


def _rerun(world: World) -> dict[str, Any]:
    return {"kind": "rerun", "note": "Ran it again."}


def _submission(world: World) -> dict[str, Any]:
    return {"submission_id": world.submission.pk}


def _certificate(world: World) -> dict[str, Any]:
    return {"number": world.certificate.number}


_SERVICE = {
    "healthz": _read(who.EVERYBODY),
    "readyz": _read(who.EVERYBODY),
    "api-schema": _read(who.EVERYBODY),
    "api-unknown": Row({}, otherwise=who.NOBODY, path="/api/v1/nothing/"),
    "refstack-unknown": Row({}, otherwise=who.NOBODY, path="/v1/nothing"),
}

_API = {
    "api-guidelines": _read(who.EVERYBODY),
    "api-guideline": _read(who.EVERYBODY, _guideline),
    "api-runs": _form(who.EVERYBODY),
    "api-run": _read(who.RUN_READERS, _run),
    "api-run-evaluations": _read(who.RUN_READERS, _run),
    "api-run-evaluation": _read(
        who.RUN_READERS, lambda w: _run(w) | _guideline(w) | {"target": "compute"}
    ),
    "api-run-compare": _read(
        who.RUN_READERS, lambda w: _run(w) | {"other_id": w.certificate.run_id}
    ),
    "api-run-levels": _read(who.NOBODY, _run),  # no bundle of the test kit
    "api-run-corroboration": _api_deed(who.API_DECIDERS, _rerun, _run),
    "api-vendors": _read(who.EVERYBODY),
    "api-vendor": _read(who.EVERYBODY, _vendor),
    "api-compare": Row(
        {"GET": who.EVERYBODY}, _two_products, path="/api/v1/compare/?p={one}&p={other}"
    ),
    "api-products": _read(who.EVERYBODY),
    "api-product": _read(who.EVERYBODY, _public_product),
    "api-product-integration": _read(who.EVERYBODY, _public_product),
    "api-releases": _read(who.EVERYBODY),
    "api-release": _read(who.EVERYBODY, _release),
    "api-release-profile": Row(
        {"GET": who.EVERYBODY, "POST": who.API_EDITORS}, _integrated, body=_profile
    ),
    "api-release-claims": Row(
        {"GET": who.EVERYBODY, "PUT": who.API_EDITORS}, _integrated, body=_services
    ),
    "api-not-applicable": _api_deed(who.API_DECIDERS, _subject, _integrated),
    "api-not-applicable-end": _api_deed(
        who.API_DECIDERS, _nothing, lambda w: _integrated(w) | _grant(w)
    ),
    "api-certificates": _read(who.EVERYBODY),
    "api-certificate": _read(who.EVERYBODY, _certificate),
    "api-certificate-by-digest": _read(
        who.EVERYBODY, lambda w: {"sha256": w.certificate.statement_sha256}
    ),
    "api-certificate-statement": _read(who.EVERYBODY, _certificate),
    "api-challenges": _api_deed(who.API_CHALLENGERS, _challenge),
    "api-submissions": Row(
        {"GET": who.API_PERSONS, "POST": who.API_SUBMITTERS},
        otherwise=who.API_NO_METHOD,
        body=_asked,
    ),
    "api-submission": Row(
        {"GET": who.API_SUBMISSION_READERS}, _submission, otherwise=who.API_NO_METHOD
    ),
    "api-submit": _api_deed(who.API_EDITORS, _nothing, _submission),
    "api-withdraw": _api_deed(who.API_EDITORS, _nothing, _submission),
    "api-take": _api_deed(who.API_DECIDERS, _nothing, _submission),
    "api-approve": _api_deed(who.API_DECIDERS, _reason, _submission),
    "api-reject": _api_deed(who.API_DECIDERS, _reason, _submission),
    "api-ask": _api_deed(who.API_DECIDERS, _reason, _submission),
    "api-appeal": _api_deed(who.API_EDITORS, _reason, _submission),
    # No appeal was raised: who may know of the submission learns that, and the others nothing.
    "api-appeal-settle": _api_deed(
        who.expected(who.Answer.HIDDEN, who.Answer.WHO),
        lambda _w: {"finding": "uphold", "reason": "Looked at."},
        _submission,
    ),
    "api-review-queue": Row({"GET": who.API_STAFF}, otherwise=who.API_STAFF_NO_METHOD),
}

_REFSTACK = {
    "refstack-results": Row({"GET": who.EVERYBODY, "POST": who.EVERYBODY}, path="/v1/results"),
    "refstack-result": Row({"GET": who.RUN_READERS}, _run, path="/v1/results/{run_id}"),
    "refstack-guidelines": Row({"GET": who.EVERYBODY}, path="/v1/guidelines"),
    "refstack-guideline": Row(
        {"GET": who.EVERYBODY}, _guideline, path="/v1/guidelines/{document_id}.json"
    ),
    "refstack-tests": Row(
        {"GET": who.EVERYBODY}, _guideline, path="/v1/guidelines/{document_id}/tests"
    ),
}


def _as_csv(world: World) -> dict[str, Any]:
    return {"form": "csv"}


_TAKEN_AWAY = {
    "catalogue": _read(who.EVERYBODY),
    "products-file": _read(who.EVERYBODY, _as_csv),
    "certificates-file": _read(who.EVERYBODY, _as_csv),
    "guidelines-file": _read(who.EVERYBODY, _as_csv),
    "vendor-products-file": _read(who.EVERYBODY, lambda w: _public_vendor(w) | _as_csv(w)),
    "feeds": _read(who.EVERYBODY),
    "feed": _read(who.EVERYBODY),
    "feed-category": _read(who.EVERYBODY, lambda w: {"category": "backup"}),
    "feed-vendor": _read(who.EVERYBODY, _public_vendor),
    "feed-product": _read(who.EVERYBODY, _public_product),
    "feed-guideline": _read(who.EVERYBODY, _guideline),
    "robots": _read(who.EVERYBODY),
    "sitemap": _read(who.EVERYBODY),
    "sitemap-part": _read(who.EVERYBODY, lambda w: {"section": "pages"}),
    "widget": _read(who.EVERYBODY, _public_product),
    "ask": _deed(who.PERSONS, _public_product),
    "report": _form(who.PERSONS, _public_product),
    "watching": _read(who.PERSONS),
    "watch-product": _deed(who.PERSONS, _public_product),
    "watch-vendor": _deed(who.PERSONS, _public_vendor),
    "watch-guideline": _deed(who.PERSONS, _guideline),
    "staff-reports": _read(who.STAFF),
    "staff-report-settle": _deed(who.STAFF_OF_OTHERS, lambda w: {"report_id": w.report.pk}),
}

_SITE = {
    "home": _read(who.EVERYBODY),
    "products": _read(who.EVERYBODY),
    "compare": _read(who.EVERYBODY),
    "compare-file": Row(
        {"GET": who.EVERYBODY}, _two_products, path="/compare.csv?p={one}&p={other}"
    ),
    "shortlist": _form(who.EVERYBODY),
    "shortlist-file": _read(who.EVERYBODY, _as_csv),
    "requirements": _read(who.EVERYBODY),
    "requirements-file": _read(who.EVERYBODY, _as_csv),
    "statistics": _read(who.EVERYBODY),
    "statistics-table": _read(who.EVERYBODY, lambda _w: {"table": "powered-targets"}),
    "product": _read(who.EVERYBODY, _public_product),
    "product-data-sheet": _read(who.EVERYBODY, _public_product),
    "vendor": _read(who.EVERYBODY, _public_vendor),
    "certificate": _read(who.EVERYBODY, _certificate),
    "statement": _read(who.EVERYBODY, _certificate),
    "descriptor": _read(who.EVERYBODY, _certificate),
    "badge": _read(who.EVERYBODY, _public_product),
    "logo": _read(who.EVERYBODY, lambda w: {"sha256": w.logo}),
    "badge-json": _read(who.EVERYBODY, _public_product),
    "verify": _form(who.EVERYBODY),
    "guidelines": _read(who.EVERYBODY),
    "guideline": _read(who.EVERYBODY, _guideline),
    "guideline-document": _read(who.EVERYBODY, _guideline),
    "guideline-difference": _read(
        who.EVERYBODY, lambda w: _guideline(w) | {"other_id": w.told.guideline.document_id}
    ),
    "guideline-statistics": _read(who.EVERYBODY, _guideline),
    "guideline-statistics-csv": _read(who.EVERYBODY, _guideline),
    "guideline-statistics-json": _read(who.EVERYBODY, _guideline),
    "staff-guidelines": _form(who.ADMINS),
    "staff-guideline": _read(who.ADMINS, _guideline_row),
    "staff-guideline-impact": _read(who.ADMINS, _guideline_row),
    "staff-guideline-announce": _deed(who.ADMINS, _guideline_row),
    "staff-guideline-approve": _deed(who.ADMINS, _guideline_row),
    "staff-guideline-supersede": _deed(who.ADMINS, _guideline_row),
    "staff-guideline-amend": _form(who.ADMINS, _guideline_row),
    "staff-guideline-statistics": _read(who.STAFF, _guideline_row),
    "staff-guideline-statistics-csv": _read(who.STAFF, _guideline_row),
    "staff-guideline-statistics-json": _read(who.STAFF, _guideline_row),
    "run": _read(who.RUN_READERS, _run),
    "run-evidence": _read(who.RUN_READERS, _run),
    "run-open-tests": _read(who.RUN_READERS, _run),
    "run-share": Row({"POST": who.SHARERS}, _run, otherwise=who.SIGNED_IN_NO_METHOD),
    "run-compare": _read(who.RUN_READERS, lambda w: _run(w) | {"other_id": w.certificate.run_id}),
    "run-links": Row(
        {"GET": who.SHARERS, "POST": who.SHARERS}, _run, otherwise=who.SIGNED_IN_NO_METHOD
    ),
    "run-link-revoke": Row(
        {"POST": who.SHARERS},
        lambda w: _run(w) | {"link_id": w.shown.link.pk},
        otherwise=who.SIGNED_IN_NO_METHOD,
    ),
    # Whoever holds the link reads the run.
    "run-shared": _read(who.EVERYBODY, lambda w: _run(w) | {"token": w.shown.secret}),
    "upload": _form(who.EVERYBODY),
    # The framework's form view takes PUT as POST.
    "sign-in": Row(
        dict.fromkeys(("GET", "POST", "PUT"), who.EVERYBODY), otherwise=who.SENT_ON_IF_SIGNED_IN
    ),
    "sign-in-code": _form(who.SENT_TO_SIGN_IN),
    "sign-up": _form(who.EVERYBODY),
    # Whoever holds the link is let in, and nobody else knows of it.
    "invitation": Row(
        {"GET": who.EVERYBODY, "POST": who.PERSONS}, lambda w: {"secret": w.invited.secret}
    ),
    "password-forgotten": _form(who.EVERYBODY),
    "password-reset": _form(who.EVERYBODY, World.reset_link),
    "sign-out": _deed(who.EVERYBODY),
}

_WORKSPACE = {
    "workspace": _read(who.PERSONS),
    "keys": _form(who.PERSONS),
    "key-challenge": _deed(who.PERSONS),
    "key-revoke": _deed(who.OWNER_ALONE, lambda w: {"key_id": w.key.pk}),
    "tokens": _form(who.PERSONS),
    "token-revoke": _deed(who.OWNER_ALONE, lambda w: {"token_id": w.token.pk}),
    "vendor-new": _form(who.PERSONS),
    "workspace-vendor": _read(who.MEMBERS, _vendor),
    "product-new": _form(who.EDITORS, _vendor),
    "workspace-product": _read(who.MEMBERS, _product),
    "product-edit": _form(who.EDITORS, _product),
    "product-preview": _read(who.DRAFT_READERS, _product),
    "product-publish": _deed(who.EDITORS, _product),
    "product-discard": _deed(who.EDITORS, _product),
    "product-history": _read(who.MEMBERS, _product),
    "product-restore": _deed(who.EDITORS, lambda w: _product(w) | {"number": 1}),
    "release-new": _form(who.EDITORS, _product),
    "release": _read(who.MEMBERS, _release),
    "release-tie": _deed(who.EDITORS, _release),
    "release-challenge": _deed(who.EDITORS, _release),
    "release-profile": _form(who.EDITORS, _integrated),
    "release-claims": _deed(who.EDITORS, _integrated),
    "release-certify": _deed(who.EDITORS, _integrated),
    "team": _read(who.MEMBERS, _vendor),
    "team-invite": _deed(who.OWNERS, _vendor),
    "team-withdraw": _deed(
        who.OWNERS, lambda w: _vendor(w) | {"invitation_id": w.invited.invitation.pk}
    ),
    "team-role": _deed(who.OWNERS, _member),
    "team-hand-over": _deed(who.OWNERS, _member),
    "team-remove": _deed(who.OWNERS, _member),
    "team-leave": _deed(who.MEMBERS, _vendor),
    "domain": _read(who.OWNERS, _vendor),
    "domain-claim": _deed(who.OWNERS, _vendor),
    "domain-prove": _deed(who.OWNERS, _vendor),
    "second-factor": _read(who.PERSONS),
    "second-factor-begin": _deed(who.PERSONS),
    "second-factor-confirm": _deed(who.PERSONS),
    "second-factor-codes": _deed(who.PERSONS),
    "second-factor-off": _deed(who.PERSONS),
    "sessions": _read(who.PERSONS),
    "session-end": _deed(who.OWNER_ALONE, lambda w: {"device_id": w.device.pk}),
    "sessions-end-others": _deed(who.PERSONS),
    "password": _form(who.PERSONS),
    "submissions": _read(who.PERSONS),
    "submission": _read(who.MEMBERS, _submission),
    "submission-message": _deed(who.EDITORS, _submission),
    "submission-submit": _deed(who.EDITORS, _submission),
    "submission-withdraw": _deed(who.EDITORS, _submission),
    "submission-appeal": _deed(who.EDITORS, _submission),
}


def _hook(world: World) -> dict[str, Any]:
    return {"webhook_id": world.notices.hook.pk}


_NOTICES = {
    "inbox": _read(who.PERSONS),
    "inbox-read-all": _deed(who.PERSONS),
    "inbox-read": _deed(who.OWNER_ALONE, lambda w: {"notice_id": w.notices.notice.pk}),
    "notice-settings": _form(who.PERSONS),
    "webhooks": _form(who.OWNERS, _vendor),
    "webhook": _read(who.OWNERS, _hook),
    "webhook-rotate": _deed(who.OWNERS, _hook),
    "webhook-pause": _deed(who.OWNERS, _hook),
    "webhook-resume": _deed(who.OWNERS, _hook),
    "webhook-end": _deed(who.OWNERS, _hook),
    "webhook-replay": _deed(who.OWNERS, lambda w: {"delivery_id": w.notices.delivery.pk}),
}

_STAFF = {
    "staff-queue": _read(who.STAFF),
    "staff-submission": _read(who.STAFF_OF_OTHERS, _submission),
    "staff-distribute": _deed(who.STAFF),
    "staff-message": _deed(who.STAFF_OF_OTHERS, _submission),
    "staff-take": _deed(who.STAFF_OF_OTHERS, _submission),
    "staff-decide": _deed(who.STAFF_OF_OTHERS, _submission),
    "staff-appeal": _deed(who.STAFF_OF_OTHERS, _submission),
    "staff-integration": _read(who.STAFF),
    "staff-release": _read(who.STAFF_OF_OTHERS, _integrated),
    "staff-grant": _deed(who.STAFF_OF_OTHERS, _integrated),
    "staff-grant-end": _deed(who.STAFF_OF_OTHERS, _grant),
    "staff-confirm": _deed(who.STAFF_OF_OTHERS, _integrated),
    "staff-certificates": _read(who.STAFF),
    "staff-certificate": _read(who.STAFF_OF_OTHERS, _certificate),
    "staff-revoke": _deed(who.STAFF_OF_OTHERS, _certificate),
    "staff-suspend": _deed(who.STAFF_OF_OTHERS, _certificate),
    "staff-reinstate": _deed(who.STAFF_OF_OTHERS, _certificate),
    "staff-dispute": _deed(who.STAFF_OF_OTHERS, _certificate),
    "staff-disputes": _read(who.STAFF),
    "staff-settle": _deed(who.STAFF_OF_OTHERS, lambda w: {"dispute_id": w.dispute.pk}),
    "staff-vendors": _read(who.ADMINS),
    "staff-domain": _deed(who.ADMINS, _vendor),
}

_DESK = {
    "programme": _read(who.EVERYBODY),
    "programme-text": _read(who.EVERYBODY, lambda w: {"slug": "contact"}),
    "programme-text-version": _read(who.EVERYBODY, lambda w: {"slug": "contact", "number": 1}),
    "staff-components": _read(who.STAFF),
    "staff-statistics": _read(who.STAFF),
    "staff-statistics-table": _read(who.STAFF, lambda w: {"table": "outcomes"}),
    "staff-seen": _read(who.STAFF_OF_OTHERS, _vendor),
    "staff-seen-page": _read(
        who.STAFF_OF_OTHERS, lambda w: _vendor(w) | {"page": f"releases/{w.told.release.pk}/"}
    ),
    "staff-audit": _read(who.ADMINS),
    "staff-audit-csv": _read(who.ADMINS),
    "staff-programme": _read(who.STAFF),
    "staff-programme-history": _read(who.STAFF),
    "staff-setting": _form(who.ADMINS, lambda w: {"name": "answer-days"}),
    "staff-setting-settle": _deed(who.ADMINS, lambda w: {"proposal_id": w.proposal.pk}),
    "staff-programme-text": _form(who.ADMINS, lambda w: {"slug": "contact"}),
}

TABLE: Mapping[str, Row] = (
    _SERVICE | _API | _REFSTACK | _SITE | _TAKEN_AWAY | _WORKSPACE | _NOTICES | _STAFF | _DESK
)
