"""One form for every refusal of the API: a stable code, and a sentence that says what to do."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import set_rollback

from certification.engine.bundle import BundleRefused
from certification.evidence import EvidenceEmpty, EvidenceGone, EvidenceStoreFull, EvidenceTooLarge
from certification.operations.appeals import AppealRefused
from certification.operations.intake import ChallengeRefused
from certification.operations.integration import IntegrationRefused
from certification.operations.review import ReviewRefused
from certification.operations.submissions import SubmissionRefused

RefusedDeed = SubmissionRefused | ReviewRefused | IntegrationRefused | AppealRefused

STATUS_OF: dict[type[Exception], int] = {
    EvidenceTooLarge: status.HTTP_413_REQUEST_ENTITY_TOO_LARGE,
    EvidenceEmpty: status.HTTP_400_BAD_REQUEST,
    EvidenceStoreFull: status.HTTP_507_INSUFFICIENT_STORAGE,
    EvidenceGone: status.HTTP_404_NOT_FOUND,
    ChallengeRefused: status.HTTP_409_CONFLICT,
    # Stored evidence that the rules of today cannot read any more.
    BundleRefused: status.HTTP_409_CONFLICT,
}

#: Codes of refused deeds that are not a conflict with how things stand.
STATUS_OF_CODE = {
    "forbidden": status.HTTP_403_FORBIDDEN,
    "own-upload": status.HTTP_403_FORBIDDEN,
    "reason-missing": status.HTTP_400_BAD_REQUEST,
    "reason-too-long": status.HTTP_400_BAD_REQUEST,
    "note-missing": status.HTTP_400_BAD_REQUEST,
    "service-unknown": status.HTTP_400_BAD_REQUEST,
    "subject-unknown": status.HTTP_400_BAD_REQUEST,
    "corroboration-unreadable": status.HTTP_400_BAD_REQUEST,
    "target-unknown": status.HTTP_400_BAD_REQUEST,
    "waiver-misplaced": status.HTTP_400_BAD_REQUEST,
}


class LengthRequired(exceptions.APIException):
    status_code = status.HTTP_411_LENGTH_REQUIRED
    default_code = "length-required"
    default_detail = "Send the upload with a Content-Length header."


class BodyBroken(exceptions.APIException):
    status_code = status.HTTP_400_BAD_REQUEST
    default_code = "body-broken"
    default_detail = (
        "The upload ended before all announced bytes came. Nothing was kept; send it again."
    )


def refusal(code: str, title: str, http_status: int, **more: Any) -> Response:
    return Response({"code": code, "title": title, **more}, status=http_status)


@csrf_exempt
def unknown(request: HttpRequest) -> JsonResponse:  # noqa: ARG001 - Django's form of a view
    """What stands under no address. Without it a POST that lacks the slash becomes a GET."""
    title = (
        "There is nothing at this address. Every address of the API ends with a slash; "
        "/api/v1/schema/ names them."
    )
    return JsonResponse({"code": "not-found", "title": title}, status=404)


def answer_for(error: Exception, context: dict[str, Any]) -> Response | None:  # noqa: ARG001 - DRF
    """Turn a named error into `{"code", "title"}`; anything else is a fault of ours (None)."""
    for known, http_status in STATUS_OF.items():
        if isinstance(error, known):
            return refusal(error.code, str(error), http_status)  # type: ignore[attr-defined] # all have one
    if isinstance(error, RefusedDeed):
        set_rollback()
        return _refused_deed(error)
    if isinstance(error, Http404):
        return refusal("not-found", "There is nothing at this address that you may see.", 404)
    if isinstance(error, PermissionDenied):
        return refusal("forbidden", "You may not do this.", 403)
    return _answer_of_the_framework(error) if isinstance(error, exceptions.APIException) else None


def _answer_of_the_framework(error: exceptions.APIException) -> Response:
    set_rollback()
    if isinstance(error, exceptions.ValidationError):
        return refusal("invalid", "Some values are not valid.", 400, fields=error.detail)
    code = error.get_codes()
    response = refusal(
        str(code).replace("_", "-") if isinstance(code, str) else "refused",
        str(error.detail),
        error.status_code,
    )
    if header := getattr(error, "auth_header", None):
        response["WWW-Authenticate"] = header
    return response


def _refused_deed(error: RefusedDeed) -> Response:
    """A conflict with how things stand, unless the code says more. Names every obstacle."""
    return refusal(
        error.code,
        str(error),
        STATUS_OF_CODE.get(error.code, status.HTTP_409_CONFLICT),
        obstacles=[{"code": one.code, "text": one.text} for one in error.obstacles],
    )
