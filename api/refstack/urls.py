"""The addresses of RefStack's clients. A doubled or trailing slash and `.json` are forgiven."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.urls import re_path
from django.views.decorators.csrf import csrf_exempt

from api.refstack import guidelines, results, uploads
from api.refstack.answers import Refused, refusal

logger = logging.getLogger(__name__)

DATABASE_AWAY = "The database does not answer. Nothing was stored; try again in 5 s."
View = Callable[..., HttpResponse]


def answering(**views: View) -> View:
    """One address, one view per method; a Refused becomes RefStack's error body."""

    @csrf_exempt
    def dispatch(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        view = views.get(request.method or "")
        if view is None:
            response = refusal(Refused(405, "Method Not Allowed", "method-not-allowed"))
            response["Allow"] = ", ".join(views)
            return response
        try:
            return view(request, **kwargs)
        except Refused as refused:
            return refusal(refused)
        except (InterfaceError, OperationalError) as error:
            logger.error("database away on %s: %s", request.path, type(error).__name__)
            return refusal(Refused(503, DATABASE_AWAY, "database-away"))

    return dispatch


@csrf_exempt
def unknown(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - Django's form of a view
    return refusal(Refused(404, "There is nothing at this address.", "not-found"))


_END = r"(?:\.json)?/?$"

urlpatterns = [
    re_path(
        rf"^(?:/)?v1/results{_END}",
        answering(GET=results.listing, POST=uploads.upload),
        name="refstack-results",
    ),
    re_path(
        r"^(?:/)?v1/results/(?P<run_id>[^/]+?)" + _END,
        answering(GET=results.detail),
        name="refstack-result",
    ),
    re_path(
        rf"^(?:/)?v1/guidelines{_END}",
        answering(GET=guidelines.listing),
        name="refstack-guidelines",
    ),
    re_path(
        r"^(?:/)?v1/guidelines/(?P<version>[^/]+)/tests" + _END,
        answering(GET=guidelines.tests),
        name="refstack-tests",
    ),
    re_path(
        r"^(?:/)?v1/guidelines/(?P<name>[^/]+?)/?$",
        answering(GET=guidelines.document),
        name="refstack-guideline",
    ),
    re_path(r"^(?:/)?v1(?:/|$)", unknown, name="refstack-unknown"),
]
