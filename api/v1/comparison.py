"""Products side by side, as the page of comparisons shows them."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import exceptions, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.addresses import absolute
from api.auth import MayRead
from api.v1.serializers import Refusal
from certification.queries.comparison import Compared, find_compared
from marketplace.site.comparison import Comparison, compare
from marketplace.site.comparison_choice import FEWEST, MOST, chosen_in
from marketplace.site.comparison_lines import Line


class NotComparable(exceptions.APIException):
    status_code = status.HTTP_400_BAD_REQUEST
    default_code = "compare-two-to-four"
    default_detail = f"Name {FEWEST} to {MOST} products, each as p=vendor/product."


class ComparedProduct(serializers.Serializer[Compared]):
    vendor = serializers.SlugField(source="product.vendor.slug")
    product = serializers.SlugField(source="product.slug")
    name = serializers.CharField(source="product.name")
    release = serializers.CharField(
        source="version",
        help_text="The one that was named, else the one whose public evidence is compared; empty "
        "where there is none.",
    )
    url = serializers.SerializerMethodField()

    def get_url(self, one: Compared) -> str:
        return absolute(self.context["request"], one.product.get_absolute_url())


class ComparedLine(serializers.Serializer[Line]):
    title = serializers.CharField()
    differs = serializers.BooleanField()
    cells = serializers.SerializerMethodField(help_text="One for each product, in words.")

    def get_cells(self, line: Line) -> list[str]:
        return [cell.said for cell in line.cells]


class ComparedSection(serializers.Serializer[Any]):
    title = serializers.CharField()
    lines = ComparedLine(many=True)


class ComparisonWhole(serializers.Serializer[Comparison]):
    products = ComparedProduct(many=True)
    remark = serializers.CharField(help_text="What is left out, and why.")
    differing = serializers.IntegerField(help_text="Lines that differ.")
    total = serializers.IntegerField(help_text="All lines.")
    sections = ComparedSection(many=True)


_PRODUCTS = OpenApiParameter(
    "p",
    {
        "type": "array",
        "items": {"type": "string"},
        "minItems": FEWEST,
        "maxItems": MOST,
    },
    required=True,
    description="`vendor/product`, or "
    "`vendor/product@version` for one release of it, two to four times.",
)


class Compare(APIView):
    permission_classes = [MayRead]

    @extend_schema(
        summary="Products side by side",
        parameters=[_PRODUCTS],
        responses={200: ComparisonWhole, 400: Refusal, 404: Refusal},
    )
    def get(self, request: Request) -> Response:
        chosen = chosen_in(request.query_params)
        if not FEWEST <= len(chosen.addresses) + len(chosen.unreadable) <= MOST:
            raise NotComparable
        found = find_compared(chosen.addresses)
        if chosen.unreadable or len(found) < len(chosen.addresses):
            raise Http404
        return Response(ComparisonWhole(compare(found), context={"request": request}).data)
