"""Submissions and decisions: what goes in, and what comes out."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.addresses import absolute
from api.v1.market_rows import GuidelineName
from api.v1.serializers import Refusal
from certification.models import Appeal, RunChallenge, Submission
from marketplace.catalogue.policy import may_review

POLICY = "policy:"


class Remark(serializers.Serializer[Any]):
    code = serializers.CharField(help_text="Stable; programs may lean on it.")
    text = serializers.CharField()


class Refused(Refusal):
    obstacles = Remark(many=True, help_text="Each thing in the way; empty where the code says all.")


class HandedIn(serializers.Serializer[Any]):
    note = serializers.CharField(max_length=2000, default="", allow_blank=True)
    asks_waiver = serializers.BooleanField(
        default=False, help_text="Hand in a run that is short, for staff to waive what is."
    )


class SubmissionAsked(HandedIn):
    release = serializers.IntegerField(help_text="The id of a release of your vendor.")
    run = serializers.UUIDField(help_text="A judged run of your vendor.")
    joined = serializers.ListField(
        child=serializers.UUIDField(),
        default=list,
        max_length=19,
        help_text="Further runs that make one claim with it: of one cloud, within 14 days; of each "
        "test the latest word counts.",
    )
    guideline = serializers.CharField(max_length=80, help_text="Such as `2026.11`.")
    digest = serializers.CharField(
        max_length=64, default="", allow_blank=True, help_text="Asks for one text of that id."
    )
    target = serializers.CharField(max_length=80, help_text="Such as `compute`.")
    openstack_release = serializers.SlugField(max_length=20, help_text="Such as `gazpacho`.")


class ChallengeAsked(serializers.Serializer[Any]):
    release = serializers.IntegerField(help_text="The id of a release of your vendor.")
    guideline = serializers.CharField(max_length=80)
    digest = serializers.CharField(max_length=64, default="", allow_blank=True)


class ChallengeGiven(serializers.ModelSerializer[RunChallenge]):
    release = serializers.IntegerField(source="release_id", read_only=True)
    guideline = GuidelineName(read_only=True)

    class Meta:
        model = RunChallenge
        fields = ["nonce", "release", "guideline", "issued_at", "expires_at"]
        read_only_fields = fields


class ReasonGiven(serializers.Serializer[Any]):
    reason = serializers.CharField(
        max_length=2000, default="", allow_blank=True, help_text="The vendor reads it."
    )


class FindingGiven(ReasonGiven):
    finding = serializers.ChoiceField(choices=["grant", "uphold"])


class AppealRow(serializers.ModelSerializer[Appeal]):
    """Who decided and who settled it are not named to vendors."""

    class Meta:
        model = Appeal
        fields = ["against", "decided_at", "raised_at", "reason", "state", "heard_at", "finding"]
        read_only_fields = fields


class ApprovalGiven(ReasonGiven):
    waivers = serializers.ListField(
        child=serializers.CharField(max_length=64),
        default=list,
        max_length=50,
        help_text="Digests of granted waivers that the certificate shall lean on.",
    )


class SubmissionRow(serializers.ModelSerializer[Submission]):
    url = serializers.SerializerMethodField()
    vendor = serializers.SlugField(source="release.product.vendor.slug", read_only=True)
    product = serializers.SlugField(source="release.product.slug", read_only=True)
    release = serializers.IntegerField(source="release_id", read_only=True)
    version = serializers.CharField(source="release.version", read_only=True)
    run = serializers.UUIDField(source="run_id", read_only=True)
    joined = serializers.SerializerMethodField(
        help_text="Further runs that make one claim with it, or stand beside it in its set."
    )
    guideline = GuidelineName(read_only=True)
    flags = serializers.SerializerMethodField(help_text="Why a person has to decide.")
    decided_by = serializers.SerializerMethodField(
        help_text="`staff`, or the policy rule (`policy:clean-case`); empty until decided."
    )
    certificate = serializers.SerializerMethodField(help_text="The number of what was issued.")
    appeals = AppealRow(many=True, read_only=True, help_text="Oldest first.")

    class Meta:
        model = Submission
        fields = [
            "id",
            "url",
            "state",
            "vendor",
            "product",
            "release",
            "version",
            "run",
            "joined",
            "guideline",
            "target",
            "openstack_release",
            "note",
            "flags",
            "created_at",
            "submitted_at",
            "decided_at",
            "decided_by",
            "reason",
            "certificate",
            "appeals",
        ]
        read_only_fields = fields

    @extend_schema_field(OpenApiTypes.URI)
    def get_url(self, submission: Submission) -> str:
        path = reverse("api-submission", args=[submission.pk])
        return absolute(self.context["request"], path)

    def get_joined(self, submission: Submission) -> list[UUID]:
        return sorted(one.run_id for one in submission.supporting_runs.all())

    @extend_schema_field(Remark(many=True))
    def get_flags(self, submission: Submission) -> list[dict[str, str]]:
        """In full to who may decide on it; what vendors may not read has one sentence for all."""
        vendor = submission.release.product.vendor
        full = may_review(self.context["request"].user, vendor)
        flags = submission.flags if full else submission.flags_told
        return [{"code": flag["code"], "text": flag["text"]} for flag in flags]

    def get_decided_by(self, submission: Submission) -> str:
        actor = submission.decided_by
        return actor if not actor or actor.startswith(POLICY) else "staff"

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_certificate(self, submission: Submission) -> str | None:
        certificate = getattr(submission, "certificate", None)
        return None if certificate is None else str(certificate.number)
