"""Appeals against decisions: raised by the vendor once, settled by who did not decide."""

from __future__ import annotations

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.auth import SignedInToWrite, signed_in
from api.v1.submission_rows import AppealRow, FindingGiven, ReasonGiven
from api.v1.submissions import AUTH, REFUSED, given, known_submission
from certification.operations.appeals import raise_appeal, settle_appeal
from certification.queries.appeals import appeals_on


class AppealRaised(APIView):
    permission_classes = [SignedInToWrite]

    @extend_schema(
        summary="Appeal against the rejection, or the suspension of the certificate",
        description="For owners and editors, once against each decision and within 30 days of it.",
        request=ReasonGiven,
        responses={201: AppealRow} | REFUSED,
        auth=AUTH,
    )
    def post(self, request: Request, submission_id: int) -> Response:
        person = signed_in(request)
        submission = known_submission(person, submission_id)
        said = given(ReasonGiven, request)
        appeal = raise_appeal(submission=submission, by=person, reason=said["reason"])
        return Response(AppealRow(appeal).data, status=status.HTTP_201_CREATED)


class AppealSettled(APIView):
    permission_classes = [SignedInToWrite]

    @extend_schema(
        summary="Settle the newest appeal of a submission",
        description="For reviewers and staff admins who had no part in it and did not decide it.",
        request=FindingGiven,
        responses={200: AppealRow} | REFUSED,
        auth=AUTH,
    )
    def post(self, request: Request, submission_id: int) -> Response:
        person = signed_in(request)
        submission = known_submission(person, submission_id)
        said = given(FindingGiven, request)
        newest = next(iter(appeals_on(submission)), None)
        if newest is None:
            raise Http404
        grant = said["finding"] == "grant"
        settled = settle_appeal(appeal=newest, by=person, grant=grant, reason=said["reason"])
        return Response(AppealRow(settled).data)
