"""What the API gives, field by field. Nothing is written through one: an upload is bytes."""

from __future__ import annotations

import json
from typing import Any

from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.addresses import absolute
from certification.judging import parsed_guideline
from certification.models import Evaluation, Guideline, Run


class Refusal(serializers.Serializer[Any]):
    code = serializers.CharField(help_text="Stable; programs may lean on it.")
    title = serializers.CharField(help_text="What is wrong, and what to do.")


class GuidelineRow(serializers.ModelSerializer[Guideline]):
    url = serializers.SerializerMethodField()

    class Meta:
        model = Guideline
        fields = [
            "document_id",
            "version",
            "add_on",
            "schema",
            "digest",
            "state",
            "announced",
            "document_status",
            "imported_at",
            "approved_at",
            "superseded_at",
            "url",
        ]
        read_only_fields = fields

    @extend_schema_field(OpenApiTypes.URI)
    def get_url(self, guideline: Guideline) -> str:
        return absolute(self.context["request"], guideline.get_absolute_url())


class TargetRow(serializers.Serializer[Any]):
    name = serializers.CharField()
    title = serializers.CharField()
    is_add_on = serializers.BooleanField()


class GuidelineWhole(GuidelineRow):
    targets = serializers.SerializerMethodField()
    document = serializers.SerializerMethodField(
        help_text="The guideline's own JSON document, as imported."
    )

    class Meta(GuidelineRow.Meta):
        fields = [*GuidelineRow.Meta.fields, "targets", "document"]
        read_only_fields = fields

    @extend_schema_field(TargetRow(many=True))
    def get_targets(self, guideline: Guideline) -> Any:
        return TargetRow(parsed_guideline(guideline).targets, many=True).data

    def get_document(self, guideline: Guideline) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(bytes(guideline.document).decode("utf-8-sig"))
        return document


class Fault(serializers.Serializer[Any]):
    code = serializers.CharField()
    title = serializers.CharField()
    place = serializers.CharField(help_text="A byte offset or a JSON path; may be empty.")


class Damage(serializers.Serializer[Any]):
    offset = serializers.IntegerField(help_text="Byte offset into the inflated evidence.")
    reason = serializers.CharField()


class RunRow(serializers.ModelSerializer[Run]):
    url = serializers.SerializerMethodField()
    vendor = serializers.SlugRelatedField[Any](slug_field="slug", read_only=True, allow_null=True)
    settled = serializers.BooleanField(source="is_settled")
    anonymous = serializers.BooleanField(source="is_anonymous")
    fault = serializers.SerializerMethodField()
    damage = serializers.SerializerMethodField()

    class Meta:
        model = Run
        fields = [
            "id",
            "url",
            "state",
            "settled",
            "received_at",
            "verified_at",
            "uploaded_via",
            "anonymous",
            "vendor",
            "shared",
            "file_name",
            "evidence_sha256",
            "evidence_bytes",
            "format",
            "passes_only",
            "looks_incomplete",
            "damage",
            "fault",
            "started_at",
            "ended_at",
            "duration_seconds",
            "workers",
            "events",
            "tests_passed",
            "tests_failed",
            "tests_skipped",
        ]
        read_only_fields = fields

    @extend_schema_field(OpenApiTypes.URI)
    def get_url(self, run: Run) -> str:
        request = self.context["request"]
        return run.public_url(request.build_absolute_uri("/"))

    @extend_schema_field(Fault(allow_null=True))
    def get_fault(self, run: Run) -> dict[str, Any] | None:
        if not run.fault_code:
            return None
        return {"code": run.fault_code, "title": run.fault_text, "place": run.fault_place}

    @extend_schema_field(Damage(allow_null=True))
    def get_damage(self, run: Run) -> dict[str, Any] | None:
        if run.damage_offset is None:
            return None
        return {"offset": run.damage_offset, "reason": run.damage_reason}


class Receipt(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    url = serializers.URLField(help_text="The page that shows the verdict.")
    api_url = serializers.URLField(help_text="The same as JSON; poll until `settled`.")
    state = serializers.CharField()
    created = serializers.BooleanField(
        help_text="False where you had sent the same bytes before: then that run is meant."
    )


class RequiredCounts(serializers.Serializer[Any]):
    total = serializers.IntegerField(source="tests_total")
    passed = serializers.IntegerField(source="tests_passed")
    failed = serializers.IntegerField(source="tests_failed")
    skipped = serializers.IntegerField(source="tests_skipped")
    missing = serializers.IntegerField(source="tests_missing")


class EvaluationRow(serializers.ModelSerializer[Evaluation]):
    guideline = serializers.CharField(source="guideline.document_id")
    guideline_digest = serializers.CharField(source="guideline.digest")
    guideline_state = serializers.CharField(source="guideline.state")
    required = RequiredCounts(source="*")  # type: ignore[assignment] # a field, by its JSON name
    details = serializers.SerializerMethodField(help_text="The same verdict with every reason.")

    class Meta:
        model = Evaluation
        fields = [
            "guideline",
            "guideline_digest",
            "guideline_state",
            "target",
            "ruleset",
            "verdict",
            "required",
            "judged_at",
            "details",
        ]
        read_only_fields = fields

    @extend_schema_field(OpenApiTypes.URI)
    def get_details(self, evaluation: Evaluation) -> str:
        guideline = evaluation.guideline
        path = reverse(
            "api-run-evaluation",
            args=[evaluation.run_id, guideline.document_id, evaluation.target],
        )
        return absolute(self.context["request"], f"{path}?digest={guideline.digest}")
