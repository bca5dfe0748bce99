"""A run beside an earlier one."""

from __future__ import annotations

import uuid

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.auth import MayRead, viewer
from api.v1.serializers import Refusal
from certification.engine.report import TestState
from certification.evidence import EvidenceGone
from certification.models import Run
from certification.queries import find_run
from certification.queries.diagnosis import HeldAgainst, hold_against

_STATES = f"One of {', '.join(state.value for state in TestState)}."


class ChangeRow(serializers.Serializer[object]):
    name = serializers.CharField()
    before = serializers.CharField(help_text=_STATES)
    after = serializers.CharField(help_text=_STATES)
    reason = serializers.CharField(help_text="The later run's own words on a skip, or empty.")


class SlowerRow(serializers.Serializer[object]):
    scope = serializers.CharField(help_text="The class.")
    tests = serializers.IntegerField(help_text="Timed tests that passed in both runs.")
    before_s = serializers.FloatField(help_text="Median, in seconds.")
    after_s = serializers.FloatField()


class RunComparisonRow(serializers.Serializer[object]):
    before = serializers.UUIDField(source="before.pk", help_text="The run received earlier.")
    after = serializers.UUIDField(source="after.pk")
    same = serializers.IntegerField(source="comparison.same")
    passes_only = serializers.BooleanField(source="comparison.passes_only")
    gained = ChangeRow(source="comparison.gained", many=True)
    lost = ChangeRow(source="comparison.lost", many=True)
    other = ChangeRow(
        source="comparison.other", many=True, help_text="Changed, and passed in neither run."
    )
    slower = SlowerRow(source="comparison.slower", many=True)


class RunComparison(APIView):
    permission_classes = [MayRead]

    @extend_schema(
        summary="Two runs compared: gained, lost, slower",
        description="Both must be visible to you. Which came first is told by the answer.",
        responses={200: RunComparisonRow, 404: Refusal},
    )
    def get(self, request: Request, run_id: uuid.UUID, other_id: uuid.UUID) -> Response:
        return Response(RunComparisonRow(_held(request, run_id, other_id)).data)


def _held(request: Request, run_id: uuid.UUID, other_id: uuid.UUID) -> HeldAgainst:
    """Raises Http404 for what is not there, hidden, not judged, or a bundle of the kit."""
    reader = viewer(request)
    try:
        held = hold_against(find_run(run_id, reader), find_run(other_id, reader))
    except (Run.DoesNotExist, EvidenceGone):
        raise Http404 from None
    if held is None or run_id == other_id:
        raise Http404
    return held
