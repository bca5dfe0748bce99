"""The two shapes of a RefStack error, and its times."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus

from django.http import JsonResponse


class Refused(Exception):
    """Ends the request with an error body. `title` is all that the client's log shows a person."""

    def __init__(self, status: int, title: str, code: str = "") -> None:
        super().__init__(title)
        self.status = status
        self.title = title
        self.code = code


def refusal(refused: Refused) -> JsonResponse:
    """`code` is the HTTP status, as RefStack has it; `error` is our stable word for the fault."""
    body: dict[str, object] = {"code": refused.status, "title": refused.title}
    if refused.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        body = {
            "code": refused.status,
            "title": HTTPStatus(refused.status).phrase,
            "detail": refused.title,
        }
    if refused.code:
        body["error"] = refused.code
    response = JsonResponse(body, status=refused.status)
    if refused.status == HTTPStatus.SERVICE_UNAVAILABLE:
        response["Retry-After"] = "5"
    return response


def refstack_time(moment: datetime) -> str:
    """UTC without a zone mark, to the second."""
    return moment.strftime("%Y-%m-%d %H:%M:%S")
