"""Submissions of one's own vendors: ask for certification, look, take back.

A decision is in `api.v1.decisions`. What a person may not know of is 404; what the role or the
rules forbid is refused by the operation.
"""

from __future__ import annotations

from typing import Any

import django_filters
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.exceptions import ValidationError
from rest_framework.generics import ListAPIView
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from api.auth import SignedIn, SignedInToWrite, signed_in
from api.lookups import guideline_called
from api.pagination import SubmissionsNewestFirst
from api.v1.serializers import Refusal
from api.v1.submission_rows import (
    ChallengeAsked,
    ChallengeGiven,
    HandedIn,
    Refused,
    SubmissionAsked,
    SubmissionRow,
)
from certification.models import Guideline, Run, Submission
from certification.operations.submissions import (
    draft_submission,
    issue_challenge,
    submit,
    withdraw,
)
from certification.queries.submissions import find_submission, find_to_review, submissions_for
from marketplace.catalogue.models import ProductRelease, User
from marketplace.catalogue.policy import Permission, can

#: Who calls has to be somebody: unlike elsewhere an anonymous caller is none.
AUTH: Any = [{"apiToken": []}, {"cookieAuth": []}]
REFUSED = {400: Refusal, 401: Refusal, 403: Refused, 404: Refusal, 409: Refused}


class SubmissionFilter(django_filters.FilterSet):
    vendor = django_filters.CharFilter(field_name="release__product__vendor__slug")
    product = django_filters.CharFilter(field_name="release__product__slug")
    guideline = django_filters.CharFilter(field_name="guideline__document_id")

    class Meta:
        model = Submission
        fields = ["state", "target", "release"]


class SubmissionList(ListAPIView[Submission]):
    serializer_class = SubmissionRow
    pagination_class = SubmissionsNewestFirst
    filterset_class = SubmissionFilter
    queryset = Submission.objects.none()

    def get_permissions(self) -> list[BasePermission]:
        return [SignedInToWrite()] if self.request.method == "POST" else [SignedIn()]

    def get_queryset(self) -> QuerySet[Submission]:
        return with_certificate(submissions_for(signed_in(self.request)))

    @extend_schema(summary="Submissions of your vendors, newest first", auth=AUTH)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    @extend_schema(
        summary="Ask for certification: tie a run to a release, and submit",
        description="For owners and editors. Nothing is kept of a submission that is refused; "
        "`obstacles` names each thing in the way.",
        request=SubmissionAsked,
        responses={201: SubmissionRow} | REFUSED,
        auth=AUTH,
    )
    def post(self, request: Request) -> Response:
        person = signed_in(request)
        asked = given(SubmissionAsked, request)
        run, *joined = _runs(person, asked)
        with transaction.atomic():
            draft = draft_submission(
                release=_release(asked),
                run=run,
                guideline=_guideline(asked),
                target=asked["target"],
                openstack_release=asked["openstack_release"],
                by=person,
                joined=joined,
            )
            submission = submit(
                submission=draft, by=person, note=asked["note"], asks_waiver=asked["asks_waiver"]
            )
        return answer(submission, request, status.HTTP_201_CREATED)


class SubmissionDetail(APIView):
    permission_classes = [SignedIn]

    @extend_schema(
        summary="One submission",
        description="For members of its vendor, and for reviewers once it was sent in.",
        responses={200: SubmissionRow, 401: Refusal, 404: Refusal},
        auth=AUTH,
    )
    def get(self, request: Request, submission_id: int) -> Response:
        return answer(known_submission(signed_in(request), submission_id), request)


class SubmissionHandIn(APIView):
    permission_classes = [SignedInToWrite]

    @extend_schema(
        summary="Submit a draft, or once more after changes were asked",
        description="For owners and editors.",
        request=HandedIn,
        responses={200: SubmissionRow} | REFUSED,
        auth=AUTH,
    )
    def post(self, request: Request, submission_id: int) -> Response:
        person = signed_in(request)
        submission = known_submission(person, submission_id)
        said = given(HandedIn, request)
        return answer(submit(submission=submission, by=person, **said), request)


class SubmissionWithdrawal(APIView):
    permission_classes = [SignedInToWrite]

    @extend_schema(
        summary="Take a submission back",
        description="For owners and editors, until it is decided.",
        request=None,
        responses={200: SubmissionRow} | REFUSED,
        auth=AUTH,
    )
    def post(self, request: Request, submission_id: int) -> Response:
        person = signed_in(request)
        submission = known_submission(person, submission_id)
        return answer(withdraw(submission=submission, by=person), request)


class Challenges(APIView):
    permission_classes = [SignedInToWrite]

    @extend_schema(
        summary="Take a nonce for one run of a release",
        description="For owners and editors. Send it as `nonce` with the upload within 24 hours.",
        request=ChallengeAsked,
        responses={201: ChallengeGiven} | REFUSED,
        auth=AUTH,
    )
    def post(self, request: Request) -> Response:
        asked = given(ChallengeAsked, request)
        challenge = issue_challenge(
            release=_release(asked), guideline=_guideline(asked), by=signed_in(request)
        )
        return Response(ChallengeGiven(challenge).data, status=status.HTTP_201_CREATED)


def given(form: type[Serializer[Any]], request: Request) -> dict[str, Any]:
    """The body, its shape checked. Raises ValidationError."""
    serializer = form(data=request.data)
    serializer.is_valid(raise_exception=True)
    values: dict[str, Any] = serializer.validated_data
    return values


def known_submission(person: User, submission_id: int) -> Submission:
    """One that this person may know of. Raises Http404."""
    try:
        return find_submission(submission_id, person)
    except Submission.DoesNotExist:
        pass
    if not can(person, Permission.REVIEW):
        raise Http404
    try:
        return find_to_review(submission_id, person)
    except Submission.DoesNotExist:
        raise Http404 from None


def with_certificate(rows: QuerySet[Submission]) -> QuerySet[Submission]:
    """With the number of each one's certificate, without its documents, and the appeals."""
    light = rows.select_related("certificate").defer(
        "certificate__statement", "certificate__descriptor"
    )
    return light.prefetch_related("appeals", "supporting_runs")


def answer(submission: Submission, request: Request, code: int = status.HTTP_200_OK) -> Response:
    return Response(SubmissionRow(submission, context={"request": request}).data, status=code)


def _runs(person: User, asked: dict[str, Any]) -> list[Run]:
    """The run and those that are joined with it. Raises ValidationError for one not to be seen."""
    seen = Run.objects.visible_to(person).in_bulk([asked["run"], *asked["joined"]])
    for field, key in [("run", asked["run"]), *(("joined", key) for key in asked["joined"])]:
        if key not in seen:
            raise ValidationError({field: ["There is no such run that you may see."]})
    return [seen[asked["run"]], *(seen[key] for key in asked["joined"])]


def _release(asked: dict[str, Any]) -> ProductRelease:
    releases = ProductRelease.objects.select_related("product__vendor")
    release = releases.filter(pk=asked["release"]).first()
    if release is None:
        raise ValidationError({"release": ["There is no such release."]})
    return release


def _guideline(asked: dict[str, Any]) -> Guideline:
    try:
        return guideline_called(asked["guideline"], asked["digest"])
    except Guideline.DoesNotExist:
        raise ValidationError({"guideline": ["There is no such guideline."]}) from None
