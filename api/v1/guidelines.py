"""Guidelines: list and document."""

from __future__ import annotations

import django_filters
from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.generics import ListAPIView, RetrieveAPIView

from api.auth import MayRead
from api.lookups import guideline_called
from api.pagination import ByVersion
from api.v1.serializers import GuidelineRow, GuidelineWhole, Refusal
from certification.models import Guideline


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


@extend_schema(
    summary="One guideline with its document",
    description="The text in force, else the newest one.",
    responses={200: GuidelineWhole, 404: Refusal},
    parameters=[OpenApiParameter("digest", str, description="Asks for one text of that id.")],
)
class GuidelineDetail(RetrieveAPIView[Guideline]):
    permission_classes = [MayRead]
    serializer_class = GuidelineWhole
    lookup_url_kwarg = "document_id"
    queryset = Guideline.objects.all()

    def get_object(self) -> Guideline:
        digest = self.request.query_params.get("digest", "")
        try:
            return guideline_called(self.kwargs["document_id"], digest)
        except Guideline.DoesNotExist:
            raise Http404 from None
