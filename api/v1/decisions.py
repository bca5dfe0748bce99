"""Decisions of the foundation's reviewers; never on a vendor of their own."""

from __future__ import annotations

from typing import Protocol

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.auth import MayReview, SignedInToWrite, signed_in
from api.pagination import LongestWaitingFirst
from api.v1.submission_rows import ApprovalGiven, ReasonGiven, SubmissionRow
from api.v1.submissions import AUTH, REFUSED, answer, given, known_submission, with_certificate
from certification.models import Submission, Waiver
from certification.operations.review import approve, ask_for_changes, reject, take
from certification.queries.submissions import review_queue
from marketplace.catalogue.models import User

FOR_REVIEWERS = "For reviewers and staff admins who have no part in it."


@extend_schema(summary="What waits for a person, longest first", auth=AUTH)
class ReviewQueue(ListAPIView[Submission]):
    permission_classes = [MayReview]
    serializer_class = SubmissionRow
    pagination_class = LongestWaitingFirst
    queryset = Submission.objects.none()
    filter_backends = []

    def get_queryset(self) -> QuerySet[Submission]:
        return with_certificate(review_queue(signed_in(self.request)))


class _Decision(APIView):
    """A member of the vendor knows the submission and is refused by the operation: 403."""

    permission_classes = [SignedInToWrite]


class Take(_Decision):
    @extend_schema(
        summary="Take a submission into review",
        description=FOR_REVIEWERS,
        request=None,
        responses={200: SubmissionRow} | REFUSED,
        auth=AUTH,
    )
    def post(self, request: Request, submission_id: int) -> Response:
        person = signed_in(request)
        submission = known_submission(person, submission_id)
        return answer(take(submission=submission, by=person), request)


class Approve(_Decision):
    @extend_schema(
        summary="Approve a submission: the certificate is issued",
        description=FOR_REVIEWERS,
        request=ApprovalGiven,
        responses={200: SubmissionRow} | REFUSED,
        auth=AUTH,
    )
    def post(self, request: Request, submission_id: int) -> Response:
        person = signed_in(request)
        submission = known_submission(person, submission_id)
        said = given(ApprovalGiven, request)
        waivers = list(
            Waiver.objects.filter(digest__in=said["waivers"], release=submission.release)
        )
        if len(waivers) < len(set(said["waivers"])):
            raise ValidationError({"waivers": ["This release has no such waiver."]})
        approve(submission=submission, by=person, reason=said["reason"], waivers=waivers)
        return answer(submission, request)


class Reject(_Decision):
    @extend_schema(
        summary="Reject a submission",
        description=FOR_REVIEWERS,
        request=ReasonGiven,
        responses={200: SubmissionRow} | REFUSED,
        auth=AUTH,
    )
    def post(self, request: Request, submission_id: int) -> Response:
        return _with_reason(reject, request, submission_id)


class Ask(_Decision):
    @extend_schema(
        summary="Ask the vendor for changes",
        description=FOR_REVIEWERS,
        request=ReasonGiven,
        responses={200: SubmissionRow} | REFUSED,
        auth=AUTH,
    )
    def post(self, request: Request, submission_id: int) -> Response:
        return _with_reason(ask_for_changes, request, submission_id)


class _Reasoned(Protocol):
    def __call__(self, *, submission: Submission, by: User, reason: str) -> Submission: ...


def _with_reason(decide: _Reasoned, request: Request, submission_id: int) -> Response:
    """The decision that needs nothing but a reason. Raises what `decide` raises."""
    person = signed_in(request)
    submission = known_submission(person, submission_id)
    said = given(ReasonGiven, request)
    return answer(decide(submission=submission, by=person, reason=said["reason"]), request)
