"""Certificates: how each stands, and the statement that it is."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.auth import MayRead
from api.pagination import IssuedNewestFirst
from api.v1.market_rows import CertificateRow
from api.v1.serializers import Refusal
from certification.models import Certificate
from certification.queries.certificates import (
    Standing,
    StandingCertificate,
    every_certificate,
    find_certificate,
    find_certificate_by_digest,
    stand,
    standing_in,
)


class CertificateFilter(django_filters.FilterSet):
    standing = django_filters.ChoiceFilter(
        choices=[(one.value, one.value) for one in Standing], method="standing_so"
    )
    vendor = django_filters.CharFilter(field_name="release__product__vendor__slug")
    product = django_filters.CharFilter(field_name="release__product__slug")
    guideline = django_filters.CharFilter(field_name="guideline__document_id")
    evidence_sha256 = django_filters.CharFilter(field_name="run__evidence_sha256")

    class Meta:
        model = Certificate
        fields = ["target", "openstack_release", "assurance", "statement_sha256"]

    def standing_so(
        self,
        rows: QuerySet[Certificate],
        name: str,  # noqa: ARG002 - the framework's form
        value: str,
    ) -> QuerySet[Certificate]:
        return standing_in(rows, Standing(value))


@extend_schema(summary="Certificates, newest first, whatever became of them")
class CertificateList(ListAPIView[Certificate]):
    permission_classes = [MayRead]
    serializer_class = CertificateRow  # type: ignore[assignment] # it shows how a row stands
    pagination_class = IssuedNewestFirst
    filterset_class = CertificateFilter
    queryset = Certificate.objects.none()

    def get_queryset(self) -> QuerySet[Certificate]:
        return every_certificate()

    def get_serializer(self, *rows: Any, **kwargs: Any) -> Any:
        return super().get_serializer(*map(stand, rows), **kwargs)


class _OfACertificate(APIView):
    permission_classes = [MayRead]

    def found(self, number: str) -> StandingCertificate:
        try:
            return find_certificate(number)
        except Certificate.DoesNotExist:
            raise Http404 from None


class CertificateDetail(_OfACertificate):
    @extend_schema(
        summary="One certificate by its number",
        operation_id="certificates_retrieve",
        responses={200: CertificateRow, 404: Refusal},
    )
    def get(self, request: Request, number: str) -> Response:
        return Response(CertificateRow(self.found(number), context={"request": request}).data)


class CertificateStatement(_OfACertificate):
    @extend_schema(
        summary="The statement, byte for byte",
        description="Its SHA-256 is `statement_sha256`. Says nothing of what came after: look at "
        "`standing`.",
        responses={200: OpenApiTypes.OBJECT, 404: Refusal},
    )
    def get(self, request: Request, number: str) -> HttpResponse:  # noqa: ARG002
        raw = bytes(self.found(number).certificate.statement)
        return HttpResponse(raw, content_type="application/json")


class CertificateByDigest(APIView):
    permission_classes = [MayRead]

    @extend_schema(
        summary="The certificate whose statement has this SHA-256",
        responses={200: CertificateRow, 404: Refusal},
    )
    def get(self, request: Request, sha256: str) -> Response:
        try:
            found = find_certificate_by_digest(sha256.lower())
        except Certificate.DoesNotExist:
            raise Http404 from None
        return Response(CertificateRow(found, context={"request": request}).data)
