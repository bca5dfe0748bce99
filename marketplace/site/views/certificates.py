"""One certificate, and the documents that it consists of."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from certification.engine.integration import LevelEvaluation
from certification.engine.verdict import Evaluation
from certification.levels import rules_of
from certification.models import Certificate
from certification.queries import (
    StandingCertificate,
    disputes_of,
    find_certificate,
    history_of,
    open_runs,
    waivers_of,
)
from certification.queries.guideline_amended import under_amendments
from certification.queries.joined import claim_of_submission
from marketplace.site.certificate_wording import certificate_sentence
from marketplace.site.certified_evidence import shown_evidence
from marketplace.site.integration_exemptions import subject_title
from marketplace.site.integration_facts import level_facts
from marketplace.site.integration_matrix import integration_matrix
from marketplace.site.product_sheet import explained_or_gone
from marketplace.site.proof import proof_of


def _found(number: str) -> StandingCertificate:
    try:
        return find_certificate(number)
    except Certificate.DoesNotExist:
        raise Http404("There is no such certificate.") from None


@require_safe
def certificate(request: HttpRequest, number: str) -> HttpResponse:
    one = _found(number)
    explained = explained_or_gone(one)
    context = {
        "one": one,
        "certificate": one.certificate,
        "release": one.certificate.release,
        "product": one.certificate.release.product,
        "sentence": certificate_sentence(one, explained),
        "proof": proof_of(one, explained),
        "evidence": shown_evidence(explained) if isinstance(explained, Evaluation) else None,
        "amended": under_amendments(one.certificate),
        "waivers": waivers_of(one.certificate),
        "disputes": list(disputes_of([one])),
        "history": history_of([one]),
        "open_runs": open_runs(one, request.user),
        "claim": claim_of_submission(one.certificate.submission) if len(one.runs) > 1 else None,
    }
    if one.certificate.guideline.is_integration:
        context |= _of_a_level(one, explained if isinstance(explained, LevelEvaluation) else None)
    return render(request, "site/certificate.html", context)


def _of_a_level(one: StandingCertificate, explained: LevelEvaluation | None) -> dict[str, Any]:
    """`explained` is None where the evidence is gone."""
    level, rules = level_facts(one.certificate), rules_of(one.certificate.guideline)
    return {
        "level": level,
        "exempted": [(subject_title(rules, n.subject), n.reason) for n in level.not_applicable],
        "matrix": integration_matrix(rules, explained) if explained else None,
    }


@require_safe
def statement(_request: HttpRequest, number: str) -> HttpResponse:
    """The canonical bytes; their SHA-256 is the certificate's digest."""
    one = _found(number)
    return _document(bytes(one.certificate.statement), f"{one.certificate.number}.json")


@require_safe
def descriptor(_request: HttpRequest, number: str) -> HttpResponse:
    """The bytes whose SHA-256 is the statement's subject."""
    one = _found(number)
    return _document(bytes(one.certificate.descriptor), f"{one.certificate.number}-product.json")


def _document(raw: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(raw, content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
