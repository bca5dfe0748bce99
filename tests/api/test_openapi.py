"""The OpenAPI document says what the code does, and every address is in it or named beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import yaml
from django.conf import settings
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiYamlRenderer
from drf_spectacular.validation import validate_schema
from rest_framework.response import Response
from rest_framework.views import APIView

from api.openapi import COMPATIBLE, PAGES, SERVICE
from certification.models import Guideline
from tests.api.conftest import judge
from tests.api.evidence import subunit_v2

COMMITTED = Path(settings.CHECKOUT) / "api" / "openapi.yaml"
ELSEWHERE = COMPATIBLE | SERVICE | PAGES


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(COMMITTED.read_text())
    return found


def addresses(under: URLResolver | None = None, before: str = "/") -> Iterator[tuple[str, Any]]:
    """Every address of the service: its route from the root, and its pattern."""
    for pattern in (under or get_resolver()).url_patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern, route)
        elif isinstance(pattern, URLPattern):
            yield route, pattern


def rest_views() -> list[Any]:
    return [
        pattern.callback
        for _, pattern in addresses()
        if issubclass(getattr(pattern.callback, "cls", object), APIView)
    ]


def test_bounds_that_are_refused_stand_in_the_document(document: dict[str, Any]) -> None:
    [products] = document["paths"]["/api/v1/compare/"]["get"]["parameters"]
    assert (products["schema"]["minItems"], products["schema"]["maxItems"]) == (2, 4)


def test_every_address_is_in_the_document_or_named_beside_it(document: dict[str, Any]) -> None:
    """Add an address to api/openapi.py (PAGES, SERVICE or COMPATIBLE), or under /api/v1/."""
    described = set()
    for route, pattern in addresses():
        assert pattern.name, f"{route} has no name"
        path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", route)
        assert (path in document["paths"]) != (pattern.name in ELSEWHERE), (route, pattern.name)
        described |= {path} & document["paths"].keys()
    assert described == document["paths"].keys()


def test_no_name_is_kept_for_an_address_that_is_gone() -> None:
    assert {pattern.name for _, pattern in addresses()} >= ELSEWHERE
    assert not COMPATIBLE & SERVICE | COMPATIBLE & PAGES | SERVICE & PAGES


@pytest.mark.slow
def test_the_committed_document_is_what_the_code_says() -> None:
    """If not: `make openapi`."""
    GENERATOR_STATS.reset()
    schema = SchemaGenerator().get_schema(request=None, public=True)
    validate_schema(schema)
    assert not GENERATOR_STATS
    assert COMMITTED.read_bytes() == OpenApiYamlRenderer().render(schema, renderer_context={})


@pytest.mark.slow
def test_the_document_is_served(document: dict[str, Any]) -> None:
    answer = Client().get("/api/v1/schema/")
    assert answer.status_code == 200
    assert yaml.safe_load(answer.content)["paths"] == document["paths"]


def test_every_view_of_the_api_names_its_permission() -> None:
    assert len(rest_views()) >= 7
    for callback in rest_views():
        own = [
            cls for cls in callback.cls.__mro__ if not cls.__module__.startswith("rest_framework")
        ]
        names_it = "permission_classes" in callback.initkwargs or any(
            "permission_classes" in vars(cls) or "get_permissions" in vars(cls) for cls in own
        )
        assert names_it, callback.cls
        assert callback.cls.authentication_classes == APIView.authentication_classes


def test_a_view_that_forgets_its_permission_answers_nobody() -> None:
    class Forgetful(APIView):
        def get(self, request: Any) -> Response:
            return Response("open")

    answer = Forgetful.as_view()(RequestFactory().get("/"))
    assert answer.status_code in (401, 403)
    assert answer.data.keys() == {"code", "title"}


@pytest.mark.django_db
def test_the_document_says_where_anybody_may_call(document: dict[str, Any]) -> None:
    """What is about submissions, and what is said of a release or run, asks who is calling;
    everything else answers anonymous callers."""
    named = [{"apiToken": []}, {"cookieAuth": []}]
    for path, operations in document["paths"].items():
        asks_always = path.startswith(
            ("/api/v1/submissions/", "/api/v1/challenges/", "/api/v1/review-queue/")
        )
        one = path.replace("{run_id}", str(UUID(int=7)))
        for method, operation in operations.items():
            said = path.startswith(("/api/v1/releases/", "/api/v1/runs/{"))
            personal = asks_always or (said and method in ("post", "put"))
            assert operation["security"] == (named if personal else [*named, {}]), path
            anonymous = Client().generic(method.upper(), re.sub(r"\{\w+\}", "7", one))
            assert (anonymous.status_code == 401) == personal, path


@pytest.mark.django_db
def test_answers_have_the_keys_of_the_document(
    document: dict[str, Any], in_force: Guideline
) -> None:
    components = document["components"]["schemas"]
    body = subunit_v2(["a.B.test"])
    receipt = Client().post("/api/v1/runs/", body, content_type="application/octet-stream").json()
    judge(receipt["id"])
    run = Client().get(receipt["api_url"]).json()
    rows = Client().get(f"{receipt['api_url']}evaluations/").json()
    guideline = Client().get("/api/v1/guidelines/2026.11/").json()
    listed = Client().get("/api/v1/guidelines/").json()
    refused = Client().get("/api/v1/guidelines/none/").json()
    for component, answer in {
        "Receipt": receipt,
        "RunRow": run,
        "EvaluationRow": rows[0],
        "RequiredCounts": rows[0]["required"],
        "GuidelineWhole": guideline,
        "TargetRow": guideline["targets"][0],
        "PaginatedGuidelineRowList": listed,
        "GuidelineRow": listed["results"][0],
        "Refusal": refused,
    }.items():
        assert answer.keys() == components[component]["properties"].keys(), component
    row = components["RunRow"]["properties"]
    assert all(row[name].get("nullable") for name, value in run.items() if value is None)
