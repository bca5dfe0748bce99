"""The Integrated programme: what goes in, and what comes out."""

from __future__ import annotations

import json
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.v1.market_rows import GuidelineName
from certification.engine.integration import EvidenceClass, Level
from certification.models import (
    Corroboration,
    IntegrationProfile,
    IntegrationStanding,
    NotApplicableGrant,
    ServiceClaim,
)
from marketplace.catalogue.models import Product, ProductRelease

SUBJECT = "An axis (`image`) or a capability (`identity.federation`)."
#: More than there are services, or axes and capabilities.
SERVICES_MOST = 100


class NotApplicableGiven(serializers.Serializer[Any]):
    subject = serializers.CharField(max_length=60, help_text=SUBJECT)
    reason = serializers.CharField(max_length=300, help_text="It is public.")


class ProfileGiven(serializers.Serializer[Any]):
    profile = serializers.CharField(max_length=60, help_text="Such as `container-platform`.")
    primary = serializers.CharField(max_length=60, help_text="Its primary service: `compute`.")
    has_logins = serializers.BooleanField(help_text="Whether people log in to the product itself.")
    not_applicable = NotApplicableGiven(many=True, required=False, default=list)

    def validate_not_applicable(self, claims: list[dict[str, Any]]) -> list[dict[str, Any]]:
        if len(claims) > SERVICES_MOST:
            raise serializers.ValidationError("There are fewer axes and capabilities than that.")
        return claims


class GrantGiven(serializers.Serializer[Any]):
    subject = serializers.CharField(max_length=60, help_text=SUBJECT)
    reason = serializers.CharField(
        max_length=1000, default="", allow_blank=True, help_text="It is public."
    )


class ClaimsGiven(serializers.Serializer[Any]):
    services = serializers.ListField(
        child=serializers.CharField(max_length=40),
        max_length=SERVICES_MOST,
        help_text="Service types, such as `load-balancer`. They replace what was claimed before.",
    )


class ConfirmationGiven(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=Corroboration.Kind.choices)
    document = serializers.JSONField(
        required=False,
        default=None,
        help_text="What `hallmark corroborate` wrote (`osi-corroboration/1`).",
    )
    note = serializers.CharField(
        max_length=1000, default="", allow_blank=True, help_text="What was compared, where, when."
    )

    def validate(self, said: dict[str, Any]) -> dict[str, Any]:
        by_log = said["kind"] == Corroboration.Kind.OPERATOR_LOG
        if by_log and not isinstance(said["document"], dict):
            raise serializers.ValidationError({"document": ["Send what the operator made."]})
        if not by_log and said["document"] is not None:
            raise serializers.ValidationError({"document": ["A rerun has no such document."]})
        return said


class GrantRow(serializers.ModelSerializer[NotApplicableGrant]):
    class Meta:
        model = NotApplicableGrant
        fields = ["id", "subject", "reason", "granted_at", "ended_at"]
        read_only_fields = fields


class NotApplicableRow(serializers.Serializer[Any]):
    subject = serializers.CharField()
    reason = serializers.CharField()


class DeclaredProfile(serializers.Serializer[IntegrationProfile]):
    """The newest declaration, as the vendor made it."""

    digest = serializers.CharField(help_text="SHA-256 of the canonical document.")
    declared_at = serializers.DateTimeField()
    profile = serializers.SerializerMethodField()
    primary = serializers.SerializerMethodField()
    has_logins = serializers.SerializerMethodField()
    not_applicable = serializers.SerializerMethodField()

    def get_profile(self, row: IntegrationProfile) -> str:
        return str(_said(row)["profile"])

    def get_primary(self, row: IntegrationProfile) -> str:
        return str(_said(row)["primary"])

    def get_has_logins(self, row: IntegrationProfile) -> bool:
        return bool(_said(row)["has_logins"])

    @extend_schema_field(NotApplicableRow(many=True))
    def get_not_applicable(self, row: IntegrationProfile) -> Any:
        return NotApplicableRow(_said(row)["not_applicable"], many=True).data


def _said(row: IntegrationProfile) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(bytes(row.document))
    return document


class ProfileRow(serializers.Serializer[Any]):
    declared = DeclaredProfile(allow_null=True)
    granted = GrantRow(many=True, help_text="What reviewers set aside, in force.")


class ClaimRow(serializers.ModelSerializer[ServiceClaim]):
    class Meta:
        model = ServiceClaim
        fields = ["service", "claimed_at"]
        read_only_fields = fields


class CorroborationRow(serializers.ModelSerializer[Corroboration]):
    run = serializers.UUIDField(source="run_id", read_only=True)

    class Meta:
        model = Corroboration
        fields = ["run", "kind", "log_sha256", "sampled", "agreed", "note", "at"]
        read_only_fields = fields


class StandingRow(serializers.ModelSerializer[IntegrationStanding]):
    guideline = GuidelineName(read_only=True)
    level = serializers.ChoiceField(choices=[level.word for level in Level])
    evidence_class = serializers.SerializerMethodField(
        help_text="The best by which the level is reached: self-reported, challenged or live."
    )
    evaluation = serializers.SerializerMethodField(
        help_text="The level evaluation, whose canonical form has the digest `evaluation_digest`."
    )

    class Meta:
        model = IntegrationStanding
        fields = [
            "guideline",
            "level",
            "evidence_class",
            "figure",
            "services",
            "parallel",
            "passed",
            "measured_on",
            "newest_run_at",
            "evaluation_digest",
            "evaluation",
        ]
        read_only_fields = fields

    def get_evidence_class(self, standing: IntegrationStanding) -> str:
        return EvidenceClass(standing.evidence_class).word

    def get_evaluation(self, standing: IntegrationStanding) -> dict[str, Any]:
        evaluation: dict[str, Any] = standing.document["evaluation"]
        return evaluation


class ReleaseStanding(serializers.Serializer[ProductRelease]):
    release = serializers.IntegerField(source="pk")
    version = serializers.CharField()
    claimed_services = serializers.SerializerMethodField(help_text="Claims; they count nowhere.")
    standing = serializers.SerializerMethodField()

    def get_claimed_services(self, release: ProductRelease) -> list[str]:
        return sorted(claim.service for claim in release.service_claims.all())

    @extend_schema_field(StandingRow(allow_null=True))
    def get_standing(self, release: ProductRelease) -> Any:
        standing = getattr(release, "integration", None)
        return None if standing is None else StandingRow(standing).data


class ProductIntegration(serializers.Serializer[Product]):
    vendor = serializers.SlugField(source="vendor.slug")
    product = serializers.SlugField(source="slug")
    measured_by_us = serializers.BooleanField(
        help_text="Measured by our laboratory; not certified, and its vendor was not asked."
    )
    releases = serializers.SerializerMethodField()

    @extend_schema_field(ReleaseStanding(many=True))
    def get_releases(self, product: Product) -> Any:  # noqa: ARG002 - the framework's form
        return ReleaseStanding(self.context["releases"], many=True).data
