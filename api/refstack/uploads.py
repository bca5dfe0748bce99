"""POST /v1/results: what refstack-client sends, over the one intake operation."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, JsonResponse
from django.http.request import UnreadablePostError

from api.refstack.answers import Refused
from api.refstack.callers import signature_of, token_of
from certification.engine.formats import parse_refstack_json
from certification.engine.report import EvidenceUnreadable, Report
from certification.evidence import EvidenceStoreFull
from certification.models import Run
from certification.operations.intake import receive_run
from marketplace.catalogue.models import ApiToken


def upload(request: HttpRequest) -> JsonResponse:
    """201 with `test_id` and `url`. The checks come in RefStack's order: JSON, schema, signature,
    emptiness. Raises Refused."""
    body = _body(request)
    empty: EvidenceUnreadable | None = None
    report: Report | None = None
    try:
        report = parse_refstack_json(body)
    except EvidenceUnreadable as fault:
        if fault.code != "evidence-no-passing-test":
            raise _refused(fault) from None
        empty = fault
    key = signature_of(request, body)
    if empty is not None or report is None:
        raise Refused(400, str(empty), "evidence-no-passing-test")
    token = token_of(request) if key is None else None
    if token is not None and token.scope != ApiToken.Scope.UPLOAD:
        raise Refused(403, "This token may only read. Make one with the scope upload.", "token-scope")
    owner = key.user if key is not None else token.user if token is not None else None
    try:
        receipt = receive_run(
            chunks=[body],
            limit=settings.REFSTACK_BODY_BYTES,
            via=Run.Via.REFSTACK,
            by=owner,
            signed_with=key,
            cpid=report.cpid,
        )
    except EvidenceStoreFull as fault:
        raise Refused(507, str(fault), fault.code) from None
    return JsonResponse(
        {
            "test_id": str(receipt.run.pk),
            "url": receipt.run.public_url(request.build_absolute_uri("/")),
        },
        status=201,
    )


def _body(request: HttpRequest) -> bytes:
    try:
        return request.body
    except RequestDataTooBig:
        raise Refused(
            413,
            "The upload is larger than 8 MiB. Native subunit evidence goes to /api/v1/runs/.",
            "evidence-too-large",
        ) from None
    except UnreadablePostError:
        raise Refused(
            400, "Malformed request: the upload ended too early. Send it again.", "body-broken"
        ) from None


def _refused(fault: EvidenceUnreadable) -> Refused:
    place = f" (at {fault.place})" if fault.place and fault.place not in str(fault) else ""
    return Refused(400, f"{fault}{place}", fault.code)
