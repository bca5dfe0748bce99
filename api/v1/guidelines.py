"""Guidelines: list and document."""

from __future__ import annotations

import json
from typing import Any

import django_filters
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView, RetrieveAPIView

from api.auth import MayRead
from api.pagination import ByVersion
from api.v1.serializers import GuidelineRow, GuidelineWhole
from certification.judging import parsed_guideline
from certification.models import Guideline
from certification.queries import find_guideline


class GuidelineFilter(django_filters.FilterSet):
    class Meta:
        model = Guideline
        fields = ["state", "announced", "add_on", "schema", "document_id", "digest"]


@extend_schema(summary="Imported guidelines, newest version first")
class GuidelineList(ListAPIView[Guideline]):
    permission_classes = [MayRead]
    serializer_class = GuidelineRow
    pagination_class = ByVersion
    filterset_class = GuidelineFilter
    queryset = Guideline.objects.defer("document")


@extend_schema(summary="One guideline with its document")
class GuidelineDetail(RetrieveAPIView[Guideline]):
    permission_classes = [MayRead]
    serializer_class = GuidelineWhole
    lookup_url_kwarg = "document_id"
    queryset = Guideline.objects.all()

    def get_object(self) -> Any:
        try:
            row = find_guideline(self.kwargs["document_id"])
        except Guideline.DoesNotExist:
            raise Http404 from None
        row.document = json.loads(bytes(row.document))
        return row
