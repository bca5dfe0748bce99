"""One certificate, and the documents that it consists of."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from certification.engine.integration import LevelEvaluation
from certification.engine.verdict import Evaluation
from certification.levels import rules_of
from certification.models import Certificate, Run
from certification.queries import (
    StandingCertificate,
    disputes_of,
    find_certificate,
    history_of,
    waivers_of,
)
from marketplace.site.certificate_wording import certificate_sentence
from marketplace.site.certified_evidence import shown_evidence
from marketplace.site.integration_facts import level_facts
from marketplace.site.integration_matrix import IntegrationMatrix, integration_matrix
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
    explained, of_level = explained_or_gone(one), one.certificate.guideline.is_integration
    context = {
        "one": one,
        "certificate": one.certificate,
        "release": one.certificate.release,
        "product": one.certificate.release.product,
        "sentence": certificate_sentence(one, explained),
        "proof": proof_of(one, explained),
        "evidence": shown_evidence(explained) if isinstance(explained, Evaluation) else None,
        "level": level_facts(one.certificate) if of_level else None,
        "matrix": _matrix(one, explained) if isinstance(explained, LevelEvaluation) else None,
        "waivers": waivers_of(one.certificate),
        "disputes": list(disputes_of([one])),
        "history": history_of([one]),
        "run_is_public": Run.objects.visible_to(request.user)
        .filter(pk=one.certificate.run_id)
        .exists(),
    }
    return render(request, "site/certificate.html", context)


def _matrix(one: StandingCertificate, explained: LevelEvaluation) -> IntegrationMatrix:
    return integration_matrix(rules_of(one.certificate.guideline), explained)


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
