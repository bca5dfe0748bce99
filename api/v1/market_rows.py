"""Vendors, products, releases and certificates as the API gives them. All of it is public."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.addresses import absolute
from certification.models import Certificate, Run
from certification.queries.certificates import Standing, StandingCertificate
from marketplace.catalogue.facts import Fact, Facts, Kind, facts_by_key
from marketplace.catalogue.models import (
    Category,
    Deployment,
    Product,
    ProductRelease,
    Programme,
    Region,
    Vendor,
)

ENUMERATED_MOST = 30
FACTS = "What the category asks the vendor; what is not said is left out."
SIMULATED = "True in a trial, whose vendors and products are invented."


class VendorRow(serializers.ModelSerializer[Vendor]):
    url = serializers.SerializerMethodField()

    class Meta:
        model = Vendor
        fields = ["slug", "name", "website", "domain", "domain_proven_at", "url"]
        read_only_fields = fields

    @extend_schema_field(OpenApiTypes.URI)
    def get_url(self, vendor: Vendor) -> str:
        return absolute(self.context["request"], reverse("vendor", args=[vendor.slug]))


class GuidelineName(serializers.Serializer[Any]):
    document_id = serializers.CharField()
    digest = serializers.CharField()


class EvidenceRow(serializers.Serializer[Run]):
    run_id = serializers.UUIDField(source="pk")
    sha256 = serializers.CharField(source="evidence_sha256")
    received_at = serializers.DateTimeField()


class CertificateRow(serializers.Serializer[StandingCertificate]):
    """Of a StandingCertificate: the row, and how it stands at this moment."""

    number = serializers.CharField(source="certificate.number")
    url = serializers.SerializerMethodField()
    standing = serializers.ChoiceField(choices=[one.value for one in Standing])
    reason = serializers.CharField(
        source="certificate.state_reason", help_text="Why it is suspended, revoked or superseded."
    )
    vendor = serializers.SlugField(source="certificate.release.product.vendor.slug")
    product = serializers.SlugField(source="certificate.release.product.slug")
    release_id = serializers.IntegerField(source="certificate.release_id")
    version = serializers.CharField(source="certificate.release.version")
    target = serializers.CharField(source="certificate.target")
    title = serializers.CharField()
    guideline = GuidelineName(source="certificate.guideline")
    openstack_release = serializers.CharField(source="certificate.openstack_release")
    assurance = serializers.ChoiceField(
        source="certificate.assurance", choices=Certificate.Assurance.choices
    )
    passes_only = serializers.BooleanField()
    issued_at = serializers.DateTimeField(source="certificate.issued_at")
    valid_until = serializers.DateTimeField(source="certificate.valid_until")
    days_left = serializers.IntegerField()
    open_disputes = serializers.IntegerField()
    run_id = serializers.UUIDField(source="certificate.run_id")
    evidence_sha256 = serializers.CharField(
        source="certificate.run.evidence_sha256",
        help_text="Of `run_id`; `evidence` names every run that the certificate rests on.",
    )
    evidence = EvidenceRow(source="runs", many=True, help_text="Oldest first; mostly one run.")
    statement = serializers.SerializerMethodField(help_text="The signed-to-be document itself.")
    statement_sha256 = serializers.CharField(source="certificate.statement_sha256")
    simulated = serializers.SerializerMethodField(help_text=SIMULATED)

    @extend_schema_field(OpenApiTypes.URI)
    def get_url(self, one: StandingCertificate) -> str:
        return absolute(self.context["request"], one.certificate.get_absolute_url())

    @extend_schema_field(OpenApiTypes.URI)
    def get_statement(self, one: StandingCertificate) -> str:
        path = reverse("api-certificate-statement", args=[one.certificate.number])
        return absolute(self.context["request"], path)

    def get_simulated(self, one: StandingCertificate) -> bool:  # noqa: ARG002 - the framework's form
        return bool(settings.DEMO)


class ReleaseRow(serializers.ModelSerializer[ProductRelease]):
    vendor = serializers.SlugField(source="product.vendor.slug", read_only=True)
    product = serializers.SlugField(source="product.slug", read_only=True)
    openstack_releases = serializers.ListField(
        child=serializers.CharField(), help_text="Declared by the vendor, such as `gazpacho`."
    )

    class Meta:
        model = ProductRelease
        fields = ["id", "vendor", "product", "version", "released_on", "openstack_releases"]
        read_only_fields = fields


def _schema(fact: Fact) -> dict[str, Any]:
    """Of one fact, as the description of the API says it. A long list of codes is not repeated
    there: they are those of ISO 3166-1 and ISO 639-1, and the names of OpenStack's releases."""
    label = fact.label + (f", in {fact.unit}" if fact.unit else "")
    if fact.kind is Kind.NUMBER:
        bounds = {"minimum": fact.least, "maximum": fact.highest}
        return {"type": "integer", "description": label} | bounds
    text: dict[str, Any] = {"type": "string"}
    if len(fact.choices) > ENUMERATED_MOST:
        label += f". Codes such as `{next(iter(fact.choices))}`"
    elif fact.choices:
        text["enum"] = list(fact.choices)
    described = {"description": label}
    return described | ({"type": "array", "items": text} if fact.is_list else text)


class ProductRow(serializers.ModelSerializer[Product]):
    """Its certificates come by product id in the context, read once for the whole page."""

    vendor = serializers.SlugField(source="vendor.slug", read_only=True)
    category = serializers.ChoiceField(choices=Category.choices)
    programme = serializers.ChoiceField(choices=Programme.choices)
    regions = serializers.ListField(
        child=serializers.ChoiceField(choices=Region.choices),
        help_text="Where one can buy it. Declared by the vendor, as all that follows up to `url`.",
    )
    deployment = serializers.ListField(
        child=serializers.ChoiceField(choices=Deployment.choices),
        help_text="Where it runs, and who runs it.",
    )
    facts = serializers.SerializerMethodField(help_text=FACTS)
    url = serializers.SerializerMethodField()
    certificates = serializers.SerializerMethodField(
        help_text="Newest first, those that ended among them: see `standing`."
    )
    simulated = serializers.SerializerMethodField(help_text=SIMULATED)

    class Meta:
        model = Product
        fields = [
            "vendor",
            "slug",
            "name",
            "category",
            "programme",
            "sentence",
            "website",
            "open_source",
            "regions",
            "deployment",
            "facts",
            "url",
            "certificates",
            "simulated",
        ]
        read_only_fields = fields

    @extend_schema_field(
        {
            "type": "object",
            "properties": {key: _schema(fact) for key, fact in facts_by_key().items()},
            "additionalProperties": False,
        }
    )
    def get_facts(self, product: Product) -> Facts:
        facts: Facts = product.facts
        return facts

    @extend_schema_field(OpenApiTypes.URI)
    def get_url(self, product: Product) -> str:
        return absolute(self.context["request"], product.get_absolute_url())

    @extend_schema_field(CertificateRow(many=True))
    def get_certificates(self, product: Product) -> Any:
        certificates = self.context["certificates"][product.pk]
        return CertificateRow(certificates, many=True, context=self.context).data

    def get_simulated(self, product: Product) -> bool:  # noqa: ARG002 - the framework's form
        return bool(settings.DEMO)
