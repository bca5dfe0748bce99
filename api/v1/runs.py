"""Runs: upload, poll, and read verdicts with their reasons."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from typing import Any

import django_filters
from django.conf import settings
from django.http import Http404, HttpRequest
from django.http.request import UnreadablePostError
from django.urls import reverse
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.generics import ListAPIView, RetrieveAPIView
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.addresses import absolute
from api.auth import MayRead, MayUpload, person, viewer
from api.errors import BodyBroken, LengthRequired
from api.lengths import announced_bytes
from api.lookups import guideline_called
from api.negotiation import EvidenceBody, OnlyJson
from api.pagination import NewestFirst
from api.v1.serializers import EvaluationRow, Receipt, Refusal, RunRow
from certification.engine.guideline.targets import TargetUnknown, find_target
from certification.engine.integration import evaluation_document
from certification.evidence import CHUNK_BYTES, EvidenceTooLarge
from certification.judging import explain, parsed_guideline
from certification.levels import BUNDLE, judge_alone
from certification.models import Guideline, Run, RunQuerySet
from certification.operations.intake import ChallengeRefused, receive_run
from certification.queries import evaluations_of

_NONCE = re.compile(r"[0-9a-f]{32}")


class RunFilter(django_filters.FilterSet):
    mine = django_filters.BooleanFilter(method="only_mine", label="only my own uploads")
    received_after = django_filters.IsoDateTimeFilter("received_at", lookup_expr="gte")
    received_before = django_filters.IsoDateTimeFilter("received_at", lookup_expr="lte")

    class Meta:
        model = Run
        fields = ["state", "uploaded_via", "format", "cpid", "evidence_sha256"]

    def only_mine(self, runs: RunQuerySet, name: str, value: bool) -> RunQuerySet:  # noqa: ARG002
        who = person(self.request)  # type: ignore[arg-type] # the view's request
        if not value:
            return runs
        return runs.filter(uploaded_by=who) if who is not None else runs.none()


class RunList(ListAPIView[Run]):
    serializer_class = RunRow
    pagination_class = NewestFirst
    filter_backends = [DjangoFilterBackend]
    filterset_class = RunFilter
    parser_classes = [EvidenceBody]
    content_negotiation_class = OnlyJson
    queryset = Run.objects.none()

    def get_permissions(self) -> list[BasePermission]:
        return [MayUpload()] if self.request.method == "POST" else [MayRead()]

    def get_queryset(self) -> RunQuerySet:
        runs: RunQuerySet = Run.objects.visible_to(viewer(self.request))
        return runs.select_related("vendor").defer("passed", "failed", "skipped")

    @extend_schema(summary="Runs that you may see, newest first")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    @extend_schema(
        summary="Upload a run",
        description=(
            "The body is the evidence itself: a subunit v1 or v2 stream, a `.stestr` folder as "
            "tar, RefStack JSON, JUnit XML or TAP, plain or packed with gzip, xz or zstd; or a "
            "bundle of the test kit (`.osi.zip`); at most 128 MiB. "
            "Without credentials the run is anonymous: it gets its verdict and is deleted after "
            "30 days."
        ),
        request={"application/octet-stream": OpenApiTypes.BINARY},
        parameters=[
            OpenApiParameter("file_name", str, description="Shown beside the run."),
            OpenApiParameter(
                "nonce", str, description="The challenge that this run answers; good once."
            ),
        ],
        responses={201: Receipt} | dict.fromkeys((400, 401, 403, 409, 411, 413, 507), Refusal),
    )
    def post(self, request: Request) -> Response:
        receipt = receive_run(
            chunks=_body(request._request),
            limit=settings.EVIDENCE_WIRE_BYTES,
            via=Run.Via.API,
            by=person(request),
            file_name=request.query_params.get("file_name", ""),
            nonce=_nonce(request),
        )
        answer = Receipt(
            {
                "id": receipt.run.pk,
                "url": receipt.run.public_url(request.build_absolute_uri("/")),
                "api_url": absolute(request, reverse("api-run", args=[receipt.run.pk])),
                "state": receipt.run.state,
                "created": receipt.created,
            }
        )
        return Response(answer.data, status=status.HTTP_201_CREATED)


def _nonce(request: Request) -> str:
    """What no challenge of ours can be is refused before the database is asked."""
    nonce = request.query_params.get("nonce", "")
    if nonce and not _NONCE.fullmatch(nonce):
        raise ChallengeRefused(
            "challenge-unknown",
            "A challenge has 32 hexadecimal digits. Copy it from the page of the release.",
        )
    return nonce


def _body(request: HttpRequest) -> Iterator[bytes]:
    """The raw body in pieces, its announced length checked before anything is read."""
    left = announced_bytes(request)
    if left is None:
        raise LengthRequired
    if left > settings.EVIDENCE_WIRE_BYTES:
        raise EvidenceTooLarge(
            f"The upload is larger than {settings.EVIDENCE_WIRE_BYTES} bytes, the most taken. "
            "Send it compressed, or leave attachments out."
        )
    try:
        while left > 0 and (chunk := request.read(min(CHUNK_BYTES, left))):
            left -= len(chunk)
            yield chunk
    except UnreadablePostError:
        raise BodyBroken from None
    if left:
        raise BodyBroken


class _OfARun(APIView):
    permission_classes = [MayRead]

    def run_of(self, run_id: uuid.UUID) -> Run:
        run: Run | None = (
            Run.objects.visible_to(viewer(self.request)).select_related("vendor").filter(pk=run_id)
        ).first()
        if run is None:
            raise Http404
        return run


@extend_schema(summary="One run; poll it until `settled`", responses={200: RunRow, 404: Refusal})
class RunDetail(RetrieveAPIView[Run]):
    permission_classes = [MayRead]
    serializer_class = RunRow
    lookup_url_kwarg = "run_id"
    queryset = Run.objects.none()

    def get_queryset(self) -> RunQuerySet:
        return Run.objects.visible_to(viewer(self.request)).select_related("vendor")


class RunEvaluations(_OfARun):
    @extend_schema(
        summary="The verdicts of a run, one per guideline and target",
        responses={200: EvaluationRow(many=True), 404: Refusal},
    )
    def get(self, request: Request, run_id: uuid.UUID) -> Response:
        rows = evaluations_of(self.run_of(run_id))
        return Response(EvaluationRow(rows, many=True, context={"request": request}).data)


class RunEvaluation(_OfARun):
    @extend_schema(
        summary="One verdict with every reason, judged from the stored evidence",
        description=(
            "Works for every imported guideline, also for those not in force. `target` is a short "
            "name (`object`) or the document's own (`Hallmark Powered Object Storage`). By an "
            "integration guideline a bundle of the test kit gets its level evaluation, whatever "
            "the level named; other evidence has none."
        ),
        parameters=[OpenApiParameter("digest", str, description="Asks for one text of that id.")],
        responses={200: OpenApiTypes.OBJECT, 404: Refusal},
    )
    def get(self, request: Request, run_id: uuid.UUID, document_id: str, target: str) -> Response:
        digest = request.query_params.get("digest", "")
        run = self.run_of(run_id)
        if run.state != Run.State.VERIFIED:
            raise Http404
        try:
            guideline = guideline_called(document_id, digest)
            wanted = find_target(parsed_guideline(guideline), target)
        except (Guideline.DoesNotExist, TargetUnknown):
            raise Http404 from None
        if not guideline.is_integration:
            return Response(explain(run, guideline, wanted.name).to_document())
        if run.format != BUNDLE:
            raise Http404
        return Response(evaluation_document(judge_alone(run, guideline)))
