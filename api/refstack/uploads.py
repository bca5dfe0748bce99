"""POST /v1/results: what refstack-client sends, over the one intake operation."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.http.request import UnreadablePostError

from api.lengths import announced_bytes
from api.refstack.answers import Refused
from api.refstack.callers import signature_of, token_of
from certification.engine.formats import parse_refstack_json
from certification.engine.report import EvidenceUnreadable, Report
from certification.evidence import EvidenceStoreFull
from certification.models import Run
from certification.operations.intake import receive_run
from marketplace.catalogue.models import ApiToken, User


def upload(request: HttpRequest) -> JsonResponse:
    """201 with `test_id` and `url`. The checks come in RefStack's order: JSON, schema, signature,
    emptiness, registered key. Raises Refused."""
    body = _body(request)
    report, empty = _parsed(body)
    signature = signature_of(request, body)
    if report is None:
        raise Refused(400, empty, "evidence-no-passing-test")
    key = signature.registered_key() if signature is not None else None
    owner = key.user if key is not None else _token_owner(request)
    try:
        receipt = receive_run(
            chunks=[body],
            limit=settings.REFSTACK_BODY_BYTES,
            via=Run.Via.REFSTACK,
            by=owner,
            signed_with=key,
            cpid=report.cpid,
            report=report,
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


def _parsed(body: bytes) -> tuple[Report | None, str]:
    """The report, or None and the sentence of a body that is right but proves nothing."""
    try:
        return parse_refstack_json(body), ""
    except EvidenceUnreadable as fault:
        if fault.code != "evidence-no-passing-test":
            raise _refused(fault) from None
        return None, str(fault)


def _token_owner(request: HttpRequest) -> User | None:
    """Whose token this is. A session is no owner here: any site could make a browser post."""
    token = token_of(request)
    if token is not None and token.scope != ApiToken.Scope.UPLOAD:
        raise Refused(
            403,
            "This token may only read. Make one with the scope `upload` in your workspace.",
            "token-scope",
        )
    return token.user if token is not None else None


def _body(request: HttpRequest) -> bytes:
    """The whole body, its announced length checked before it is read."""
    length = announced_bytes(request)
    if length is None and (request.META.get("CONTENT_LENGTH") or _is_chunked(request)):
        raise Refused(411, "Send the upload with a Content-Length header.", "length-required")
    if length is not None and length > settings.REFSTACK_BODY_BYTES:
        raise Refused(
            413,
            "The upload is larger than 8 MiB. Native subunit evidence goes to /api/v1/runs/.",
            "evidence-too-large",
        )
    try:
        body = request.body
    except UnreadablePostError:
        body = b""
    if length is not None and len(body) < length:
        raise Refused(
            400, "Malformed request: the upload ended too early. Send it again.", "body-broken"
        )
    return body


def _is_chunked(request: HttpRequest) -> bool:
    return "Transfer-Encoding" in request.headers


def _refused(fault: EvidenceUnreadable) -> Refused:
    place = f" (at {fault.place})" if fault.place and fault.place not in str(fault) else ""
    return Refused(400, f"{fault}{place}", fault.code)
