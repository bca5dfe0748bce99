"""The Integrated programme: levels, profiles, claims, grants and what confirms a run.

What a release says of itself is public. Writing is for members of its vendor, and for reviewers of
other organizations; to everybody else the thing to write to is not there.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import Prefetch
from django.http import Http404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.auth import MayRead, SignedInToWrite, signed_in, viewer
from api.v1.integration_rows import (
    ClaimRow,
    ClaimsGiven,
    ConfirmationGiven,
    CorroborationRow,
    GrantGiven,
    GrantRow,
    ProductIntegration,
    ProfileGiven,
    ProfileRow,
)
from api.v1.serializers import Refusal
from api.v1.submissions import AUTH, REFUSED, given
from certification.engine.bundle import BundleRefused, read_corroboration
from certification.engine.canonical import canonical_bytes
from certification.engine.integration import NotApplicable, Profile, evaluation_document
from certification.levels import BUNDLE, judge_alone, operation_tables
from certification.models import (
    Corroboration,
    Guideline,
    IntegrationProfile,
    IntegrationStanding,
    NotApplicableGrant,
    Run,
)
from certification.operations.integration import (
    IntegrationRefused,
    claim_services,
    corroborate_by_log,
    corroborate_by_rerun,
    declare_profile,
    end_not_applicable,
    grant_not_applicable,
)
from certification.operations.standings import integration_guideline
from marketplace.catalogue.models import Product, ProductRelease, User
from marketplace.catalogue.policy import Permission, can, is_member, may_review
from marketplace.catalogue.queries import find_product


def _guideline() -> Guideline:
    """Raises IntegrationRefused as long as there is none."""
    guideline = integration_guideline()
    if guideline is None:
        raise IntegrationRefused("guideline-missing", "There is no integration guideline yet.")
    return guideline


def _release(release_id: int) -> ProductRelease:
    """Raises Http404."""
    found = ProductRelease.objects.select_related("product__vendor").filter(pk=release_id).first()
    if found is None:
        raise Http404
    return found


def _release_of(person: User, release_id: int) -> ProductRelease:
    """One that the person has to do with, as a member of its vendor or of the staff. Raises
    Http404."""
    release = _release(release_id)
    if not is_member(person, release.product.vendor) and not can(person, Permission.REVIEW):
        raise Http404
    return release


def _release_to_review(person: User, release_id: int) -> ProductRelease:
    """Raises Http404, IntegrationRefused."""
    release = _release_of(person, release_id)
    if not may_review(person, release.product.vendor):
        raise IntegrationRefused("forbidden", "Only reviewers of other organizations decide here.")
    return release


def _run_of(who: Any, run_id: uuid.UUID) -> Run:
    """Raises Http404."""
    run = Run.objects.visible_to(who).select_related("vendor").filter(pk=run_id).first()
    if run is None:
        raise Http404
    return run


class RunLevels(APIView):
    permission_classes = [MayRead]

    @extend_schema(
        summary="What one bundle of the test kit shows by itself",
        description=(
            "The level evaluation by the integration guideline in force, and by the profile that "
            "the bundle names. A release is judged by a set of runs: see its product's standings."
        ),
        responses={200: OpenApiTypes.OBJECT, 404: Refusal, 409: Refusal},
    )
    def get(self, request: Request, run_id: uuid.UUID) -> Response:
        run = _run_of(viewer(request), run_id)
        if run.state != Run.State.VERIFIED or run.format != BUNDLE:
            raise Http404
        return Response(evaluation_document(judge_alone(run, _guideline())))


class ProductStandings(APIView):
    permission_classes = [MayRead]

    @extend_schema(
        summary="Where a product's releases stand, by the evidence that everybody may see",
        description="Newest release first. `evaluation` is the whole level evaluation; a release "
        "without public evidence has none.",
        responses={200: ProductIntegration, 404: Refusal},
    )
    def get(self, request: Request, vendor: str, product: str) -> Response:  # noqa: ARG002 - DRF
        try:
            found = find_product(vendor, product)
        except Product.DoesNotExist:
            raise Http404 from None
        standings = IntegrationStanding.objects.select_related("guideline").defer(
            "guideline__document"
        )
        releases = found.releases.prefetch_related(
            Prefetch("integration", queryset=standings), "service_claims"
        ).order_by("-pk")
        return Response(ProductIntegration(found, context={"releases": list(releases)}).data)


class ReleaseProfile(APIView):
    def get_permissions(self) -> list[BasePermission]:
        return [SignedInToWrite()] if self.request.method == "POST" else [MayRead()]

    @extend_schema(
        summary="What a release is declared to be, and what does not apply to it",
        responses={200: ProfileRow, 404: Refusal},
    )
    def get(self, request: Request, release_id: int) -> Response:  # noqa: ARG002 - DRF's form
        return _profile_answer(_release(release_id))

    @extend_schema(
        summary="Declare what a release is",
        description="For owners and editors. The latest declaration counts; `obstacles` names "
        "each thing in the way.",
        request=ProfileGiven,
        responses={201: ProfileRow} | REFUSED,
        auth=AUTH,
    )
    def post(self, request: Request, release_id: int) -> Response:
        person = signed_in(request)
        release = _release_of(person, release_id)
        _require_editor(person, release)
        said = given(ProfileGiven, request)
        profile = Profile(
            said["profile"],
            said["primary"],
            tuple(NotApplicable(**one) for one in said["not_applicable"]),
            said["has_logins"],
        )
        declare_profile(release=release, guideline=_guideline(), profile=profile, by=person)
        return _profile_answer(release, status.HTTP_201_CREATED)


class ReleaseClaims(APIView):
    def get_permissions(self) -> list[BasePermission]:
        return [SignedInToWrite()] if self.request.method == "PUT" else [MayRead()]

    @extend_schema(
        summary="Services that a release claims to integrate with; no evidence",
        responses={200: ClaimRow(many=True), 404: Refusal},
    )
    def get(self, request: Request, release_id: int) -> Response:  # noqa: ARG002 - DRF's form
        rows = _release(release_id).service_claims.order_by("service")
        return Response(ClaimRow(rows, many=True).data)

    @extend_schema(
        summary="Claim exactly these services",
        description="For owners and editors. A claim counts nowhere and stays grey until measured.",
        request=ClaimsGiven,
        responses={200: ClaimRow(many=True)} | REFUSED,
        auth=AUTH,
    )
    def put(self, request: Request, release_id: int) -> Response:
        person = signed_in(request)
        release = _release_of(person, release_id)
        _require_editor(person, release)
        services = given(ClaimsGiven, request)["services"]
        known = set().union(*(table.services for table in operation_tables().values()))
        rows = claim_services(release=release, services=services, known=known, by=person)
        return Response(ClaimRow(rows, many=True).data)


class Grants(APIView):
    permission_classes = [SignedInToWrite]

    @extend_schema(
        summary="Set aside what does not apply to a release, with a public reason",
        description="For reviewers and staff admins of other organizations.",
        request=GrantGiven,
        responses={201: GrantRow} | REFUSED,
        auth=AUTH,
    )
    def post(self, request: Request, release_id: int) -> Response:
        person = signed_in(request)
        release = _release_to_review(person, release_id)
        said = given(GrantGiven, request)
        row = grant_not_applicable(release=release, guideline=_guideline(), by=person, **said)
        return Response(GrantRow(row).data, status=status.HTTP_201_CREATED)


class GrantEnd(APIView):
    permission_classes = [SignedInToWrite]

    @extend_schema(
        summary="From now on it applies again",
        description="For reviewers and staff admins of other organizations.",
        request=None,
        responses={200: GrantRow} | REFUSED,
        auth=AUTH,
    )
    def post(self, request: Request, release_id: int, grant_id: int) -> Response:
        person = signed_in(request)
        release = _release_to_review(person, release_id)
        grant = NotApplicableGrant.objects.filter(pk=grant_id, release=release).first()
        if grant is None:
            raise Http404
        return Response(GrantRow(end_not_applicable(grant=grant, by=person)).data)


class Confirmation(APIView):
    permission_classes = [SignedInToWrite]

    @extend_schema(
        summary="Confirm a run: the operator's log agrees, or it was run again",
        description="For reviewers and staff admins of other organizations. With `document`, what "
        "`hallmark corroborate` wrote; without it, the reviewer ran the kit again.",
        request=ConfirmationGiven,
        responses={201: CorroborationRow} | REFUSED,
        auth=AUTH,
    )
    def post(self, request: Request, run_id: uuid.UUID) -> Response:
        person = signed_in(request)
        run = _run_of(person, run_id)
        if run.vendor is None or not may_review(person, run.vendor):
            raise IntegrationRefused(
                "forbidden", "Only a reviewer of another organization confirms a vendor's run."
            )
        row = _confirmed(run, given(ConfirmationGiven, request), person)
        return Response(CorroborationRow(row).data, status=status.HTTP_201_CREATED)


def _confirmed(run: Run, said: dict[str, Any], person: User) -> Corroboration:
    """Raises IntegrationRefused."""
    if said["kind"] == Corroboration.Kind.RERUN:
        return corroborate_by_rerun(run=run, note=said["note"], by=person)
    try:
        document = read_corroboration(canonical_bytes(said["document"]))
    except BundleRefused as refused:
        raise IntegrationRefused(refused.code, str(refused)) from None
    return corroborate_by_log(run=run, document=document, note=said["note"], by=person)


def _require_editor(person: User, release: ProductRelease) -> None:
    """Before the body is looked at. Raises IntegrationRefused."""
    vendor = release.product.vendor
    if not can(person, Permission.EDIT_PRODUCT, vendor):
        raise IntegrationRefused("forbidden", f"Only owners and editors of {vendor} may do this.")


def _profile_answer(release: ProductRelease, code: int = status.HTTP_200_OK) -> Response:
    declared = IntegrationProfile.objects.filter(release=release).order_by("pk").last()
    granted = NotApplicableGrant.objects.filter(release=release, ended_at=None)
    row = {"declared": declared, "granted": granted.order_by("subject")}
    return Response(ProfileRow(row).data, status=code)
