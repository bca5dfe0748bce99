"""A refusal in JSON that is made before a view is reached, in the shape of the address asked."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse

from api.refstack.answers import Refused, refusal


def json_refusal(request: HttpRequest, status: int, code: str, title: str) -> JsonResponse:
    """Clients of RefStack know errors in their own shape alone."""
    if request.path.startswith("/v1/"):
        return refusal(Refused(status, title, code))
    return JsonResponse({"code": code, "title": title}, status=status)
