"""A product by itself: its releases, and how near it is to what comes next."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.v1.market_rows import GuidelineName, ProductRow, ReleaseRow
from certification.queries import TargetVerdict
from marketplace.catalogue.models import Product
from marketplace.site.readiness import Readiness


class ReadinessLine(serializers.Serializer[TargetVerdict]):
    """Of a TargetVerdict."""

    guideline = GuidelineName()
    announced_draft = serializers.BooleanField(
        source="is_readiness",
        help_text="By a guideline that is announced and not in force; false: by one in force, told "
        "only of a product that nobody has certified.",
    )
    target = serializers.CharField(help_text="Or the level, for products on top of OpenStack.")
    title = serializers.CharField()
    verdict = serializers.CharField(help_text="`passed`, `failed` or `error`.")
    total = serializers.IntegerField(help_text="Tests that count.")
    passed = serializers.IntegerField()
    failed = serializers.IntegerField()
    skipped = serializers.IntegerField()
    missing = serializers.IntegerField()
    short = serializers.IntegerField(help_text="Counted tests that did not pass.")


class ReadinessWhole(serializers.Serializer[Readiness]):
    """What one run of the product would reach. It certifies nothing."""

    run_id = serializers.SerializerMethodField(help_text="Null where you may not see the run.")
    received_at = serializers.DateTimeField(source="run.received_at")
    certified_run = serializers.BooleanField(
        source="is_certified",
        help_text="The run of the certificate in force; false: the newest public one.",
    )
    verdicts = serializers.SerializerMethodField(
        help_text="Announced drafts first, then what is in force."
    )

    def get_run_id(self, ready: Readiness) -> UUID | None:
        return ready.run.pk if ready.is_open else None

    @extend_schema_field(ReadinessLine(many=True))
    def get_verdicts(self, ready: Readiness) -> Any:
        lines: Any = [*ready.ahead, *ready.now]
        return ReadinessLine(lines, many=True).data


class ProductWhole(ProductRow):
    releases = serializers.SerializerMethodField(help_text="Newest first.")
    readiness = serializers.SerializerMethodField(
        help_text="Null where nothing is announced or in force that a run of it was judged by."
    )

    class Meta(ProductRow.Meta):
        fields = [*ProductRow.Meta.fields, "releases", "readiness"]
        read_only_fields = fields

    @extend_schema_field(ReleaseRow(many=True))
    def get_releases(self, product: Product) -> Any:  # noqa: ARG002 - the framework's form
        return ReleaseRow(self.context["releases"], many=True).data

    @extend_schema_field(ReadinessWhole(allow_null=True))
    def get_readiness(self, product: Product) -> Any:  # noqa: ARG002 - the framework's form
        ready = self.context["readiness"]
        return ReadinessWhole(ready).data if ready else None
